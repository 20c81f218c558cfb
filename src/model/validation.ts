import type { Diagnostic } from "./diagnostic";
import type { KindName } from "./kind-names";

/** The result of checking the desired state, without asking any manager. */
export interface Validation {
  readonly managers: number;
  /** Number of resources that are declared by name, and of selectors. */
  readonly resources: Readonly<Record<KindName | "selector", number>>;
  /** Every diagnostic; the desired state is valid when none is an error. */
  readonly diagnostics: readonly Diagnostic[];
}
