import type { Diagnostic } from "./diagnostic";

/** The result of `enroll`. */
export interface Enrolment {
  readonly url: string;
  readonly client_id: string;
  /**
   * `delivered`: an earlier start issued it, and this one delivered it. `already`: an earlier start delivered it.
   * `failed`: the client may have been issued, and its secret is not in every sink; see `places`.
   */
  readonly status: "enrolled" | "delivered" | "already" | "failed";
  readonly delivered_to: string;
  /** UTC, by the manager's clock. */
  readonly issued_at?: string | undefined;
  /** For a failed delivery, the result at each sink. Absent if it is unknown whether the secret was issued. */
  readonly places?: readonly PlaceDelivery[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The result of a delivery at one of its places. */
export interface PlaceDelivery {
  /** As a person reads it. */
  readonly place: string;
  /** `unconfirmed`: the secret is there, but may not survive a power failure. */
  readonly status: "delivered" | "unconfirmed" | "failed";
}
