import { isRefused, isTooLarge, ManagerError } from "../../api/manager-error";
import { agentAddress, secretAddressOn } from "../../model/address";
import { failure } from "../../model/diagnostic";
import type { ChangeAgentSecrets, Operation } from "../../model/operation";
import { type AgentPatch, isFingerprint, PENDING } from "../../state/port";
import type { KindApplyContext } from "../apply-context";
import { notListed, stillThere } from "../delete-together";
import type { OperationWork } from "../resource-kind";
import { type Digests, digestsOf, entriesOf, forgetEmpty, noEntries, versionsOf } from "./agent-record";
import type { AgentDesired, AgentUnit } from "./agent-unit";

type Change = Operation & ChangeAgentSecrets;

/** So many fingerprints are looked up in the plan in less time than all of an agent's are made in. */
const FEW = 16;

/**
 * The requests to one agent, deletions first where there are two, and what the state has to know before and after each. After
 * a failure whose effect is not known the agent's keys are listed and what is still missing of the plan is planned again.
 */
export class AgentSecretsWork implements OperationWork {
  readonly #applying: KindApplyContext;
  readonly #planned: readonly Change[];
  readonly #manager: string;
  readonly #unit: AgentUnit;
  /** Keys that were certainly written, or are gone. */
  readonly #done = new Set<string>();
  /** Those of the written ones that the state does not know as written yet. */
  #unrecorded: readonly string[] = [];
  /** What was intended last. */
  #latest: readonly Change[] = [];
  /** What is intended and not yet sent. */
  #unsent: readonly Change[] = [];
  /** What the state said, before the intent, of the keys that are intended and were ours. */
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
      for (const address of this.#addresses()) applying.succeed(address);
    } catch (error) {
      this.giveUp();
      const done = new Set(this.#addresses(this.#done));
      for (const address of done) applying.succeed(address);
      applying.fail(
        this.#addresses().filter((address) => !done.has(address)),
        error,
      );
    }
  }

  get #desired(): AgentDesired {
    this.#desiredAgent ??= this.#applying.units(this.#manager).agentDesired(this.#unit);
    return this.#desiredAgent;
  }

  #addresses(keys: Iterable<string> = this.#keys()): string[] {
    return [...keys].map((key) => secretAddressOn(this.#unit.address, key));
  }

  #keys(): ReadonlySet<string> {
    return new Set(this.#planned.flatMap((operation) => [...operation.add, ...operation.delete]));
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
      // Before anything is taken back or planned again: both go by what the state says.
      this.#recordWritten();
      if (isRefused(error)) this.#takeBack(operation);
      throw error;
    }
  }

  /** What is still missing of the requests, now that the answer to one of them is lost. */
  async #planAgain(sent: readonly Change[]): Promise<readonly Change[]> {
    const { agent } = this.#unit;
    const observed = await (await this.#applying.port(this.#manager)).listAgentSecrets(agent);
    const there = new Set(observed);
    // What was to be deleted and is gone is not ours any more.
    this.#forget(sent.flatMap((operation) => operation.delete).filter((key) => !there.has(key)));
    const again = this.#applying.units(this.#manager).planAgent(this.#unit, observed);
    for (const { code, detail } of again.blocked) throw failure({ code, summary: detail });
    return again.operations.flatMap((each) => within(each, this.#keys()));
  }

  /**
   * What the manager says that it deleted is gone once its list shows so. Until then it stays ours: nothing else would delete it.
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
    for (const key of keys) this.#done.add(key);
  }

  /**
   * Where the agent is now as declared, its digest says so for the next run. One on which nothing is left that is
   * ours leaves the state.
   */
  #finish(): void {
    const { state, planned } = this.#applying;
    const isWhole = planned.plan.options.secrets && planned.scope.covers(this.#unit.address);
    // What the plan found spares parsing all that is recorded of the agent.
    const left = this.#applying.units(this.#manager).leftAgent(this.#unit.address, this.#latest);
    const isDeclared = isWhole && (left !== undefined || this.#isAsDeclared());
    this.#recordWritten(isDeclared ? digestsOf(this.#desired, left?.answer) : undefined);
    forgetEmpty(state, this.#unit.address);
  }

  /** Not so where a value of unknown origin was kept, or where something undeclared stays ours. */
  #isAsDeclared(): boolean {
    const { keys } = this.#desired;
    const owned = this.#applying.state.fingerprints(this.#unit.address);
    const written = new Set(this.#unrecorded);
    for (const key of owned.keys()) if (!keys.has(key)) return false;
    for (const key of keys) if (!written.has(key) && !isFingerprint(owned.get(key))) return false;
    return true;
  }

  /** The results of all that was written by now in one entry, which says as well where the agent is as declared. */
  #recordWritten(digests?: Digests): void {
    const written = this.#unrecorded;
    if (written.length === 0 && digests === undefined) return;
    this.#unrecorded = [];
    const plannedOf = (key: string) => this.#applying.plannedAt(secretAddressOn(this.#unit.address, key));
    const isFew = written.length <= FEW;
    const fingerprintOf = (key: string) =>
      (isFew ? plannedOf(key)?.fingerprint : undefined) ?? this.#desired.fingerprint(key) ?? null;
    this.#patch(
      written.map((key) => [key, fingerprintOf(key)] as const),
      [],
      { ...digests, versions: versionsOf(this.#desired, written) },
    );
  }

  /**
   * Records that these keys are about to be written. A key that was there before and is not ours stays unrecorded until the
   * write succeeded: a crash in between must not make us its owner.
   */
  #intend(operations: readonly Change[]): void {
    const { state } = this.#applying;
    const { address } = this.#unit;
    const names = operations.flatMap(({ add }) => add);
    const [owned, versions] = [state.fingerprints(address, names), state.versions(address, names)];
    this.#unsent = operations;
    this.#latest = operations;
    const keys = operations.flatMap(({ add, precondition }) => {
      const overwrites = new Set(precondition.overwrites);
      return add.filter((key) => owned.has(key) || !overwrites.has(key));
    });
    this.#before = { fingerprints: entriesOf(owned, keys), versions: entriesOf(versions, keys) };
    if (keys.length > 0)
      this.#patch(
        keys.map((key) => [key, PENDING]),
        [],
      );
  }

  /** What was not written stays as it was, and stays ours or not. */
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

  /** A batch that is too large for the manager is halved until it passes; a single key that does not pass fails. */
  async #sendHalving(add: readonly string[], remove: readonly string[]): Promise<void> {
    try {
      const port = await this.#applying.port(this.#manager);
      const values = add.map((key) => ({ key, value: this.#desired.value(key) }));
      await this.#applying.write(() =>
        port.changeAgentSecrets(this.#unit.agent, { add: values, delete: remove }),
      );
    } catch (error) {
      if (!isTooLarge(error) || add.length + remove.length < 2) throw error;
      const [adds, removes] = [Math.floor(add.length / 2), Math.ceil(remove.length / 2)];
      // Deletions go with the first half as far as they can, so that the number of keys never rises on the way.
      await this.#sendHalving(add.slice(0, adds), remove.slice(0, removes));
      await this.#sendHalving(add.slice(adds), remove.slice(removes));
      return;
    }
    for (const key of add) this.#done.add(key);
    this.#unrecorded = [...this.#unrecorded, ...add];
  }

  #patch(
    set: readonly (readonly [string, string | null])[],
    unset: readonly string[],
    more: Digests & Pick<AgentPatch, "versions"> = {},
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

/** What a new plan still asks of the keys that were to be changed; anything else is left to the next run. */
function within(operation: Operation, keys: ReadonlySet<string>): Change[] {
  if (operation.type !== "change-agent-secrets") return [];
  const add = operation.add.filter((key) => keys.has(key));
  const remove = operation.delete.filter((key) => keys.has(key));
  return add.length + remove.length > 0 ? [{ ...operation, add, delete: remove }] : [];
}
