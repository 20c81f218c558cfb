import { dirname } from "node:path";
import { canary } from "./canary";
import { withoutRefusals } from "./desired";
import { type History, HOME_HOST, type RunChoice, type Step } from "./history";
import { quietInvariants, requestInvariants, runInvariants, stateInvariants } from "./invariants/invariants";
import { earlierGenerations, oneGenerationIsLeft } from "./invariants/lifetimes";
import { oneMoreRunConverges, requestsAreMinimal } from "./invariants/quiet";
import { isSecondFailure } from "./invariants/repeats";
import { LEEWAY, TEMPLATE } from "./lifetimes";
import type { ProcessOptions } from "./machine";
import type { Exchange } from "./network";
import type { Run } from "./run";
import { Scene, type StartedRun } from "./scene";
import { VARIABLES } from "./world";

export interface Violation {
  readonly invariant: string;
  readonly step: number;
  readonly detail: string;
}

export interface Report {
  readonly violations: readonly Violation[];
  /** Of all that happened: the same for the same history, wherever it is played. */
  readonly digest: string;
  /** How often each mishap really happened. */
  readonly faults: ReadonlyMap<string, number>;
  readonly trace: readonly string[];
}

/** Plays a history, and checks after every step what must always hold. Stops at the first step that violates it. */
export async function play(history: History): Promise<Report> {
  const play = new Play(history);
  await play.all();
  const { trace } = play.scene;
  return { violations: play.violations, digest: trace.digest(), faults: trace.faults, trace: trace.lines };
}

class Play {
  readonly scene: Scene;
  readonly violations: Violation[] = [];
  readonly #history: History;
  #step = 0;

  constructor(history: History) {
    this.#history = history;
    this.scene = new Scene(history, {
      sent: (exchange) => this.#checkRequest(exchange),
      answered: (exchange) => {
        if (isSecondFailure(exchange))
          this.scene.trace.fault("request: fails after a lost answer to a write");
      },
    });
  }

  async all(): Promise<void> {
    const last = this.#history.steps.at(-1);
    for (const step of this.#history.steps) {
      this.#step = step.number;
      await this.#playStep(step);
      if (this.violations.length === 0 && (step.heals || step === last)) await this.#heal();
      if (this.violations.length > 0) return;
    }
  }

  async #playStep(step: Step): Promise<void> {
    const { scene } = this;
    scene.begin(step.seed);
    scene.trace.add(`step ${this.#step}`);
    if (step.loses) scene.lose();
    for (const edit of step.edits) await scene.edit(edit);
    for (const rotation of step.rotations) await scene.rotate(rotation);
    if (step.desired) scene.desire(step.desired);
    if (step.jump !== undefined) {
      scene.time.jump(step.jump);
      if (step.jump < 0) scene.jumpedBack = true;
      scene.trace.fault("clock: jump");
    }
    if (step.misled) await scene.mislead(step.misled);
    else if (step.contradicts) scene.contradict();
    scene.network.arm(step.faults, scene.chance);
    scene.service?.arm(step.stateFaults, scene.chance);
    const before = await scene.state().catch(() => undefined);
    // What an earlier run could not sync is lost with the power.
    const losesNothing = scene.machine.disk.isDurable || step.run.fate?.type !== "power";
    // Of two runs, or one that starts over, nobody can tell what the other has begun.
    if (step.second || step.loses) scene.settled.clear();
    scene.contend(step.contends);
    const runs = await this.#run(step);
    scene.settled.clear();
    const [only] = runs;
    if (runs.length === 1 && only?.target !== undefined && losesNothing)
      scene.targeted = { target: only.target, before };
    scene.network.disarm();
    scene.service?.disarm();
    if (step.misled || step.contradicts) scene.desire(scene.desired);
    await this.#check(runs);
    scene.targeted = undefined;
    scene.interfered = false;
    scene.contend(undefined);
    scene.ledger.beginStep();
  }

  async #run({ run, second, meanwhile }: Step): Promise<Run[]> {
    const { scene } = this;
    const started: StartedRun[] = [];
    const rebuilds = await this.#rebuilds();
    const start = (
      choice: RunChoice,
      host: string,
      watched: Pick<ProcessOptions, "onWait" | "onSleep"> = {},
    ) => {
      const options = { host, slowFiles: second !== undefined, ...watched };
      started.push(scene.start(rebuilds ? { ...choice, action: "rebuild" } : choice, options, false));
    };
    const startSecond = (choice: NonNullable<Step["second"]>) => {
      scene.trace.fault("process: a second run");
      start(choice, choice.host);
    };
    const edits: Promise<void>[] = [];
    const onSleep = () => {
      if (second && run.sleep) scene.time.after(run.sleep.ms - second.at, () => startSecond(second));
    };
    const onWait = (count: number) => {
      if (second?.at === count && !run.sleep) startSecond(second);
      for (const { at, edit } of meanwhile) {
        if (at !== count) continue;
        scene.interfered = true;
        scene.trace.fault("others: interfere with a run");
        edits.push(scene.edit(edit, true));
      }
    };
    start(run, HOME_HOST, { onWait, onSleep });
    await scene.finish([...started]);
    // One that started late may still be at work.
    await scene.finish([...started]);
    await Promise.all(edits);
    // What one run reports as done, the other may have undone by now.
    if (started.length > 1 && started.some((each) => each.run.effects > 0)) scene.interfered = true;
    return started.map((each) => each.run);
  }

  /** With a rebuild a person begins, once a manager is lost; what comes after it does no harm. */
  async #rebuilds(): Promise<boolean> {
    const { scene } = this;
    return scene.lost && (scene.chance.percent(60) || !(await scene.hasBegunRebuild()));
  }

  /** A person fixes what went wrong around the tool; then one more run has to bring everything about. */
  async #heal(): Promise<void> {
    const { scene } = this;
    scene.trace.add("heal");
    await this.#fix();
    if (scene.lost) await this.#rebuild();
    if (this.violations.length > 0) return;
    const applied = await this.#applied();
    if (this.violations.length > 0) return;
    const planned = await this.#quietly("plan");
    await this.#check([planned]);
    for (const [name, invariant] of Object.entries(quietInvariants)) {
      this.#violated(name, invariant(applied, planned, scene));
    }
    if (this.violations.length > 0) return;
    await this.#outliveOverlap();
    scene.settle();
  }

  /** Where a rekey was interrupted between two parts of the state, the run that is refused says what to do first. */
  async #applied(): Promise<Run> {
    const applied = await this.#quietly("apply");
    await this.#check([applied]);
    if (!asksForRekey(applied) || this.violations.length > 0) return applied;
    await this.#check([await this.#quietly("state rekey")]);
    const again = await this.#quietly("apply");
    await this.#check([again]);
    return again;
  }

  /** Earlier generations of a client go when their time has come. */
  async #outliveOverlap(): Promise<void> {
    const { scene } = this;
    if (earlierGenerations(scene.desired, scene).length === 0) return;
    scene.time.catchUp(TEMPLATE.overlapMs + LEEWAY);
    const applied = await this.#quietly("apply");
    await this.#check([applied]);
    for (const [name, invariant] of Object.entries({ oneMoreRunConverges, oneGenerationIsLeft }))
      this.#violated(name, invariant(applied, applied, scene));
  }

  async #rebuild(): Promise<void> {
    const { scene } = this;
    const rebuilt = await this.#quietly("rebuild");
    await this.#check([rebuilt]);
    for (const [name, invariant] of Object.entries({ oneMoreRunConverges, requestsAreMinimal })) {
      this.#violated(name, invariant(rebuilt, rebuilt, scene));
    }
    scene.lost = !(rebuilt.result?.type === "outcome" && rebuilt.result.isRebuilt === true);
  }

  async #quietly(action: "apply" | "rebuild" | "plan" | "state rekey"): Promise<Run> {
    const started = this.scene.start({ action, target: "" }, { host: HOME_HOST, slowFiles: false }, true);
    await this.scene.finish([started]);
    return started.run;
  }

  async #fix(): Promise<void> {
    const { scene } = this;
    for (const manager of scene.simulation.world.managers.values()) {
      manager.state = "up";
      for (const agent of manager.agents.values()) agent.state = "up";
    }
    // Every agent is set up for a new manager.
    const agents = { host: "batch-02", os: "windows" };
    if (scene.lost) await scene.edit({ manager: "tokyo", type: "add-agents", agents });
    for (const name of VARIABLES) scene.env[name] ??= canary(scene.chance);
    for (const path of scene.othersFiles.keys()) {
      await scene.machine.disk.unlink(path);
      await scene.machine.disk.syncFolder(dirname(path));
    }
    scene.othersFiles.clear();
    scene.desire(withoutRefusals(scene.desired));
    // Whoever died on another host is known to be gone only when its lock has grown old, by a clock that goes right.
    scene.time.catchUp(11 * 60_000);
    // A state server knows nothing of that: a person removes their locks.
    scene.service?.unlockAll();
  }

  async #check(runs: readonly Run[]): Promise<void> {
    const { scene } = this;
    scene.recoverable = await scene.listRecoverable();
    for (const run of runs) {
      for (const [name, invariant] of Object.entries(runInvariants)) {
        this.#violated(
          name,
          invariant(run, scene).map((detail) => `run ${run.number}: ${detail}`),
        );
      }
    }
    try {
      const log = await scene.state();
      for (const [name, invariant] of Object.entries(stateInvariants)) {
        this.#violated(name, invariant(log, scene));
      }
    } catch (error) {
      this.#violated("theStateLoads", [String(error)]);
    }
  }

  #checkRequest(exchange: Exchange): void {
    for (const [name, invariant] of Object.entries(requestInvariants)) {
      this.#violated(
        name,
        invariant(exchange, this.scene).map((detail) => `run ${exchange.run.number}: ${detail}`),
      );
    }
  }

  #violated(invariant: string, details: readonly string[]): void {
    for (const detail of details) this.violations.push({ invariant, step: this.#step, detail });
  }
}

function asksForRekey({ result }: Run): boolean {
  return (
    result?.type === "refused" &&
    result.diagnostics.some(
      ({ code, remedy }) => code === "state-key" && remedy?.startsWith("finish it: `jp1im state rekey`"),
    )
  );
}
