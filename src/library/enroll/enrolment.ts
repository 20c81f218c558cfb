import type { Diagnostic } from "../../model/diagnostic";
import type { PlaceDelivery } from "../../secrets/port";
import type { LockWait } from "../state/locked";

export interface EnrollOptions extends LockWait {
  /** URL of the manager: `https://host:port`. */
  readonly url: string;
  readonly clientId: string;
  /** A source in the command line's form: `env:NAME`, `file:PATH`. */
  readonly initialSecret: string;
  /** At least one sink in the command line's form: `file:PATH`. */
  readonly deliverTo: readonly string[];
  /** Paths of PEM files, from the working folder. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly insecure?: boolean;
  };
  /** Folder of the enrolment's record; `.jp1im-enroll` beside the delivered file, else in the working folder. */
  readonly state?: string | undefined;
}

export interface Enrolment {
  readonly url: string;
  readonly clientId: string;
  /**
   * `delivered`: an earlier start issued it, and this one delivered it. `already`: an earlier start delivered it.
   * `failed`: the client may have been issued, and its secret is not in every sink; see `places`.
   */
  readonly status: "enrolled" | "delivered" | "already" | "failed";
  readonly deliveredTo: string;
  /** UTC, by the manager's clock. */
  readonly issuedAt?: string;
  /** For a failed delivery, the result at each sink. Absent if it is unknown whether the secret was issued. */
  readonly places?: readonly PlaceDelivery[];
  readonly diagnostics: readonly Diagnostic[];
}
