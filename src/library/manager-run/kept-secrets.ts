import type { PriorState } from "../../engine/prior-state";
import type { DiagnosticError } from "../../model/diagnostic";
import type { KeptSecret, Recovery } from "../../secrets/port";
import type { StateView } from "../../state/port";

/** What plans use besides the answers of the manager. */
export interface Recorded {
  readonly state: StateView;
  readonly priors?: ReadonlyMap<string, PriorState>;
  readonly kept: KeptSecrets;
}

/** The kept secrets at the start of a run. */
export interface KeptSecrets {
  readonly secrets: readonly KeptSecret[];
  /** By manager: why its kept secrets are unknown. */
  readonly faults: ReadonlyMap<string, DiagnosticError>;
}

export async function readKeptSecrets(recovery: Recovery): Promise<KeptSecrets> {
  const faults = new Map<string, DiagnosticError>();
  const secrets = await recovery.list((manager, error) => faults.set(manager, error));
  return { secrets, faults };
}

export function throwFaultsOf({ faults }: KeptSecrets, ...managers: readonly (string | undefined)[]): void {
  for (const [manager, error] of faults) if (managers.includes(manager)) throw error;
}
