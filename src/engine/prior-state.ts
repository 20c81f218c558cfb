import { parseAddress } from "../model/address";
import type {
  AgentRecord,
  IssuedRecord,
  LowerManagerRecord,
  ManagerRecord,
  RebuildRecord,
  StateView,
} from "../state/port";

/** What the state holds of one manager, sorted by kind. Fingerprints stay unread. */
export interface PriorState {
  readonly manager: string;
  readonly initialSecret?: IssuedRecord;
  /** By ID. */
  readonly clients: ReadonlyMap<string, IssuedRecord>;
  /** By host. */
  readonly lowerManagers: ReadonlyMap<string, LowerManagerRecord>;
  /** By address. */
  readonly agents: ReadonlyMap<string, AgentRecord>;
  /** There while its rebuild is unfinished. */
  readonly rebuild?: RebuildRecord;
  /** Which manager all of this was written to; absent in a state from before it was recorded. */
  readonly identity?: ManagerRecord;
  /** Number of owned resources. */
  readonly owned: number;
}

/** Reads every record's head once; a manager without any is not in the map. */
export function priorStates(state: StateView): Map<string, PriorState> {
  const priors = new Map<string, Mutable>();
  for (const record of state.records()) {
    if ("status" in record && record.status === "retired") continue;
    const prior = priors.get(record.manager) ?? emptyPrior(record.manager);
    priors.set(record.manager, prior);
    if (record.kind === "rebuild") {
      if (record.finished === undefined) prior.rebuild = record;
      continue;
    }
    if (record.kind === "manager") {
      prior.identity = record;
      continue;
    }
    prior.owned += record.kind === "agent" ? record.count : 1;
    if (record.kind === "agent") prior.agents.set(record.address, record);
    else if (record.kind === "lower-manager") prior.lowerManagers.set(record.host, record);
    else if (record.kind === "initial-secret") prior.initialSecret = record;
    else prior.clients.set(clientId(record), record);
  }
  return priors;
}

interface Mutable {
  manager: string;
  initialSecret?: IssuedRecord;
  clients: Map<string, IssuedRecord>;
  lowerManagers: Map<string, LowerManagerRecord>;
  agents: Map<string, AgentRecord>;
  rebuild?: RebuildRecord;
  identity?: ManagerRecord;
  owned: number;
}

export function emptyPrior(manager: string): Mutable & PriorState {
  return { manager, clients: new Map(), lowerManagers: new Map(), agents: new Map(), owned: 0 };
}

function clientId(record: IssuedRecord): string {
  const addressed = parseAddress(record.address);
  if (addressed?.kind !== "client")
    throw new Error(`the state's ${record.address} is not the address of a client`);
  return addressed.id;
}
