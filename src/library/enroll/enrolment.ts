import type { Diagnostic } from "../../model/diagnostic";
import type { PlaceDelivery } from "../../secrets/port";
import type { LockWait } from "../state/locked";

export interface EnrollOptions extends LockWait {
  /** Of the manager: `https://host:port`. */
  readonly url: string;
  readonly clientId: string;
  /** A source as the command line spells it: `env:NAME`, `file:PATH`. */
  readonly initialSecret: string;
  /** Sinks as the command line spells them, at least one: `file:PATH`. */
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
   * `delivered`: an earlier start had it issued, and this one brought it to its sink. `already`: an earlier start
   * delivered it. `failed`: the client may have been issued, and its secret is not in every sink; `places` says more.
   */
  readonly status: "enrolled" | "delivered" | "already" | "failed";
  readonly deliveredTo: string;
  /** UTC, by the manager's clock. */
  readonly issuedAt?: string;
  /** Of a failed delivery: what became of the secret at each sink. Absent where it is not known that it was issued. */
  readonly places?: readonly PlaceDelivery[];
  readonly diagnostics: readonly Diagnostic[];
}
