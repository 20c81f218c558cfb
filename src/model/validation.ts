import type { Diagnostic } from "./diagnostic";
import type { KindName } from "./kind-names";

/** What checking the desired state shows, without asking any manager. */
export interface Validation {
  readonly managers: number;
  /** How many resources are spelled out, and how many selectors there are. */
  readonly resources: Readonly<Record<KindName | "selector", number>>;
  /** Every diagnostic; the desired state is valid when none is an error. */
  readonly diagnostics: readonly Diagnostic[];
}
