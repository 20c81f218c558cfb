import type { PriorState } from "../../engine/prior-state";
import type { DiagnosticError } from "../../model/diagnostic";
import type { KeptSecret, Recovery } from "../../secrets/port";
import type { StateView } from "../../state/port";

/** What plans go by beside what the manager answers. */
export interface Recorded {
  readonly state: StateView;
  readonly priors?: ReadonlyMap<string, PriorState>;
  readonly kept: KeptSecrets;
}

/** Issued secrets that no sink took, as a run found them. */
export interface KeptSecrets {
  readonly secrets: readonly KeptSecret[];
  /** By manager, why nothing is known of what is kept of it. */
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
