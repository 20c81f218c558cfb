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
  readonly tls?:
    | {
        readonly ca?: string;
        readonly cert?: string;
        readonly key?: string;
        readonly insecure?: boolean;
      }
    | undefined;
  /** Folder of the enrolment's record; `.jp1im-enroll` beside the delivered file, else in the working folder. */
  readonly state?: string | undefined;
}
