import { isRefused, isTooLarge, ManagerError } from "../../api/manager-error";
import { agentAddress, secretAddressOn } from "../../model/address";
import { failure } from "../../model/diagnostic";
import type { ChangeAgentSecrets, Operation } from "../../model/operation";
import { type AgentPatch, isFingerprint, type KeyFingerprints, PENDING } from "../../state/port";
import type { KindApplyContext } from "../apply-context";
import { notListed, stillThere } from "../delete-together";
import type { OperationWork } from "../resource-kind";
import { type Digests, digestsOf, entriesOf, forgetEmpty, noEntries, versionsOf } from "./agent-record";
import type { AgentDesired, AgentUnit } from "./agent-unit";

type Change = Operation & ChangeAgentSecrets;

/**
 * Sends the requests to one agent, deletions first if there are two, and records the intent before and the result
 * after each. After a failure with unknown effect it lists the agent's keys and plans the missing part again.
 */
export class AgentSecretsWork implements OperationWork {
  readonly #applying: KindApplyContext;
  readonly #planned: readonly Change[];
  readonly #manager: string;
  readonly #unit: AgentUnit;
  /** Keys that were certainly written or deleted. */
  #done: readonly string[] = [];
  /** Written keys that the state does not have as written yet. */
  #unrecorded: readonly string[] = [];
  /** The latest intended requests. */
  #latest: readonly Change[] = [];
  /** Requests that are intended and not yet sent. */
  #unsent: readonly Change[] = [];
  /** The state's entries, before the intent, for the owned keys of the requests. */
  #before = noEntries;
  #desiredAgent: AgentDesired | undefined;

  constructor(applying: KindApplyContext, planned: readonly Change[]) {
    const [{ manager, agent } = {}] = planned;
    if (manager === undefined || agent === undefined) throw new Error("nothing is planned for the agent");
    const unit = applying.planned.agents.get(agentAddress(manager, agent));
    if (!unit) throw new Error(`${agentAddress(manager, agent)} was not planned`);
    this.#applying = applying;
    this.#planned = planned;
    this.#manager = manager;
    this.#unit = unit;
  }

  intend(): void {
    this.#intend(this.#planned);
  }

  giveUp(): void {
    for (const operation of this.#unsent) this.#takeBack(operation);
  }

  async carryOut(): Promise<void> {
    const applying = this.#applying;
    try {
      await this.#untilDone();
      this.#finish();
      applying.succeedOn(this.#unit.address, this.#keys());
    } catch (error) {
      this.giveUp();
      const done = new Set(this.#done);
      applying.succeedOn(this.#unit.address, [...done]);
      const left = this.#keys().filter((key) => !done.has(key));
      applying.fail(
        left.map((key) => secretAddressOn(this.#unit.address, key)),
        error,
      );
    }
  }

  get #desired(): AgentDesired {
    this.#desiredAgent ??= this.#applying.units(this.#manager).agentDesired(this.#unit);
    return this.#desiredAgent;
  }

  #keys(): readonly string[] {
    return this.#planned.reduce<readonly string[]>(
      (keys, { add, delete: deleted }) => joined(joined(keys, add), deleted),
      [],
    );
  }

  async #untilDone(): Promise<void> {
    let remaining = this.#planned;
    for (let attempt = 1; ; attempt++) {
      try {
        for (const operation of remaining) await this.#send(operation);
        return await this.#confirmDeleted(remaining.flatMap((operation) => operation.delete));
      } catch (error) {
        this.#recordWritten();
        if (!(await this.#applying.mayTryAgain(error, attempt, this.#unit.address))) throw error;
        remaining = await this.#planAgain(remaining);
        this.#intend(remaining);
        await this.#applying.state.flush([this.#manager]);
      }
    }
  }

  async #send(operation: Change): Promise<void> {
    this.#unsent = this.#unsent.filter((each) => each !== operation);
    try {
      await this.#sendHalving(operation.add, operation.delete);
    } catch (error) {
      // Before an intent is undone or anything is planned again, because both use the state.
      this.#recordWritten();
      if (isRefused(error)) this.#takeBack(operation);
      throw error;
    }
  }

  /** The missing part of the requests after the answer to one of them was lost. */
  async #planAgain(sent: readonly Change[]): Promise<readonly Change[]> {
    const { agent } = this.#unit;
    const observed = await (await this.#applying.port(this.#manager)).listAgentSecrets(agent);
    const there = new Set(observed);
    // Keys to delete that are gone are no longer owned.
    this.#forget(sent.flatMap((operation) => operation.delete).filter((key) => !there.has(key)));
    const again = this.#applying.units(this.#manager).planAgent(this.#unit, observed);
    for (const { code, detail } of again.blocked) throw failure({ code, summary: detail });
    return again.operations.flatMap((each) => within(each, new Set(this.#keys())));
  }

  /**
   * A key that the manager answered as deleted stays owned until the list confirms it: otherwise nothing would delete
   * it again.
   */
  async #confirmDeleted(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const { address } = this.#unit;
    const there = await this.#listed();
    if (there === undefined) throw notListed(keys, address);
    const left = keys.filter((key) => there.has(key));
    this.#forget(keys.filter((key) => !there.has(key)));
    if (left.length > 0) {
      const addresses = left.map((key) => secretAddressOn(address, key));
      throw stillThere(left, address, addresses);
    }
  }

  async #listed(): Promise<ReadonlySet<string> | undefined> {
    const port = await this.#applying.port(this.#manager);
    try {
      return new Set(await port.listAgentSecrets(this.#unit.agent));
    } catch (error) {
      if (error instanceof ManagerError) return undefined;
      throw error;
    }
  }

  #forget(keys: readonly string[]): void {
    if (keys.length > 0) this.#patch([], keys);
    this.#done = joined(this.#done, keys);
  }

  /**
   * If the agent is now as declared, records its digest for the next run. Forgets an agent without owned keys.
   */
  #finish(): void {
    const { state, planned } = this.#applying;
    const isWhole = planned.plan.options.secrets && planned.scope.covers(this.#unit.address);
    // The plan's result saves parsing the agent's whole record.
    const left = this.#applying.units(this.#manager).leftAgent(this.#unit.address, this.#latest);
    const isDeclared = isWhole && (left !== undefined || this.#isAsDeclared());
    this.#recordWritten(isDeclared ? digestsOf(this.#desired, left?.answer) : undefined);
    forgetEmpty(state, this.#unit.address);
  }

  /** False if a value of unknown origin was kept, or if an undeclared key stays owned. */
  #isAsDeclared(): boolean {
    const { keys } = this.#desired;
    const owned = this.#applying.state.fingerprints(this.#unit.address);
    const written = new Set(this.#unrecorded);
    for (const key of owned.keys()) if (!keys.has(key)) return false;
    for (const key of keys) if (!written.has(key) && !isFingerprint(owned.get(key))) return false;
    return true;
  }

  /** Records the results of all writes so far in one entry, with the digests if the agent is as declared. */
  #recordWritten(digests?: Digests): void {
    const written = this.#unrecorded;
    if (written.length === 0 && digests === undefined) return;
    this.#unrecorded = [];
    const versions = versionsOf(this.#desired, written);
    this.#patch(this.#desired.written(written), [], { ...digests, versions });
  }

  /**
   * Records that these keys are about to be written. A key that exists and is not owned stays unrecorded until the
   * write succeeded: a crash in between must not make it owned.
   */
  #intend(operations: readonly Change[]): void {
    const { state } = this.#applying;
    const { address } = this.#unit;
    const names = operations.reduce<readonly string[]>((keys, { add }) => joined(keys, add), []);
    const [owned, versions] = [state.fingerprints(address, names), state.versions(address, names)];
    this.#unsent = operations;
    this.#latest = operations;
    const keys = intendedKeys(operations, owned);
    this.#before = { fingerprints: entriesOf(owned, keys), versions: entriesOf(versions, keys) };
    if (keys.length > 0) this.#patch([], [], { intends: keys });
  }

  /** Undoes the intent: keys that were not written keep their previous entries, or none. */
  #takeBack({ add }: Change): void {
    const { state } = this.#applying;
    const { fingerprints: before, versions } = this.#before;
    const now = state.fingerprints(this.#unit.address, add);
    const untouched = add.filter((key) => now.get(key) === PENDING);
    if (untouched.length === 0) return;
    const known = untouched.filter((key) => before.has(key));
    const created = untouched.filter((key) => !before.has(key));
    this.#patch(
      known.map((key) => [key, before.get(key) ?? null]),
      created,
      { versions },
    );
    forgetEmpty(state, this.#unit.address);
  }

  /** Halves a batch that is too large for the manager until it passes; a single key that does not pass fails. */
  async #sendHalving(add: readonly string[], remove: readonly string[]): Promise<void> {
    try {
      const port = await this.#applying.port(this.#manager);
      const values = this.#desired.values(add);
      await this.#applying.write(() =>
        port.changeAgentSecrets(this.#unit.agent, { add: values, delete: remove }),
      );
    } catch (error) {
      if (!isTooLarge(error) || add.length + remove.length < 2) throw error;
      const [adds, removes] = [Math.floor(add.length / 2), Math.ceil(remove.length / 2)];
      // As many deletions as possible go with the first half, so that the number of keys never rises in between.
      await this.#sendHalving(add.slice(0, adds), remove.slice(0, removes));
      await this.#sendHalving(add.slice(adds), remove.slice(removes));
      return;
    }
    this.#done = joined(this.#done, add);
    this.#unrecorded = joined(this.#unrecorded, add);
  }

  #patch(
    set: AgentPatch["set"],
    unset: readonly string[],
    more: Digests & Pick<AgentPatch, "versions" | "intends"> = {},
  ): void {
    this.#applying.state.patchAgent(this.#unit.address, {
      manager: this.#manager,
      agent: this.#unit.agent,
      set,
      unset,
      ...more,
    });
  }
}

/** The keys whose writing is recorded before; mostly the list of the only request itself, which many agents share. */
function intendedKeys(operations: readonly Change[], owned: KeyFingerprints): readonly string[] {
  return operations.reduce<readonly string[]>((keys, { add, precondition }) => {
    if (precondition.overwrites.every((key) => owned.has(key))) return joined(keys, add);
    const overwrites = new Set(precondition.overwrites);
    return joined(
      keys,
      add.filter((key) => owned.has(key) || !overwrites.has(key)),
    );
  }, []);
}

/** Mostly one of two lists is empty, and the other one, which many agents share, need not be copied. */
function joined(one: readonly string[], other: readonly string[]): readonly string[] {
  if (other.length === 0) return one;
  return one.length === 0 ? other : [...one, ...other];
}

/** The part of a new plan's request for the keys of this work; the next run does the rest. */
function within(operation: Operation, keys: ReadonlySet<string>): Change[] {
  if (operation.type !== "change-agent-secrets") return [];
  const add = operation.add.filter((key) => keys.has(key));
  const remove = operation.delete.filter((key) => keys.has(key));
  return add.length + remove.length > 0 ? [{ ...operation, add, delete: remove }] : [];
}
