import { isRefused, isTooLarge, ManagerError } from "../../api/manager-error";
import { agentAddress, secretAddress, secretAddressOn } from "../../model/address";
import { failure } from "../../model/diagnostic";
import type { ChangeAgentSecrets, Operation } from "../../model/operation";
import {
  type AgentPatch,
  isFingerprint,
  type KeyFingerprints,
  type KeyVersions,
  PENDING,
  type StateStore,
} from "../../state/port";
import type { Applying } from "../applying";
import { notListed, stillThere } from "../delete-together";
import type { OperationWork } from "../resource-kind";
import type { AgentDesired, AgentUnit } from "./agent-unit";

type Change = Operation & ChangeAgentSecrets;

interface AgentKeys {
  readonly fingerprints: KeyFingerprints;
  readonly versions: KeyVersions;
}

/**
 * The requests to one agent, deletions first where there are two, and what the state has to know before and after each. After
 * a failure whose effect is not known the agent's keys are listed and what is still missing of the plan is planned again.
 */
export class AgentSecretsWork implements OperationWork {
  readonly #applying: Applying;
  readonly #planned: readonly Change[];
  readonly #manager: string;
  readonly #unit: AgentUnit;
  /** Keys that were certainly written, or are gone. */
  readonly #done = new Set<string>();
  /** What is intended and not yet sent. */
  #unsent: readonly Change[] = [];
  /** What the state said before the intent. */
  #before: AgentKeys = { fingerprints: new Map(), versions: new Map() };
  #desiredAgent: AgentDesired | undefined;

  constructor(applying: Applying, planned: readonly Change[]) {
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
    return [...keys].map((key) => secretAddress(this.#manager, this.#unit.agent, key));
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
    if (isWhole && this.#isAsDeclared()) this.#patch([], [], digestsOf(this.#desired));
    forgetEmpty(state, this.#unit.address);
  }

  /** Not so where a value of unknown origin was kept, or where something undeclared stays ours. */
  #isAsDeclared(): boolean {
    const { keys } = this.#desired;
    const owned = this.#applying.state.fingerprints(this.#unit.address);
    return owned.size === keys.size && [...keys].every((key) => isFingerprint(owned.get(key)));
  }

  /**
   * Records that these keys are about to be written. A key that was there before and is not ours stays unrecorded until the
   * write succeeded: a crash in between must not make us its owner.
   */
  #intend(operations: readonly Change[]): void {
    const { state } = this.#applying;
    const { address } = this.#unit;
    this.#before = { fingerprints: state.fingerprints(address), versions: state.versions(address) };
    this.#unsent = operations;
    const owned = this.#before.fingerprints;
    const isForeign = ({ precondition }: Change, key: string) =>
      precondition.overwrites.includes(key) && !owned.has(key);
    const keys = operations.flatMap((each) => each.add.filter((key) => !isForeign(each, key)));
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
    const now = state.fingerprints(this.#unit.address);
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
    const versions = versionsOf(this.#desired, add);
    this.#patch(
      add.map((key) => [key, this.#desired.fingerprint(key) ?? null]),
      [],
      { versions },
    );
  }

  #patch(
    set: readonly (readonly [string, string | null])[],
    unset: readonly string[],
    more: Pick<AgentPatch, "digest" | "versionsDigest" | "versions"> = {},
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

function digestsOf({ digest, versions }: AgentDesired): Pick<AgentPatch, "digest" | "versionsDigest"> {
  return {
    ...(digest !== undefined && { digest }),
    ...(versions && { versionsDigest: versions.digest() }),
  };
}

/** The versions that the sources of some keys have now, as the state keeps them. */
export function versionsOf({ versions }: AgentDesired, keys: readonly string[]): KeyVersions {
  const known = keys.flatMap((key) => {
    const version = versions?.of(key);
    return version ? [[key, version.digest] as const] : [];
  });
  return new Map(known);
}

/** Drops the record of an agent on which no key is owned any more. */
export function forgetEmpty(state: StateStore, agentAddress: string): void {
  const record = state.record(agentAddress);
  if (record?.kind === "agent" && record.count === 0) state.drop(agentAddress);
}

/** What a new plan still asks of the keys that were to be changed; anything else is left to the next run. */
function within(operation: Operation, keys: ReadonlySet<string>): Change[] {
  if (operation.type !== "change-agent-secrets") return [];
  const add = operation.add.filter((key) => keys.has(key));
  const remove = operation.delete.filter((key) => keys.has(key));
  return add.length + remove.length > 0 ? [{ ...operation, add, delete: remove }] : [];
}
