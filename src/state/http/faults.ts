/** Converts a server's answer, or its absence, to a diagnostic. */
import { type Diagnostic, type DiagnosticError, failure } from "../../model/diagnostic";
import { type HttpReply, NoAnswer } from "./exchange";

export type Action = "read the state" | "write the state" | "lock the state" | "unlock the state";

/** The subject of a request, for messages. */
export interface Subject {
  readonly action: Action;
  /** Without a query. */
  readonly url: string;
  readonly method: string;
  /** The credentials that the server got, for messages. */
  readonly credentials: string;
  /** The remedy if the server does not accept them. */
  readonly loginRemedy: string;
}

export function unanswered(error: NoAnswer, { action, url }: Subject): DiagnosticError {
  return failure({
    code: "state-unreachable",
    summary: `cannot ${action} at ${url}: ${error.message}`,
    remedy: error.remedy ?? "check the address of the state, that its server runs, and the network between",
  });
}

export function busy(status: number, { action, url }: Subject): DiagnosticError {
  return failure({
    code: "state-unreachable",
    summary: `cannot ${action} at ${url}: the server answered ${status}, and again each time it was asked`,
    remedy: "run the command again when the server is well",
  });
}

/** A warning that the run does not go on before the server answers, or was asked `most` times. */
export function waiting(answer: HttpReply | NoAnswer, { action, url }: Subject, most: number): Diagnostic {
  const why = answer instanceof NoAnswer ? answer.message : `the server answered ${answer.status}`;
  return {
    code: "state-unreachable",
    severity: "warning",
    summary: `cannot ${action} at ${url} yet: ${why}; it is asked up to ${most} times, for which the run waits`,
    remedy: "wait; if it takes too long, cancel the run, and run it again when the server is well",
  };
}

export function refused(reply: HttpReply, subject: Subject): DiagnosticError {
  const { action, url } = subject;
  const isWrite = action !== "read the state";
  const { why, remedy } = meaningOf(reply, subject);
  return failure({
    code: isWrite && reply.status !== 401 ? "state-unwritable" : "state-unreachable",
    summary: `cannot ${action} at ${url}: the server answered ${reply.status}${why}`,
    remedy,
  });
}

interface Meaning {
  readonly why: string;
  readonly remedy: string;
}

const CHECK_ADDRESS = "check the address of the state, and that the server speaks Terraform's HTTP protocol";

function meaningOf(
  { status, headers }: HttpReply,
  { action, method, credentials, loginRemedy }: Subject,
): Meaning {
  if (status >= 300 && status < 400) return redirected(headers.location);
  switch (status) {
    case 401:
      return {
        why: `, it does not accept ${credentials}`,
        remedy: loginRemedy,
      };
    case 403:
      return {
        why: `, ${credentials} is not permitted to do that`,
        remedy:
          "give that user the right to read, write, lock and unlock the state; on GitLab, the role Developer reads and Maintainer writes",
      };
    case 404:
      return { why: ", there is no such address or it is hidden from this user", remedy: CHECK_ADDRESS };
    case 405:
    case 501:
      return {
        why: `, it does not know the method ${method} there`,
        remedy: `set \`${settingOf(action)}\` in \`state.http\` to what the server takes`,
      };
    case 413:
      return {
        why: ", the document is too large for it",
        remedy: "raise the server's limit for states, or keep the state in git or PostgreSQL",
      };
    case 507:
      return { why: ", it has no room left", remedy: "make room on the server, and run the command again" };
    default:
      return { why: "", remedy: CHECK_ADDRESS };
  }
}

function redirected(location: string | string[] | undefined): Meaning {
  const to = String(location ?? "");
  // The rest of such an address may contain a token.
  const shown = URL.canParse(to) ? ` to ${new URL(to).origin}` : "";
  return {
    why: `, a redirect${shown}, which is not followed with credentials`,
    remedy: "write the address that the server itself has, without a redirect",
  };
}

function settingOf(action: Action): string {
  if (action === "lock the state") return "lockMethod` and `lockAddress";
  if (action === "unlock the state") return "unlockMethod` and `unlockAddress";
  return "updateMethod";
}
