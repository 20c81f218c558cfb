import type { IResolvable } from "cdktf";

/**
 * A secret value: a reference to another resource's attribute (any cdktf token, such as `password.result`), or a
 * source that the tool reads itself. A literal text is refused at synth.
 */
export type SecretInput = string | IResolvable | SecretSource;

/** Where a secret value comes from; docs/desired-state.md says what each key means. */
export type SecretSource =
  | { readonly env: string }
  | { readonly file: string | { readonly path: string } }
  | { readonly exec: readonly string[] | ExecOptions }
  | { readonly sops: { readonly file: string; readonly path: string } }
  /** An armored age text. */
  | { readonly age: string }
  | { readonly vault: VaultOptions & { readonly field: string; readonly version?: number } };

/** Where an issued secret is delivered. */
export type SecretSink =
  | { readonly file: string | ({ readonly path: string; readonly overwrite?: boolean } & Formatted) }
  | {
      readonly age: {
        readonly recipients: readonly string[];
        readonly file: string;
        readonly overwrite?: boolean;
      } & Formatted;
    }
  | { readonly exec: readonly string[] | (ExecOptions & Formatted) }
  | { readonly vault: VaultOptions & { readonly field?: string } & Formatted };

export interface Formatted {
  readonly format?: "secret" | "id:secret" | "json" | "dotenv";
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly shell?: boolean;
  /** In seconds. */
  readonly timeout?: number;
}

export interface VaultOptions {
  readonly path: string | { readonly mount: string; readonly path: string };
  readonly address?: string;
  readonly namespace?: string;
  readonly ca?: string;
  readonly auth?:
    | { readonly token: SecretSource }
    | {
        readonly appRole: {
          readonly roleId: SecretSource;
          readonly secretId: SecretSource;
          readonly mount?: string;
        };
      };
}

/** How to authenticate at a manager: a JP1 user, or the initial secret (good for enrolling only). */
export type AuthProps =
  | {
      /** 1-31 characters. */
      readonly user: string;
      /** Up to 32 bytes. */
      readonly password: SecretInput;
      /** Whether to log in once; true. False sends the password with each request, which the manager has to be set up for. */
      readonly session?: boolean;
    }
  | { readonly initialSecret: SecretInput };

/** Paths of PEM files. Relative ones start, as all paths in props, at the desired state's working folder. */
export interface TlsProps {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Accept any certificate. Warned of at synth. */
  readonly insecure?: boolean;
}

/** When nothing is to be changed: from a moment to a moment, or on days of every week in a time zone. */
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
  /** Issue anew what is older than its `rotateAfter`. */
  readonly rotateDue?: boolean;
}
