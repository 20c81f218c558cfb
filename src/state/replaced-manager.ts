import { agentAddress, isWithin } from "../model/address";
import { isSameHost } from "../model/host";
import type {
  AgentRecord,
  ExpectedFingerprints,
  IssuedRecord,
  KeyFingerprints,
  KeyVersions,
  RebuildRecord,
  SavedPlanRecord,
  StateRecord,
  StateStore,
  StateView,
} from "./port";

/**
 * The state after the replacement of a manager. Its issued secrets are lost: only their places stay known, so that
 * their files may be overwritten. Its lower managers have to be added again. The keys on agents stay ours, but their
 * values are unknown. Agents of the lost manager itself belong to the new one.
 *
 * A plan is made from this view and approved before any write. `begin` then writes it.
 */
export class ReplacedManager implements StateView {
  readonly #state: StateView;
  readonly #rebuild: RebuildRecord;
  readonly #lostHosts: readonly string[];
  /** The replaced manager's, by address. */
  readonly #records = new Map<string, StateRecord>();
  /** By address of an agent: the agents whose keys it has. More than one if it was known under both hosts. */
  readonly #origins = new Map<string, string[]>();
  #begun = false;

  constructor(state: StateView, rebuild: RebuildRecord) {
    this.#state = state;
    this.#rebuild = rebuild;
    // If an earlier new manager was lost as well, agents may have been set up for it.
    const earlier = state.record(rebuild.address);
    this.#lostHosts = [rebuild.replaces, ...(earlier?.kind === "rebuild" ? [earlier.host] : [])];
    for (const each of state.records()) if (each.manager === rebuild.manager) this.#take(each);
    this.#records.set(rebuild.address, rebuild);
  }

  get lineage(): string {
    return this.#state.lineage;
  }

  serial(manager: string): number {
    return this.#state.serial(manager);
  }

  plans(manager: string): readonly SavedPlanRecord[] {
    return this.#state.plans(manager);
  }

  record(address: string): StateRecord | undefined {
    return this.#isOther(address) ? this.#state.record(address) : this.#records.get(address);
  }

  *records(): Iterable<StateRecord> {
    for (const each of this.#state.records()) if (this.#isOther(each.address)) yield each;
    if (!this.#begun) yield* this.#records.values();
  }

  fingerprints(address: string, of?: readonly string[]): KeyFingerprints {
    return this.#isOther(address) ? this.#state.fingerprints(address, of) : this.#unverified(address);
  }

  withoutFingerprints(address: string): KeyFingerprints {
    return this.#isOther(address) ? this.#state.withoutFingerprints(address) : this.#unverified(address);
  }

  unexpected(address: string, expected: ExpectedFingerprints): KeyFingerprints | undefined {
    return this.#isOther(address) ? this.#state.unexpected(address, expected) : undefined;
  }

  /** The version of a source is useless for an unknown value. */
  versions(address: string, of?: readonly string[]): KeyVersions {
    return this.#isOther(address) ? this.#state.versions(address, of) : new Map();
  }

  /**
   * Writes the view, with the record of the rebuild last, so that this record shows that the rest is complete. After
   * a crash before that, another `begin` completes it. The caller flushes. From then on this view reads the store.
   */
  begin(store: StateStore): void {
    const before = [...store.records()].filter(({ manager }) => manager === this.#rebuild.manager);
    for (const each of this.#records.values()) {
      if (each.kind !== "agent") continue;
      const { address, manager, agent } = each;
      store.patchAgent(address, { manager, agent, set: this.#unverified(address), unset: [] });
    }
    for (const { address } of before) {
      const after = this.#records.get(address);
      if (after === undefined) store.drop(address);
      else if (after.kind !== "agent") store.put(after);
    }
    store.put(this.#rebuild);
    this.#begun = true;
  }

  #isOther(address: string): boolean {
    return this.#begun || !isWithin(address, managerPart(this.#rebuild.address));
  }

  #take(record: StateRecord): void {
    if (record.kind === "client" || record.kind === "initial-secret") this.#retire(record);
    else if (record.kind === "agent") this.#move(record);
  }

  #retire(record: IssuedRecord): void {
    const isOursStill = (record.places ?? []).length + (record.writing ?? []).length > 0;
    if (isOursStill) this.#records.set(record.address, { ...record, status: "retired" });
  }

  #move({ address, manager, agent, count }: AgentRecord): void {
    const { host } = this.#rebuild;
    const moved = this.#lostHosts.some((lost) => isSameHost(agent.managerHost, lost))
      ? { host: agent.host, managerHost: host }
      : agent;
    const target = agentAddress(manager, moved);
    const origins = [...(this.#origins.get(target) ?? []), address];
    this.#origins.set(target, origins);
    const all = origins.length > 1 ? this.#unverified(target).size : count;
    this.#records.set(target, { kind: "agent", address: target, manager, agent: moved, count: all });
  }

  #unverified(address: string): KeyFingerprints {
    const [first = "", ...others] = this.#origins.get(address) ?? [];
    const keys = this.#state.withoutFingerprints(first);
    if (others.length === 0) return keys;
    return new Map([...keys, ...others.flatMap((each) => [...this.#state.withoutFingerprints(each)])]);
  }
}

/** The escaped first segment of an address. */
function managerPart(address: string): string {
  return address.split("/", 1)[0] ?? address;
}
