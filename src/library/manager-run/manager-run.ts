import { importRun } from "../../engine/adopt/adopt";
import { applyPlan } from "../../engine/apply/apply-plan";
import { deliverablesOf, proveSinks } from "../../engine/apply/prove-sinks";
import { recordOwnedManagers } from "../../engine/apply/record-managers";
import type { ApplyContext } from "../../engine/context";
import { liveObserver } from "../../engine/observe/observer";
import { connector } from "../../engine/plan/make-plan";
import type { Adoption } from "../../model/adoption";
import type { DesiredManager, DesiredState } from "../../model/desired-state";
import type { Outcome } from "../../model/outcome";
import type { Plan } from "../../model/plan";
import type { SecretValue } from "../../model/secret-value";
import type { StateKey } from "../../secrets/state-key";
import type { StateStore, StateView } from "../../state/port";
import { type Connections, connections } from "../inputs/connect-declared";
import { declareManager, declareManagers } from "../inputs/declare";
import { declaredManager } from "../inputs/declared-manager";
import type { Platform } from "../platform";
import { DEFAULT_PARALLELISM, prepareRun } from "../prepare-run";
import { reportOnce } from "../report-once";
import { type LockWait, locked } from "../state/locked";
import type { StatePlace } from "../state/state-place";
import { checkIssuer } from "./check-issuer";
import { identify, throwIfOther } from "./identify";
import { type Recorded, readKeptSecrets, throwFaultsOf } from "./kept-secrets";
import { desiredOf, type ManagerPart, planPart } from "./manager-part";
import { RecordedState } from "./recorded-state";
import { type LiveObserver, SharedAnswers } from "./shared-answers";
import { SharedLock } from "./shared-lock";
import { SideBySide } from "./side-by-side";
import { nameStateIn } from "./state-in-remedies";
import { Traces } from "./traces";

/** A manager, and the place of its state. */
export interface RunSettings extends LockWait {
  readonly name: string;
  /** What a file has under the manager's name, without resources. */
  readonly settings: object;
  readonly place: StatePlace;
  readonly parallelism?: number | undefined;
}

/**
 * A manager whose parts are planned and applied independently, many at the same time, while the caller needs it. They
 * share connections, one view of the state, and one hold of its lock.
 */
export class ManagerRun {
  readonly name: string;
  /** The host name under which the manager's own agents know it. */
  readonly host: string;
  readonly #base: DesiredManager;
  readonly #settings: RunSettings;
  readonly #key: StateKey;
  readonly #platform: Platform;
  readonly #reading: ReturnType<typeof prepareRun>;
  readonly #lock: SharedLock;
  readonly #order = new SideBySide();
  readonly #connect: ReturnType<typeof connector>;
  /** Settles with the latest requested hold of the lock. */
  #lastHold: Promise<unknown> = Promise.resolve();
  readonly #recorded: RecordedState;
  readonly #answers: SharedAnswers;
  #identity: ReturnType<typeof identify> | undefined;

  constructor(base: DesiredManager, settings: RunSettings, key: StateKey, platform: Platform) {
    this.name = base.name;
    this.host = base.host;
    this.#base = base;
    this.#settings = settings;
    this.#key = key;
    this.#platform = platform;
    const { place, parallelism } = settings;
    const desired = desiredOf(base);
    this.#reading = prepareRun({ options: { parallelism }, desired, place, key }, platform);
    this.#recorded = new RecordedState(place, this.#reading, platform.report);
    this.#connect = connector(this.#reading);
    this.#answers = new SharedAnswers(this.observe());
    this.#lock = new SharedLock((work) => this.#hold(desired, work));
  }

  /**
   * The manager with declared resources, written and checked as in a file; `names` has the name of each setting for
   * messages. Rejects with a `DiagnosticError`.
   */
  declare(resources: object, names: Readonly<Record<string, string>>): Promise<DesiredManager> {
    const { settings, place } = this.#settings;
    return declareManager(
      this.name,
      { ...settings, ...resources },
      names,
      this.#platform,
      () => place.folder,
    );
  }

  /** The same, with another manager beside this one, which `resources` may name. */
  async declareBeside(
    other: { readonly name: string; readonly settings: object },
    resources: object,
    names: Readonly<Record<string, string>>,
  ): Promise<{ readonly desired: DesiredManager; readonly other: DesiredManager }> {
    const { settings, place } = this.#settings;
    const managers = await declareManagers(
      { [this.name]: { ...settings, ...resources }, [other.name]: other.settings },
      names,
      this.#platform,
      () => place.folder,
    );
    return {
      desired: declaredManager(this.name, { managers }),
      other: declaredManager(other.name, { managers }),
    };
  }

  /** What an apply of the part would do. Writes nothing and takes no lock. */
  async plan(part: ManagerPart): Promise<Plan> {
    const { kept, ...recorded } = await this.#recordedNow();
    throwFaultsOf(kept, this.name, part.issuer?.name);
    const issuing = this.#connectionsOf(part.issuer);
    const connect = async (name: string) => (name === this.name ? this.#sharing() : issuing.connect(name));
    const mayWrite = (name: string) => name === this.name || name === part.issuer?.name;
    const context = {
      ...this.#reading,
      connect,
      ...recorded,
      ...{ desired: desiredOf(part.desired), kept: kept.secrets, mayWrite },
    };
    try {
      const { plan, ...planned } = await planPart(context, part);
      const unfit = await proveSinks(deliverablesOf({ ...planned, plan }), context);
      const unknown = [...plan.unknown, ...(await checkIssuer(plan, part, issuing))];
      return { ...plan, unknown, diagnostics: [...plan.diagnostics, ...unfit] };
    } finally {
      await issuing.close();
    }
  }

  /**
   * Plans the part again and applies it, under the state's lock. Parts that issue secrets must run `alone`; others
   * run in parallel if they share no address. Rejects with a `DiagnosticError` if nothing was sent.
   */
  apply(part: ManagerPart, { alone }: { readonly alone: boolean }): Promise<Outcome> {
    const work = (context: ApplyContext) =>
      reportOnce(context, async (own) => applyPlan(own, await planPart(own, part)));
    return part.issuer ? this.#withIssuer(part.issuer, work) : this.inTurn(alone, work);
  }

  /** Imports resources that the part declares and that exist into the state. */
  adopt({ desired, targets }: ManagerPart): Promise<Adoption> {
    return this.inTurn(true, async (context) => {
      const { adoption, identified } = await importRun(
        { ...context, desired: desiredOf(desired) },
        { targets },
        context.state,
      );
      recordOwnedManagers(context.state, identified.has(this.name) ? [desired] : []);
      await context.state.flush();
      return adoption;
    });
  }

  /** Asks the manager itself. Every method rejects with a `ManagerError`. */
  observe(): LiveObserver {
    const connect = () => this.#connect(this.name);
    const agents = async () => (await connect()).listAgents();
    return { ...liveObserver(connect), agents, version: async () => (await connect()).version() };
  }

  /**
   * Reads what a connection needs, such as the password and the files of `tls`; sends nothing. Rejects with a
   * `DiagnosticError` or a `ManagerError`.
   */
  async open(): Promise<void> {
    await this.#connect(this.name);
    this.#recorded.begin();
  }

  /** The state when the run was opened; absent if it could not be read. */
  stateAtBegin(): Promise<StateView | undefined> {
    return this.#recorded.atBegin();
  }

  /** Rejects with a `DiagnosticError` unless the manager is the one that the state was written for. */
  async identify(): Promise<void> {
    this.#identity ??= this.#identify();
    const identity = await this.#identity;
    // Only a definite answer is remembered.
    if (identity.is === "unknown") this.#identity = undefined;
    throwIfOther(identity);
  }

  /** The manager's answers in this run; a missing one is requested. */
  get answers(): Pick<SharedAnswers, "agents" | "names" | "agentSecrets"> {
    return this.#answers;
  }

  /** The place of the state, for messages. */
  get location(): string {
    return this.#settings.place.location;
  }

  /** The present state: under the lock while this run holds it, else as of this run's start or last write. */
  async state(): Promise<StateView> {
    return (await (this.#lock.held ?? this.#recorded.latest())).state;
  }

  /** A keyed digest of a value, bound to an address. */
  fingerprint(address: string, value: SecretValue): string {
    return this.#reading.fingerprints.value(address, value);
  }

  /** Shows later, without any value, what was written to agents. */
  get traces(): Traces {
    return new Traces(this.#reading.fingerprints, this.#base);
  }

  /** Does work under the state's lock: alone, or in parallel with other work that has no address in common. */
  async inTurn<T>(alone: boolean, work: (context: ApplyContext) => Promise<T>): Promise<T> {
    try {
      return await this.#lock.run((context) => this.#order.run(alone, () => work(context)));
    } finally {
      this.#recorded.forget();
      if (alone) this.#answers.forget();
      else this.#answers.forgetKeys();
    }
  }

  /** Does work that consists of several applies, or of one and its records, under one hold of the state's lock. */
  holding<T>(work: (state: StateStore) => Promise<T>): Promise<T> {
    return this.#lock.run(({ state }) => work(state));
  }

  /** Whether the caller has cancelled the run: no further request starts. */
  get isStopped(): boolean {
    return this.#platform.signal.aborted;
  }

  /** The same manager, for work that must be done although the run was stopped. The caller closes it. */
  unstopped(): ManagerRun {
    const platform = { ...this.#platform, signal: new AbortController().signal };
    return new ManagerRun(this.#base, this.#settings, this.#key, platform);
  }

  /** Logs out and closes the connections. */
  close(): Promise<void> {
    return this.#reading.close();
  }

  /** Also locks the issuer's part of the state, so such a part needs a hold of its own. */
  async #withIssuer<T>(issuer: DesiredManager, work: (context: ApplyContext) => Promise<T>): Promise<T> {
    try {
      return await this.#hold(desiredOf(this.#base, issuer), work);
    } finally {
      this.#recorded.forget();
      this.#answers.forget();
    }
  }

  /**
   * Runs the holds of one run one after the other, so that none times out while it waits for a lock of its own
   * process.
   */
  #hold<T>(desired: DesiredState, work: (context: ApplyContext) => Promise<T>): Promise<T> {
    // A plan may have the state of a hold that ends meanwhile.
    const how = { command: "terraform", mayTakeOver: "part", staysReadable: true } as const;
    const run = { ...this.#settings, desired, ...how };
    // If one part finds that a manager does not answer, the others need not wait.
    const shared = (context: ApplyContext) => work({ ...context, connect: connector(context) });
    const hold = this.#lastHold
      .then(() => locked(run, this.#platform, shared))
      .catch((error) => {
        throw nameStateIn(error, this.location);
      });
    this.#lastHold = hold.catch(() => undefined);
    return hold;
  }

  async #identify() {
    const known = await (this.#lock.held ?? this.#recorded.latest());
    return identify(this.#base, known, () => this.#sharing());
  }

  /** The connection, with the manager's answers so far. */
  async #sharing() {
    return this.#answers.over(await this.#connect(this.name));
  }

  #connectionsOf(issuer: DesiredManager | undefined): Connections {
    const { parallelism = DEFAULT_PARALLELISM } = this.#settings;
    const desired = desiredOf(...(issuer ? [issuer] : []));
    return connections(desired, this.#reading.secrets, parallelism, this.#platform);
  }

  /** The present records, which change while this run holds the lock. */
  async #recordedNow(): Promise<Recorded> {
    const { held } = this.#lock;
    if (held === undefined) return this.#recorded.latest();
    return { state: (await held).state, kept: await readKeptSecrets(this.#reading.recovery) };
  }
}
