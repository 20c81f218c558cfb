/** Turns a failed call into the one error of the port, and decides whether the call may be retried. */
import { describeProxy } from "../platform/proxy";
import type { AnswerError } from "./answer";
import { describeCall } from "./call";
import { ManagerError, type ManagerErrorDetails } from "./manager-error";
import { type MessageMeaning, meaningOf } from "./messages";
import { meaningOfStatus } from "./status-meaning";
import type { Subject } from "./subject";
import type { TransportError, TransportReply } from "./transport";

export interface Failure {
  readonly error: ManagerError;
  /**
   * `login`: with fresh credentials. `busy`: after the manager's pause. `backoff`: after a delay. A write is retried
   * only if the manager certainly did not carry it out.
   */
  readonly retry: "never" | "login" | "busy" | "backoff";
}

/** No answer came. */
export function failureOfTransport(fault: TransportError, subject: Subject): Failure {
  const { code, remedy, passing } = transportFaults[fault.fault];
  const sent = fault.sent || fault.fault === "too-large";
  const isProxys = fault.fault === "proxy" || fault.fault === "proxy-refused";
  const because = fault.errorCode ? `${fault.message} (${fault.errorCode})` : fault.message;
  const error = toError(subject, {
    code,
    effect: sent && isWrite(subject) ? "unknown" : "none",
    summary: `${describeCall(subject.call)} failed: ${because}${isProxys ? "" : throughProxy(subject)}`,
    remedy: fault.remedy ?? (remedies[fault.errorCode ?? ""] ?? remedy)(subject.origin),
  });
  // A name that does not resolve will not resolve a second later, unless the resolver itself had a fault.
  const again = passing && fault.errorCode !== "ENOTFOUND" && !(sent && isWrite(subject));
  return { error, retry: again ? "backoff" : "never" };
}

/** An answer came, and it is not a 200. */
export function failureOfReply(reply: TransportReply, subject: Subject): Failure {
  const { status } = reply;
  const body = readErrorBody(reply);
  const message = body.messageId === undefined ? undefined : meaningOf(body.messageId);
  const kind = meaningOfStatus(reply, subject);
  // A message of the manager proves that the answer is its own.
  const from = body.messageId === undefined ? throughProxy(subject) : "";
  const words = [
    `${describeCall(subject.call)} was answered ${status}${from}`,
    describeMessage(body, message?.meaning ?? kind.meaning, subject),
  ];
  const error = toError(subject, {
    code: kind.code,
    effect: isWrite(subject) && (status < 400 || status >= 500) ? "unknown" : "none",
    summary: words.join(": "),
    remedy: message?.remedy ?? kind.remedy,
    status,
    messageId: body.messageId,
    meaning: message?.meaning,
  });
  return { error, retry: retryOfStatus(status, message, body.messageId, subject) };
}

/** A 200 came that is not the answer. */
export function failureOfAnswer(fault: AnswerError, subject: Subject): ManagerError {
  const meaning = fault.messageId === undefined ? undefined : meaningOf(fault.messageId);
  return toError(subject, {
    code: `manager-${fault.kind}`,
    effect: isWrite(subject) ? "unknown" : "none",
    summary: `${describeCall(subject.call)} was answered 200${throughProxy(subject)}: ${fault.message}`,
    status: 200,
    remedy:
      meaning?.remedy ??
      `check that ${subject.origin} is a JP1/IM - Manager and not a proxy or a portal in front of it`,
    messageId: fault.messageId,
    meaning: meaning?.meaning,
  });
}

/** The run was cancelled before the call was sent, or while a read waited for its answer. */
export function cancelledError(subject: Subject, { isSent }: { readonly isSent: boolean }): ManagerError {
  return toError(subject, {
    code: "cancelled",
    effect: "none",
    summary: `${describeCall(subject.call)} was ${isSent ? "given up" : "not sent"}: the run was cancelled`,
  });
}

/** The manager was busy for so long before the call that this one was not sent. */
export function alwaysBusyError(subject: Subject, { details }: ManagerError): ManagerError {
  const { code, status, remedy } = details;
  return toError(subject, {
    code,
    effect: "none",
    summary: `${describeCall(subject.call)} was not sent, as the manager stays busy: ${details.summary}`,
    status,
    remedy,
  });
}

function toError(subject: Subject, details: Omit<ManagerErrorDetails, "manager" | "request">): ManagerError {
  return new ManagerError({ manager: subject.manager, request: describeCall(subject.call), ...details });
}

function isWrite(subject: Subject): boolean {
  return subject.call.kind === "write";
}

/** Names the proxy in messages where the proxy itself may have failed or answered. */
function throughProxy({ proxy }: Subject): string {
  return proxy === undefined ? "" : ` through ${describeProxy(proxy)}`;
}

const reach = (origin: string) =>
  `check the manager's \`url\` (${origin}), that the manager runs, and the network between`;

/** A server that speaks TLS closes a connection that begins in plain text. */
const reachAsSpelled = (origin: string) =>
  origin.startsWith("http:")
    ? `${reach(origin)}; where it speaks HTTPS, \`url\` begins with https://`
    : reach(origin);

/** Of causes that the error's code tells. */
const remedies: Readonly<Record<string, (origin: string) => string>> = {
  ENOTFOUND: (origin) =>
    `correct the host in \`url\` (${origin}), or make it known to this machine, in DNS or /etc/hosts`,
  EAI_AGAIN: (origin) => `check the name service (DNS) of this machine, and the host in \`url\` (${origin})`,
  CERT_HAS_EXPIRED: (origin) =>
    `have the certificate of ${origin} renewed; if it is still valid, correct this machine's clock`,
  CERT_NOT_YET_VALID: (origin) =>
    `correct this machine's clock; if it is, have the certificate of ${origin} issued again`,
};

const transportFaults: Record<
  TransportError["fault"],
  {
    readonly code: ManagerErrorDetails["code"];
    readonly remedy: (origin: string) => string;
    readonly passing: boolean;
  }
> = {
  unreachable: { code: "manager-unreachable", remedy: reach, passing: true },
  lost: { code: "manager-unreachable", remedy: reachAsSpelled, passing: true },
  proxy: { code: "manager-unreachable", remedy: reach, passing: true },
  "proxy-refused": { code: "manager-unreachable", remedy: reach, passing: false },
  abandoned: {
    code: "cancelled",
    remedy: () =>
      "the manager may still carry it out, after another process's write: change the value at its source to be sure",
    passing: false,
  },
  closed: { code: "manager-unreachable", remedy: () => "connect to the manager again", passing: false },
  tls: {
    code: "manager-tls",
    remedy: (origin) =>
      `check that \`url\` says https only where the manager speaks it (${origin}), and \`tls.ca\`, \`tls.cert\` and \`tls.key\``,
    passing: false,
  },
  timeout: {
    code: "manager-timeout",
    remedy: (origin) => `check the load of ${origin}, and the network between; if it is only slow, run again`,
    passing: true,
  },
  "too-large": {
    code: "manager-malformed",
    remedy: (origin) => `check that ${origin} is a JP1/IM - Manager`,
    passing: false,
  },
  garbled: {
    code: "manager-malformed",
    remedy: (origin) => `check that ${origin} is a JP1/IM - Manager, and whether it wants https`,
    passing: false,
  },
};

function retryOfStatus(
  status: number,
  message: MessageMeaning | undefined,
  messageId: string | undefined,
  subject: Subject,
): Failure["retry"] {
  if (status === 401) return "login";
  if (status === 429) return "busy";
  if (isWrite(subject)) return "never";
  if (status === 503) return "busy";
  if (status === 502 || status === 504) return "backoff";
  // A fault that the manager names is retried only if it may pass: the manager has already waited for an unreachable
  // agent.
  if (status === 500) return messageId === undefined || message?.passing ? "backoff" : "never";
  return "never";
}

interface ErrorBody {
  readonly messageId?: string | undefined;
  readonly message?: string | undefined;
}

/** The reliable fields of the error object (5.2.6). A proxy's answer has none, which is no further error. */
function readErrorBody(reply: TransportReply): ErrorBody {
  let body: unknown;
  try {
    body = JSON.parse(reply.body.toString());
  } catch {
    return {};
  }
  if (typeof body !== "object" || body === null) return {};
  const { messageId, message } = body as { readonly messageId?: unknown; readonly message?: unknown };
  return {
    messageId: typeof messageId === "string" && /^KAJY\d{5}-[A-Z]$/.test(messageId) ? messageId : undefined,
    message: typeof message === "string" && message !== "" ? message : undefined,
  };
}

/**
 * The meaning of the answer, then the manager's own words, which may name the cause. For a message that the manual
 * does not list, the status gives the meaning.
 */
function describeMessage(body: ErrorBody, meaning: string, subject: Subject): string {
  if (body.messageId === undefined) return meaning;
  // The manager's own words are shown only if they differ from ours.
  const isShown = body.message !== undefined && body.message !== meaning && !subject.call.confidential;
  const words = isShown ? ` ("${subject.show(body.message ?? "")}")` : "";
  return `${body.messageId}: ${meaning}${words}`;
}
