import type { InputOptions } from "../library/inputs/inputs";
import type { Platform } from "../library/platform";
import type { StatePlace } from "../library/state/state-place";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { ManagerCycle, WatchEvent, WatchMode } from "../model/watch";
import { formatTime } from "../platform/clock";
import { type CycleResult, runCycle } from "./cycle";
import type { DesiredSource } from "./desired-source";
import { linkedSignal } from "./linked-signal";
import { nextPause } from "./pause-after-cycle";
import { SaidOnce } from "./said-once";
import type { Turn } from "./schedule";
import { type WatchScope, warnOfEmptyScope, watchedManagers } from "./watched-managers";
import type { OpenedState, WatchedState } from "./watched-state";

/** How often it checks the files, and a shared schedule. */
const LOOK_MS = 2_000;
/**
 * With `once`, how often it checks managers that replicas have. A manager stays free for longer than that: the
 * shortest interval is a second.
 */
const LOOK_AGAIN_MS = 500;
/** Prevents a busy loop while another replica is taking the manager that is due. */
const SHORTEST_PAUSE_MS = 50;

export interface WatcherParts {
  readonly options: InputOptions &
    WatchScope & {
      readonly once?: boolean | undefined;
      readonly parallelism?: number | undefined;
      readonly policies?: readonly string[] | undefined;
    };
  readonly mode: WatchMode;
  readonly intervalMs: number;
  readonly lockTimeoutMs: number;
  readonly concurrency: number;
  readonly source: DesiredSource;
  readonly state: Pick<WatchedState, "of">;
  readonly platform: Platform;
  readonly report: (event: WatchEvent) => void;
  /** Receives every cycle, including those without anything new. */
  readonly onCycle: (cycle: ManagerCycle) => void;
}

/** Takes managers from the schedule as they become due, and reconciles each independently. */
export class Watcher {
  readonly #parts: WatcherParts;
  readonly #filter = new ChangeFilter();
  readonly #said = new SaidOnce();
  readonly #running = new Map<string, Promise<void>>();
  readonly #last = new Map<string, ManagerCycle>();
  #managers: readonly string[];
  #opened: OpenedState | undefined;
  #lookAt = 0;
  /** The desired state changed, and the schedule does not know it yet. */
  #isAllDue = false;
  #isScheduleLost = false;
  #turnedAt = 0;
  #isWaitReported = false;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.#managers = watchedManagers(parts.options, parts.source.desired);
  }

  /** When it last checked what is due, by the clock's `elapsed`. */
  get turnedAt(): number {
    return this.#turnedAt;
  }

  /**
   * Runs until it is stopped or, with `once`, each manager had its turn. Resolves to each manager's last cycle.
   * Rejects with a `DiagnosticError` if the schedule cannot be used at the start.
   */
  async run(): Promise<readonly ManagerCycle[]> {
    const { options, platform } = this.#parts;
    await this.#joined();
    while (!platform.signal.aborted) {
      this.#turnedAt = platform.clock.elapsed();
      await this.#reload();
      await this.#steadily(() => this.#begin());
      if (options.once && this.#running.size === 0 && this.#waiting.length === 0) break;
      this.#reportReplicas();
      await this.#pause();
    }
    await Promise.all(this.#running.values());
    return [...this.#last.values()].sort((a, b) => (a.manager < b.manager ? -1 : 1));
  }

  /** The managers that still need a turn. */
  get #waiting(): readonly string[] {
    return this.#managers.filter((name) => !this.#parts.options.once || !this.#last.has(name));
  }

  /**
   * Waiting managers that this process is not reconciling; a turn may also belong to the schedule of a place that the
   * state has left.
   */
  get #idle(): readonly string[] {
    return this.#waiting.filter((name) => !this.#running.has(name));
  }

  /** The state that the desired state names, with the managers in its schedule. */
  async #joined(): Promise<OpenedState> {
    if (this.#opened !== undefined) return this.#opened;
    const { state, source, intervalMs, options } = this.#parts;
    const opened = await state.of(source.desired);
    await opened.schedule.add(this.#managers, options.once ? undefined : intervalMs);
    this.#opened = opened;
    return opened;
  }

  async #reload(): Promise<void> {
    const { source, platform, options, report } = this.#parts;
    if (platform.clock.elapsed() < this.#lookAt) return;
    this.#lookAt = platform.clock.elapsed() + (options.once ? LOOK_AGAIN_MS : LOOK_MS);
    const reload = options.once ? undefined : await source.look();
    if (reload === undefined) return;
    const { isGood, diagnostics } = reload;
    if (!isGood) return report({ event: "load-failed", time: this.#now(), diagnostics });
    const { desired } = source;
    const left = this.#opened;
    this.#managers = watchedManagers(options, desired);
    this.#opened = undefined;
    this.#isAllDue = true;
    const warnings = [...warnOfEmptyScope(options, desired), ...(await this.#warningsOfPlace(left))];
    report({
      ...({ event: "loaded", time: this.#now() } as const),
      managers: this.#managers,
      diagnostics: [...diagnostics, ...warnings],
    });
  }

  /**
   * Warnings about a place that the state has moved to. If it cannot be opened, the first turn tries again and
   * reports it.
   */
  async #warningsOfPlace(left: OpenedState | undefined): Promise<readonly Diagnostic[]> {
    const { state, source } = this.#parts;
    const opened = await state.of(source.desired).catch(() => undefined);
    return opened === undefined || opened === left ? [] : opened.warnings;
  }

  /** Starts a cycle of each due manager, up to the limit. */
  async #begin(): Promise<void> {
    const { concurrency, platform, options } = this.#parts;
    const { schedule, place } = await this.#joined();
    // A run with `once` reconciles each manager now, and does not change when replicas reconcile it next.
    const when = options.once ? "any-time" : "due";
    if (this.#isAllDue) await schedule.makeDue(this.#waiting);
    this.#isAllDue = false;
    while (this.#running.size < concurrency && !platform.signal.aborted) {
      const turn = await schedule.take(this.#idle, when);
      if (turn === undefined) return;
      const work = this.#work(turn, place).finally(() => this.#running.delete(turn.manager));
      this.#running.set(turn.manager, work);
    }
  }

  async #work(turn: Turn, place: StatePlace | undefined): Promise<void> {
    const { options, mode, lockTimeoutMs, source, platform } = this.#parts;
    const { manager } = turn;
    const lost = linkedSignal(turn.lost);
    const { signal, release } = linkedSignal(platform.signal, lost.signal);
    try {
      const { files, state, defaultFolder, parallelism, policies } = options;
      const where = { files, state, defaultFolder };
      const what = {
        ...where,
        parallelism,
        policies,
        manager,
        writes: mode === "apply",
        lockTimeoutMs,
        place,
      };
      const result = await runCycle(what, source.desired, { ...platform, signal, abandoned: lost.signal });
      await this.#conclude(turn, result);
    } finally {
      release();
      lost.release();
    }
  }

  async #conclude(turn: Turn, result: CycleResult | undefined): Promise<void> {
    const { intervalMs, platform, options, report, onCycle } = this.#parts;
    const { clock, random, signal } = platform;
    const before = result === undefined ? turn.failures : 0;
    const failures = result?.status === "failed" ? turn.failures + 1 : before;
    // A process that ends leaves its managers to the next one, which must not retry a wrong password at once.
    const isLast = (signal.aborted || options.once === true) && failures === 0;
    const waitMs = isLast ? 0 : nextPause(intervalMs, failures, random);
    const nextAt = clock.now() + waitMs;
    await this.#steadily(() => turn.giveBack({ waitMs, failures }));
    if (result === undefined) return;
    const next = options.once ? {} : { next_at: formatTime(nextAt) };
    const cycle: ManagerCycle = { event: "cycle", time: this.#now(), ...result, failures, ...next };
    this.#last.set(turn.manager, cycle);
    onCycle(cycle);
    const shortened = this.#said.shortened(cycle);
    if (this.#filter.isNew(cycle)) report(shortened);
  }

  /** With `once`, whatever is not taken by now is another replica's. */
  #reportReplicas(): void {
    const { options, report } = this.#parts;
    if (!options.once || this.#running.size > 0 || this.#isWaitReported) return;
    this.#isWaitReported = true;
    report({ event: "waiting", time: this.#now(), diagnostics: [ofReplicas(this.#idle)] });
  }

  /** Waits until a manager is due, a cycle has ended, or it is time to check the files. */
  async #pause(): Promise<void> {
    const { platform, concurrency } = this.#parts;
    const { clock } = platform;
    const hasRoom = this.#running.size < concurrency;
    let dueAt = Number.POSITIVE_INFINITY;
    await this.#steadily(async () => {
      const { schedule } = await this.#joined();
      if (!hasRoom) return;
      const { waitMs, isComplete } = await schedule.nextDue(this.#idle);
      dueAt = clock.elapsed() + waitMs;
      // Somebody has deleted rows, or set the clock back: they are added again, and brought forward.
      if (!isComplete) this.#opened = undefined;
    });
    const ended = new AbortController();
    const { signal, release } = linkedSignal(platform.signal, ended.signal);
    const ms = Math.max(SHORTEST_PAUSE_MS, Math.min(dueAt, this.#lookAt) - clock.elapsed());
    await Promise.race([clock.sleep(ms, signal), ...this.#running.values()]);
    ended.abort();
    release();
  }

  /** Uses the schedule. If that fails, the work is done later; with `once` it rejects. */
  async #steadily(work: () => Promise<void>): Promise<void> {
    const { options, report } = this.#parts;
    try {
      await this.#rejoining(work);
      if (this.#isScheduleLost) report({ event: "schedule-found", time: this.#now() });
      this.#isScheduleLost = false;
    } catch (error) {
      if (!(error instanceof DiagnosticError) || options.once) throw error;
      if (!this.#isScheduleLost)
        report({ event: "schedule-lost", time: this.#now(), diagnostics: error.diagnostics });
      this.#isScheduleLost = true;
    }
  }

  /** If the work fails, joins the schedule again and retries: somebody may have deleted its table or its rows. */
  async #rejoining(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DiagnosticError) || this.#opened === undefined) throw error;
      this.#opened = undefined;
      await this.#joined();
      await work();
    }
  }

  #now(): string {
    return formatTime(this.#parts.platform.clock.now());
  }
}

function ofReplicas(managers: readonly string[]): Diagnostic {
  return {
    code: "state-locked",
    severity: "warning",
    summary: `another replica of watch has ${managers.join(", ")}: waiting until it gives them back`,
  };
}

/** Compares each cycle with the last one of its manager, so that the same result is reported once. */
class ChangeFilter {
  readonly #last = new Map<string, string>();

  /** Whether a cycle has anything new for an operator. */
  isNew(cycle: ManagerCycle): boolean {
    const digest = digestOf(cycle);
    const isSame = this.#last.get(cycle.manager) === digest;
    this.#last.set(cycle.manager, digest);
    return !isSame || cycle.status === "applied";
  }
}

/** Equal for two cycles between which nothing changed. Being in sync after an apply is no change. */
function digestOf({ status, found, unknown, vanished, diagnostics }: ManagerCycle): string {
  const problems = diagnostics.map(({ code, address, summary }) => [code, address, summary]);
  if (status === "applied") return JSON.stringify(["in-sync", noChanges, unknown, problems, vanished]);
  return JSON.stringify([status, Object.values(found), unknown, problems, vanished]);
}

const noChanges = [0, 0, 0, 0, 0, 0];
