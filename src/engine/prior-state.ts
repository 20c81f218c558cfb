import { nameIn, parseAddress } from "../model/address";
import { type KindName, kindNames, kinds, type NamedKind } from "../model/kind-names";
import type {
  AgentRecord,
  ManagerRecord,
  NamedRecords,
  RebuildRecord,
  RecordOf,
  StateView,
} from "../state/port";

/** The state's records of one manager, by kind. Fingerprints are not parsed. */
export interface PriorState {
  readonly manager: string;
  readonly named: NamedRecords;
  /** By address. */
  readonly agents: ReadonlyMap<string, AgentRecord>;
  /** Present while its rebuild is unfinished. */
  readonly rebuild?: RebuildRecord;
  /** The manager that the records are for; absent in a state of an earlier version. */
  readonly identity?: ManagerRecord;
  /** Number of owned resources. */
  readonly owned: number;
}

/** Reads every record's head once. A manager without records is not in the map. */
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
    else {
      const records: Map<string, typeof record> = prior.named[record.kind];
      records.set(nameOf(record), record);
    }
  }
  return priors;
}

interface Mutable {
  manager: string;
  named: { [Kind in NamedKind]: Map<string, RecordOf<Kind>> };
  agents: Map<string, AgentRecord>;
  rebuild?: RebuildRecord;
  identity?: ManagerRecord;
  owned: number;
}

export function emptyPrior(manager: string): Mutable & PriorState {
  const named = kindNames.filter((kind) => kind !== "secret").map((kind) => [kind, new Map()]);
  return { manager, named: Object.fromEntries(named) as Mutable["named"], agents: new Map(), owned: 0 };
}

/** The names of owned resources of a kind that one list shows. */
export function ownedNames({ named }: PriorState, kind: KindName): readonly string[] {
  return kind === "secret" ? [] : [...named[kind].keys()];
}

function nameOf({ address, kind }: { readonly address: string; readonly kind: NamedKind }): string {
  const addressed = parseAddress(address);
  if (addressed?.kind !== kind)
    throw new Error(`the state's ${address} is no address of its ${kinds[kind].one}`);
  return nameIn(addressed);
}
