import {
  exitCodeOfAdoption,
  exitCodeOfDiagnostics,
  exitCodeOfOutcome,
  exitCodeOfPlan,
} from "../../src/cli/exit-code-of";
import { createPlatform, DiagnosticError, type Platform } from "../../src/index";
import { agentAddress, clientAddress, lowerManagerAddress, rebuildAddress } from "../../src/model/address";
import { ExitCode } from "../../src/model/exit-code";
import { seededRandom } from "../../src/simulator/seeded-random";
import { Simulation } from "../../src/simulator/simulation";
import { LocalStorage } from "../../src/state/local/local-storage";
import type { PartitionedView } from "../../src/state/partitioned-view";
import type { StateRecord } from "../../src/state/port";
import { readState } from "../../src/state/read-state";
import type { Storage } from "../../src/state/storage";
import { type Action, actions } from "./actions";
import { canary, canaryBytes } from "./canary";
import { Chance, partSeed } from "./chance";
import { contentionFor } from "./contention";
import {
  contradiction,
  type DesiredChoice,
  type DocumentChoice,
  documentsOf,
  NOTHING,
  sinkFiles,
} from "./desired";
import type { History, OthersEdit, RunChoice, Step } from "./history";
import { Ledger } from "./ledger";
import { loseManager } from "./loss";
import { Machine, type ProcessOptions, type SimulatedProcess } from "./machine";
import { type Exchange, Network, type NetworkObserver } from "./network";
import type { Result, Run } from "./run";
import { STATE_ADDRESS, STATE_LOGIN, StateService } from "./state-service";
import { Trace } from "./trace";
import { StalledError, VirtualTime } from "./virtual-time";
import { HOST_OF, type ManagerName, NAGOYA_INITIALS, PASSWORD, VARIABLES } from "./world";

export const HOME = "/home/ops";
export const STATE = `${HOME}/.jp1im`;

/** The number of the draw that decides whether a secret is kept of which the state knows nothing. */
const STRAY = 1_000;
export const STRAY_KEPT = `${STATE}/managers/osaka/recovery/of-a-state-that-was-lost.json`;
export const STRAY_TEXT = JSON.stringify({
  ...{ format: "jp1im-recovery/1", address: "osaka/client/app", generation: 1, id: "app", issue: "of old" },
  ...{ issuedAt: "2029-12-31T00:00:00Z", sealed: "" },
});

/** Who checks at the wire what happens. */
export type Watcher = Pick<NetworkObserver, "sent" | "answered">;

/** The estate, the machine and the people of one history, as they are now. */
export class Scene {
  readonly time = new VirtualTime();
  readonly trace = new Trace();
  readonly machine: Machine;
  readonly simulation: Simulation;
  readonly network: Network;
  /** What keeps the state, where the disk does not. */
  readonly service: StateService | undefined;
  readonly ledger: Ledger;
  /** Whether a secret is kept that the state knows nothing of. */
  readonly keepsStray: boolean;
  /** The file of the audit trail, where there is one. */
  readonly trail: string | undefined;
  readonly #isSplit: boolean;
  readonly #minimumWaste: number | undefined;
  readonly env: Record<string, string | undefined>;
  readonly runs: Run[] = [];
  /** Files of somebody else's where a secret would be delivered to, by path. */
  readonly othersFiles = new Map<string, string>();
  readonly #watcher: Watcher;
  desired: DesiredChoice = NOTHING;
  /** What the state held before a run with a target that ran alone. */
  targeted: { readonly target: string; readonly before: PartitionedView | undefined } | undefined;
  /** The clients that the last run without faults left as declared, until another run has ended. */
  readonly settled = new Map<string, { readonly secret: string; readonly generation: number }>();
  /** Whether the wall clock was ever put back, so that nothing tells how much time has passed. */
  jumpedBack = false;
  /** Set while somebody else interferes with a run under way. */
  interfered = false;
  /** Set while somebody else changes one thing that a run under way writes. */
  contended: string | undefined;
  #contends: string | undefined;
  /** Set while one file of the desired state contradicts the other. */
  contradicted = false;
  /** Since the integrated manager was lost, until it is rebuilt. */
  lost = false;
  /** The lost manager's own clients on lower managers, as `MANAGER ID`. */
  readonly leftBehind = new Set<string>();
  /** Addresses of issued secrets that wait in the state's folder for their delivery. */
  recoverable: ReadonlySet<string> = new Set();
  #files: readonly string[] = [];
  #chance: Chance;

  constructor(history: History, watcher: Watcher) {
    const { time } = this;
    this.#watcher = watcher;
    this.#chance = new Chance(history.seed);
    this.#minimumWaste = history.minimumWaste;
    this.#isSplit = history.isSplit === true;
    if (history.isAudited) this.trail = "audit.jsonl";
    const struck = (kind: string) => this.trace.fault(kind);
    const random = seededRandom(history.seed);
    this.simulation = new Simulation(history.world, {
      clock: time,
      random: { ...random, bytes: (count) => canaryBytes(count, random.bytes) },
    });
    this.machine = new Machine(time, this.#chance, struck);
    this.ledger = new Ledger(this.simulation, history.world);
    this.network = new Network(this.simulation, time, this.#chance, {
      sent: (exchange) => this.#sent(exchange),
      observe: (exchange, carryOut) => this.#observe(exchange, carryOut),
      answered: (exchange) => this.#answered(exchange),
      struck,
    });
    if (history.isRemote) this.service = new StateService(time, this.#chance, struck);
    this.env = { PASSWORD, NAGOYA_INITIAL: NAGOYA_INITIALS[0], ...(this.service && STATE_LOGIN) };
    for (const name of VARIABLES) this.env[name] = canary(this.#chance);
    if (history.key === "environment")
      this.env.JP1IM_STATE_KEY = Buffer.alloc(32, "a key").toString("base64");
    this.desire(NOTHING);
    this.keepsStray = !history.isRemote && new Chance(partSeed(history.seed, STRAY)).percent(10);
    if (this.keepsStray) this.machine.disk.place(STRAY_KEPT, STRAY_TEXT);
  }

  /** Starts a new draw of chance, so that a step is the same whatever was left out before it. */
  begin(seed: number): void {
    this.#chance = new Chance(seed);
    this.machine.chance = this.#chance;
  }

  get chance(): Chance {
    return this.#chance;
  }

  desire(desired: DesiredChoice): void {
    this.desired = desired;
    this.contradicted = false;
    this.#declare({});
  }

  /** From now on the second file declares what the first one does in another way, where there is such a thing. */
  contradict(): void {
    const { desired } = this;
    if (contradiction(desired) === undefined) return;
    this.contradicted = true;
    this.trace.fault("desired state: a contradiction");
    this.#declare({ contradicts: true });
  }

  #declare(choice: Pick<DocumentChoice, "misled" | "contradicts">): void {
    const { stateAddress, trail } = { stateAddress: this.service && STATE_ADDRESS, trail: this.trail };
    const documents = documentsOf(this.desired, { ...choice, stateAddress, trail, isSplit: this.#isSplit });
    for (const [name, text] of Object.entries(documents)) this.machine.disk.place(`${HOME}/${name}`, text);
    this.#files = Object.keys(documents);
  }

  /** From now on the desired state leads to another manager, unless the state does not know the right one yet. */
  async mislead(misled: NonNullable<Step["misled"]>): Promise<void> {
    const records = [...((await this.state().catch(() => undefined))?.records() ?? [])];
    const own = records.filter(({ manager }) => manager === "tokyo");
    const isKnown = own.some(({ kind }) => kind === "manager");
    const isOwner = own.some((record) => !["manager", "rebuild"].includes(record.kind) && !isRetired(record));
    if (this.lost || !isKnown || !isOwner) return;
    this.trace.fault(`desired state: another ${misled}`);
    this.#declare({ misled });
  }

  read(name: string): string | undefined {
    return this.machine.disk.peek(`${HOME}/${name}`)?.toString("utf8");
  }

  #storage(): Storage {
    return this.service?.storage() ?? new LocalStorage({ folder: STATE, fileSystem: this.machine.disk });
  }

  /** The state as it is now; throws when it does not load. */
  async state(): Promise<PartitionedView> {
    const view = await readState({ storage: this.#storage(), report: () => {} });
    for (const error of view.damaged.values()) throw error;
    return view;
  }

  /** Takes down which clients are delivered as declared. */
  settle(): void {
    for (const [id, client] of Object.entries(this.desired.clients)) {
      const entry = this.ledger.clients.get(`tokyo ${id}`);
      const isDelivered = sinkFiles(id, client).every((file) => this.read(file) === entry?.value);
      if (entry?.created && !entry.tampered && isDelivered)
        this.settled.set(id, { secret: entry.value, generation: client.generation });
    }
  }

  /** A source gives another value, or none; that of `nagoya` is what the manager itself has. */
  async rotate({ variable, value }: Step["rotations"][number]): Promise<void> {
    this.env[variable] = value;
    if (variable === "NAGOYA_INITIAL" && value !== undefined)
      await this.edit({ manager: "nagoya", type: "set-initial-secret", secret: value });
  }

  lose(): void {
    loseManager(this);
    this.lost = true;
    this.trace.fault("a manager is lost");
  }

  /** Whether the state knows that the manager is being replaced, or was. */
  async hasBegunRebuild(): Promise<boolean> {
    const log = await this.state().catch(() => undefined);
    return log?.record(rebuildAddress("tokyo")) !== undefined;
  }

  /** What kept secrets say that they are of. */
  async listRecoverable(): Promise<Set<string>> {
    const storage = this.#storage();
    const addresses = new Set<string>();
    for (const manager of await storage.managers()) {
      const kept = storage.kept(manager);
      for (const name of await kept.list())
        for (const address of addressIn((await kept.read(name)) ?? "")) addresses.add(address);
    }
    return addresses;
  }

  /** Somebody else's doing; nothing where it cannot be done. `isHeld`: its name counts as ours, as while a run is at work. */
  async edit(edit: OthersEdit, isHeld?: boolean): Promise<void> {
    if (edit.type === "place-file") {
      const path = `${HOME}/${edit.name}`;
      if (this.machine.disk.peek(path) !== undefined) return;
      // Where we wrote before, a file is ours; nothing tells who wrote it since. Before that it is nobody's but theirs.
      if (this.machine.written.has(path)) return;
      this.machine.disk.place(path, "somebody's own");
      this.othersFiles.set(path, "somebody's own");
      return;
    }
    const held = isHeld ?? (await this.#isHeld(edit));
    try {
      this.simulation.edit(edit);
    } catch {
      return;
    }
    this.trace.add(`edit ${JSON.stringify(edit)}`);
    const manager = edit.manager as ManagerName;
    if (edit.type === "create-client" || edit.type === "delete-client")
      this.ledger.editClient(manager, edit.id, held);
    if (edit.type === "set-agent-secret" || edit.type === "remove-agent-secret")
      this.ledger.editKey(HOST_OF[manager], edit.host, edit.key, held);
    if (edit.type === "remove-agent") this.ledger.forgetAgent(HOST_OF[manager], edit.host);
    if (edit.type === "set-initial-secret") this.ledger.initialSecrets.delete(manager);
  }

  /** Whether the state has a name for ours that somebody else uses just now. */
  async #isHeld(edit: Exclude<OthersEdit, { type: "place-file" }>): Promise<boolean> {
    const contents = await this.state().catch(() => undefined);
    if (edit.type === "create-client") {
      const record = contents?.record(clientAddress(edit.manager, edit.id));
      return record?.kind === "client" && record.status !== "retired";
    }
    if (edit.type !== "set-agent-secret") return false;
    const managerHost = HOST_OF[edit.manager as ManagerName];
    const address = agentAddress("tokyo", { managerHost, host: edit.host });
    return contents?.fingerprints(address).has(edit.key) ?? false;
  }

  /** Starts a run; its result is there once the promise has resolved, and never is when the process dies. */
  start(
    choice: RunChoice,
    options: Omit<ProcessOptions, "fate" | "fileFault" | "sleep" | "minimumWaste">,
    isQuiet: boolean,
  ): StartedRun {
    const action: Action = actions[choice.action];
    const { fate, fileFault, sleep } = choice;
    const mishaps = { fate, fileFault, sleep, minimumWaste: this.#minimumWaste };
    const process = this.machine.start({ ...options, ...mishaps });
    const isDestroy = action.isDestroy === true;
    const run: Run = {
      number: this.runs.length + 1,
      ...{ action: choice.action, process, isDestroy, isQuiet },
      ...{ files: this.#files, isContradicted: this.contradicted },
      ...(action.isTargeted && { target: choice.target }),
      desired: isDestroy ? { ...NOTHING, policy: { ...this.desired.policy, prune: "owned" } } : this.desired,
      env: { ...this.env },
      exchanges: [],
      events: [],
      plans: [],
      effects: 0,
    };
    this.runs.push(run);
    const work = action.run(this.#platform(process, run), run, choice.target).catch((error): Result => {
      if (error instanceof DiagnosticError) return { type: "refused", diagnostics: error.diagnostics };
      return { type: "bug", error };
    });
    const ended = Promise.race([work, process.died.then((): Result => ({ type: "died" }))]).then((result) => {
      process.exit();
      const exitCode = exitCodeOf(result);
      Object.assign(run, { result, exitCode });
      if (result.type === "imported" && !this.interfered) this.ledger.hold(result.imported.imported);
      this.trace.add(`${this.time.now()} run ${run.number} ${run.action} ${result.type} ${exitCode}`);
    });
    return { run, ended };
  }

  /** Lets time pass until the runs have ended, and what they sent has arrived. */
  async finish(runs: readonly StartedRun[]): Promise<void> {
    try {
      await this.time.until(Promise.all(runs.map(({ ended }) => ended)));
    } catch (error) {
      if (!(error instanceof StalledError)) throw error;
      for (const { run } of runs) run.result ??= { type: "bug", error };
    }
    while (this.network.busy || this.service?.busy) await this.time.until(this.time.sleep(100));
    await this.time.until(this.time.sleep(1_000));
  }

  #platform(process: SimulatedProcess, run: Run): Platform {
    const { time, service } = this;
    return createPlatform({
      env: run.env,
      cwd: HOME,
      stdin: async () => Buffer.alloc(0),
      fileSystem: process.files,
      clock: {
        now: () => time.now(),
        elapsed: () => time.elapsed(),
        sleep: async (ms, signal) => {
          await time.sleep(ms, signal);
          await process.wait("look");
        },
      },
      random: seededRandom(this.#chance.seed()),
      host: process.host,
      user: "ops",
      pid: process.pid,
      processStart: (pid) => `boot/${pid}`,
      isProcessAlive: (pid) => this.machine.isAlive(process.host, pid),
      signal: process.signal,
      report: (event) => run.events.push(event),
      transport: ({ url }) => this.network.transport(process, run, url),
      ...(service && { stateTransport: () => service.transport(process) }),
    });
  }

  #sent(exchange: Exchange): void {
    const { run, manager, call, body } = exchange;
    run.exchanges.push(exchange);
    this.trace.add(`${this.time.now()} ${run.number} ${manager} ${call} ${JSON.stringify(body)}`);
    this.#watcher.sent(exchange);
  }

  #answered(exchange: Exchange): void {
    const { run, call, status } = exchange;
    this.trace.add(`${this.time.now()} ${run.number} ${call} -> ${status}`);
    this.#watcher.answered(exchange);
  }

  /** The next write of that kind meets with what somebody else has just done. */
  contend(call: string | undefined): void {
    this.#contends = call;
    this.contended = undefined;
  }

  #contend(exchange: Exchange): void {
    if (exchange.call !== this.#contends) return;
    this.#contends = undefined;
    const contention = contentionFor(exchange, this.ledger);
    if (contention === undefined) return;
    const { address, edit } = contention;
    this.contended = address;
    this.trace.fault("others: change what a run is about to write");
    // A client whose issue is refused is not ours, whatever was intended.
    void this.edit(edit, edit.type !== "create-client");
  }

  #observe(exchange: Exchange, carryOut: () => void): void {
    this.#contend(exchange);
    const hadEffect = this.ledger.observe(exchange, carryOut);
    if (["import", "import ADDRESS"].includes(exchange.run.action)) this.ledger.show(exchange);
    if (!hadEffect) return;
    exchange.run.effects++;
    const { manager, call, body } = exchange;
    if (call === "secret/client/generateInfo") exchange.issued = this.ledger.client(manager, body.clientId);
  }
}

export interface StartedRun {
  readonly run: Run;
  readonly ended: Promise<void>;
}

function exitCodeOf(result: Result): ExitCode | undefined {
  switch (result.type) {
    case "outcome":
      return exitCodeOfOutcome(result.outcome);
    case "plan":
      return exitCodeOfPlan(result.plan, true);
    case "imported":
      return exitCodeOfAdoption(result.imported);
    case "refused":
      return exitCodeOfDiagnostics(result.diagnostics);
    case "done":
      return ExitCode.done;
    default:
      return undefined;
  }
}

function addressIn(text: string): string[] {
  try {
    return [JSON.parse(text).address];
  } catch {
    return [];
  }
}

function isRetired(record: StateRecord): boolean {
  return "status" in record && record.status === "retired";
}

export function lowerAddress(host: string): string {
  return lowerManagerAddress("tokyo", host);
}
