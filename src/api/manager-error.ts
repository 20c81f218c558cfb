import type { DiagnosticCode } from "../model/diagnostic-codes";

export interface ManagerErrorDetails {
  /** The manager's name in the desired state. */
  readonly manager: string;
  /** The request, for messages: `POST agents/secrets/change`. */
  readonly request: string;
  readonly code: Extract<
    DiagnosticCode,
    `manager-${string}` | "cancelled" | "audit-unwritable" | "lock-lost"
  >;
  /**
   * Whether the request may have been carried out: `none` when it was certainly not (refused, or never sent),
   * `unknown` after a time-out, a lost connection or a 5xx. A write with `unknown` is never repeated before the
   * current state was read.
   */
  readonly effect: "none" | "unknown";
  /** What went wrong, in words; no secret. */
  readonly summary: string;
  readonly remedy?: string | undefined;
  readonly status?: number | undefined;
  readonly messageId?: string | undefined;
  /** The manual's meaning of `messageId`. */
  readonly meaning?: string | undefined;
}

/** The one error of a call to a manager. */
export class ManagerError extends Error {
  override readonly name = "ManagerError";
  readonly details: ManagerErrorDetails;

  constructor(details: ManagerErrorDetails, options?: ErrorOptions) {
    super(`${details.manager}: ${details.summary}`, options);
    this.details = details;
  }
}

/** Whether a request certainly changed nothing: it was refused, or never sent. */
export function isRefused(error: unknown): boolean {
  return error instanceof ManagerError && error.details.effect === "none";
}

/** Whether a request certainly never reached the manager. */
export function isNotSent(error: unknown): boolean {
  return isRefused(error) && error instanceof ManagerError && error.details.status === undefined;
}

/** Whether the manager refused a request only for its size, so that half of it may succeed. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof ManagerError && error.details.status === 413;
}
