import type { DesiredState } from "../model/desired-state";
import type { Diagnostic } from "../model/diagnostic";
import { type InputOptions, loadChecked } from "./inputs/inputs";
import type { Platform } from "./platform";

export interface Validation {
  readonly managers: number;
  readonly resources: Readonly<
    Record<"initial-secret" | "client" | "lower-manager" | "secret" | "selector", number>
  >;
  /** Every diagnostic; the desired state is valid when none is an error. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks the desired state alone: no manager is contacted and no secret is read. */
export async function validate(options: InputOptions, platform: Platform): Promise<Validation> {
  const { desired, diagnostics } = await loadChecked(options, platform);
  return { managers: desired?.managers.size ?? 0, resources: count(desired), diagnostics };
}

function count(desired: DesiredState | undefined): Validation["resources"] {
  const managers = [...(desired?.managers.values() ?? [])];
  const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);
  const agents = managers.flatMap((manager) => manager.agents);
  return {
    "initial-secret": managers.filter(({ initialSecret }) => initialSecret).length,
    client: sum(managers.map(({ clients }) => clients.length)),
    "lower-manager": sum(managers.map(({ lowerManagers }) => lowerManagers.length)),
    secret: sum(agents.map(({ selector, secrets }) => (selector.by === "host" ? secrets.size : 0))),
    selector: agents.filter(({ selector }) => selector.by === "match").length,
  };
}
