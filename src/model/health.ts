/** The result of `doctor`: its checks in order, each with a remedy if it failed. */
import type { SourcePosition } from "./diagnostic";
import type { DiagnosticCode } from "./diagnostic-codes";

export interface Health {
  /** The checks of each manager in order, then those of this machine. */
  readonly checks: readonly Check[];
}

export interface Check {
  /** Name of a manager; absent for a check of this machine. */
  readonly manager?: string;
  readonly check: CheckName;
  readonly status: CheckStatus;
  /** What was found, in words; no secret. */
  readonly detail: string;
  /** For a failure, the diagnostic that a run would stop with. */
  readonly code?: DiagnosticCode | undefined;
  readonly remedy?: string | undefined;
  readonly address?: string | undefined;
  readonly position?: SourcePosition | undefined;
}

/** `skipped`: not checked, because it does not apply or something that it needs has failed. */
export type CheckStatus = "ok" | "warning" | "failed" | "skipped";

/** Each check with its name for people, in the order of the report. */
export const checkNames = {
  "name-resolution": "name resolution",
  tcp: "TCP connection",
  proxy: "proxy",
  tls: "TLS",
  version: "version",
  "session-login": "login with a session",
  "request-login": "login with each request",
  clients: "read clients",
  "lower-managers": "read lower managers",
  agents: "read agents",
  "agent-secrets": "read agent secrets",
  identity: "manager of the state",
  clock: "clock",
  latency: "latency",
  sources: "sources",
  sinks: "sinks",
  state: "state",
  "state-key": "state key",
  lock: "lock",
  "audit-trail": "audit trail",
} as const;

export type CheckName = keyof typeof checkNames;
