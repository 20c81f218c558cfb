import type { IResolvable } from "cdktf";
import type { SecretSource } from "../model/reference-types";

export type { SecretSink, SecretSource } from "../model/reference-types";

/**
 * A secret value: a reference to another resource's attribute (any cdktf token, such as `password.result`), or a
 * source that the tool reads itself. The synth refuses a literal text.
 */
export type SecretInput = string | IResolvable | SecretSource;

/** A text, or the environment variable that holds it when the tool runs. The synth does not read the variable. */
export type SettingInput = string | { readonly env: string };

/** How to authenticate at a manager: a JP1 user, or the initial secret (good for enrolling only). */
export type AuthProps =
  | {
      /** 1-31 characters. */
      readonly user: SettingInput;
      /** Up to 32 bytes. */
      readonly password: SecretInput;
      /**
       * Whether to log in once; default true. With false, each request carries the password, which the manager must
       * be configured to accept.
       */
      readonly session?: boolean;
    }
  | { readonly initialSecret: SecretInput };

/** Paths of PEM files. Relative ones start, as all paths in props, at the desired state's working folder. */
export interface TlsProps {
  readonly ca?: SettingInput;
  readonly cert?: SettingInput;
  readonly key?: SettingInput;
  /** Accept any certificate. The synth warns of it. */
  readonly insecure?: boolean;
}

/** A time without changes: from one moment to another, or on days of every week in a time zone. */
export interface FreezeProps {
  readonly from?: string;
  readonly to?: string;
  readonly days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  readonly timezone?: string;
  readonly reason?: string;
}

/** What may be done on a manager beyond creating what is missing. */
export interface PolicyProps {
  readonly prune?: "owned" | "none" | "all";
  readonly unverified?: "write" | "keep";
  readonly protect?: readonly string[];
  readonly freeze?: readonly FreezeProps[];
  /** A count, or a share such as `30%`. */
  readonly maxDeletes?: number | string;
  readonly maxRotations?: number | string;
  /** Reissue secrets that are older than their `rotateAfter`. */
  readonly rotateDue?: boolean;
}
