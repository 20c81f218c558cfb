import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { type Clock, systemClock } from "../platform/clock";
import { certificateFault, privateKeyFault } from "../platform/pem-file";
import type { HttpProxy } from "../platform/proxy";
import { type Random, systemRandom } from "../platform/random";
import { type Authentication, authenticate, type Credentials } from "./authentication";
import { Caller, type RetryEvent } from "./caller";
import type { Timeouts, TlsMaterial } from "./dispatcher";
import { ManagerClient } from "./manager-client";
import { ManagerError } from "./manager-error";
import type { ExchangeEvent, ManagerPort, OnWrite } from "./port";
import { RequestQueue } from "./queue";
import { defaultRetryPolicy, type RetryPolicy } from "./retry-policy";
import type { Login } from "./subject";
import type { Transport, TransportReply } from "./transport";
import { undiciTransport } from "./undici-transport";

/** A declared manager with its secrets resolved and its PEM files read. */
export interface ManagerSettings {
  readonly name: string;
  /** `http(s)://host:port`; a path is put before `/im/api`. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Where they are declared: `tokyo.yaml:5:11`. */
  readonly authDeclaredAt?: string | undefined;
  readonly tls?: TlsMaterial | undefined;
  /** The proxy for requests; absent if they go directly. */
  readonly proxy?: HttpProxy | undefined;
}

export interface ConnectOptions {
  /** Requests in flight at most; 10. */
  readonly parallelism?: number | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** The longest answer accepted, in bytes; 64 MiB. Lists of an agent's secrets have a lower limit of their own. */
  readonly maxAnswerBytes?: number | undefined;
  /** Once aborted, only the logout is sent; requests in flight end normally. */
  readonly signal?: AbortSignal | undefined;
  /** Once aborted, requests in flight are dropped too, and only the logout is sent. */
  readonly abandoned?: AbortSignal | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /** Called after the end of every request, including logins and logouts. */
  readonly onExchange?: ((event: ExchangeEvent) => void) | undefined;
  readonly onWrite?: OnWrite | undefined;
  /** Called with each answer and the milliseconds that it took. */
  readonly onReply?: ((reply: TransportReply, ms: number) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Replaces the network; `tls` and `timeouts` are then ignored. */
  readonly transport?: Transport | undefined;
}

const defaultTimeouts: Timeouts = {
  connect: 10_000,
  headers: 60_000,
  body: 30_000,
  deadline: 120_000,
};

/**
 * The port to a manager. It sends nothing, not even a login, before the first call. Throws a `ManagerError` where
 * the URL or the TLS material cannot be used.
 */
export function connectManager(settings: ManagerSettings, options: ConnectOptions = {}): ManagerPort {
  const { caller, authentication, transport } = openConnection(settings, options);
  return new ManagerClient(caller, authentication, transport);
}

/** The parts of a connection: the caller, the authentication and the transport. */
export function openConnection(settings: ManagerSettings, options: ConnectOptions = {}): Connection {
  const url = readUrl(settings);
  const parallelism = options.parallelism ?? 10;
  const clock = options.clock ?? systemClock;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const own = options.transport ?? openTransport(settings, url, parallelism, timeouts, clock);
  const transport = options.onReply ? watchedTransport(own, clock, options.onReply) : own;
  const caller = new Caller({
    manager: settings.name,
    origin: url.origin,
    basePath: url.pathname.replace(/\/+$/, ""),
    proxy: settings.proxy,
    login: loginOf(settings),
    transport,
    queue: new RequestQueue(parallelism, clock, options.signal),
    policy: { ...defaultRetryPolicy, ...options.retry },
    deadline: timeouts.deadline,
    retryBudget: Math.max(20, 4 * parallelism),
    maxBytes: options.maxAnswerBytes ?? 64 * 1024 * 1024,
    clock,
    random: options.random ?? systemRandom,
    signal: options.signal,
    abandoned: options.abandoned,
    onRetry: options.onRetry,
    onExchange: options.onExchange,
    onWrite: options.onWrite,
  });
  return { caller, authentication: authenticate(settings.credentials, caller), transport };
}

export interface Connection {
  readonly caller: Caller;
  readonly authentication: Authentication;
  readonly transport: Transport;
}

function loginOf({ credentials, authDeclaredAt }: ManagerSettings): Login {
  return {
    user: credentials.method === "initial-secret" ? undefined : credentials.user,
    declaredAt: authDeclaredAt,
  };
}

function openTransport(
  settings: ManagerSettings,
  url: URL,
  connections: number,
  timeouts: Timeouts,
  clock: Clock,
): Transport {
  const tls = settings.tls ?? {};
  requireUsableTls(settings.name, tls, clock.now());
  return undiciTransport({
    origin: url.origin,
    tls,
    timeouts,
    connections,
    proxy: settings.proxy,
  });
}

function readUrl(settings: ManagerSettings): URL {
  const url = URL.canParse(settings.url) ? new URL(settings.url) : undefined;
  // The message does not repeat the value: the URL may be wrong because it holds a password.
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw unusable(
      settings.name,
      "manager-unreachable",
      "`url` is not of the form http(s)://host:port",
      "correct `url`",
    );
  }
  return url;
}

/** OpenSSL silently skips a CA that it cannot read, so this checks the files before the first handshake. */
function requireUsableTls(manager: string, tls: TlsMaterial, now: number): void {
  const refuse = (summary: string, remedy: string): never => {
    throw unusable(manager, "manager-tls", summary, remedy);
  };
  const faults = {
    ca: tls.ca && certificateFault(Buffer.from(tls.ca)),
    cert: tls.cert && certificateFault(Buffer.from(tls.cert)),
    key: tls.key && privateKeyFault(Buffer.from(tls.key)),
  };
  for (const [name, fault] of Object.entries(faults)) {
    if (fault) refuse(`\`tls.${name}\` ${fault.why}`, fault.remedy);
  }
  const until = tls.cert && new X509Certificate(tls.cert).validTo;
  if (until && Date.parse(until) < now) {
    refuse(
      `the certificate in \`tls.cert\` has expired: it was valid until ${until}`,
      "renew the certificate",
    );
  }
  // Without them nothing can be wrong, and making a context would read the system's certificates.
  if (tls.cert === undefined && tls.key === undefined) return;
  try {
    createSecureContext({
      cert: tls.cert,
      key: tls.key,
    });
  } catch (error) {
    if (/KEY_VALUES?_MISMATCH/.test(reasonOf(error))) {
      refuse(
        "`tls.cert` and `tls.key` do not belong together",
        "name the certificate and the key of one pair",
      );
    }
    refuse(`\`tls.cert\` and \`tls.key\` cannot be used${reasonOf(error)}`, "check both files");
  }
}

function unusable(
  manager: string,
  code: "manager-tls" | "manager-unreachable",
  summary: string,
  remedy: string,
): ManagerError {
  return new ManagerError({ manager, request: "connect", code, effect: "none", summary, remedy });
}

/** OpenSSL's code only: its message adds nothing. */
function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === "string" ? ` (${code})` : "";
}

/** The transport, wrapped so that it reports each answer and its duration in milliseconds. */
function watchedTransport(
  transport: Transport,
  clock: Clock,
  onReply: (reply: TransportReply, ms: number) => void,
): Transport {
  return {
    send: async (request) => {
      const begun = clock.now();
      const reply = await transport.send(request);
      onReply(reply, clock.now() - begun);
      return reply;
    },
    close: () => transport.close(),
  };
}
