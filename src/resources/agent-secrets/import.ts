import { secretAddressOn } from "../../model/address";
import { IMPORTED } from "../../state/port";
import { type KindImportContext, sortImported } from "../import-context";
import type { AgentUnit } from "./agent-unit";

/** Values cannot be read back, so an imported secret is known only to exist. */
export function importAgentSecrets(importing: KindImportContext): Promise<void> {
  return importing.forEachAgent((unit) => importAgent(importing, unit));
}

async function importAgent(importing: KindImportContext, unit: AgentUnit): Promise<void> {
  const { desired, state, observer, scope, recorder } = importing;
  const addressOf = (key: string) => secretAddressOn(unit.address, key);
  const owned = state.fingerprints(unit.address);
  const imported = await sortImported(importing, {
    address: unit.address,
    names: [...importing.agentDesired(unit).keys].filter((key) => scope.covers(addressOf(key))),
    addressOf,
    isOurs: (key) => owned.has(key),
    list: () => observer.agentSecrets(unit.agent),
  });
  if (imported.size === 0) return;
  const set = [...imported].map((key) => [key, IMPORTED] as const);
  recorder?.patchAgent(unit.address, { manager: desired.name, agent: unit.agent, set, unset: [] });
}
