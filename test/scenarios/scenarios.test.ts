/**
 * Each folder here is a scenario: a world, a sequence of desired states, and for each the exact writes that it
 * must cause. Every step ends with a plan that finds nothing to do, unless it says otherwise.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { DiagnosticError, type Outcome } from "../../src/index";
import type { PlanOptions } from "../../src/run/plan";
import type { Edit } from "../../src/simulator/edit";
import type { Fault } from "../../src/simulator/fault";
import { Rig } from "../rig/rig";

interface Scenario {
  readonly title: string;
  readonly env?: Record<string, string>;
  readonly steps: readonly Step[];
}

interface Step {
  /** What changed since the last step. */
  readonly env?: Record<string, string | null>;
  readonly files?: Record<string, string>;
  readonly edits?: readonly Edit[];
  readonly faults?: readonly Fault[];
  /** Deletes the state folder, or only the key. */
  readonly lose?: "state" | "key";
  /** File of this folder that is the desired state from now on. */
  readonly desired?: string;
  readonly options?: Partial<PlanOptions>;
  /** Numbers that the outcome's plan must show; others are not looked at. */
  readonly plan?: Record<string, number>;
  readonly writes: readonly string[];
  readonly outcome?: Record<string, number>;
  /** Codes of the run's diagnostics, of what is blocked and of what is unknown. */
  readonly codes?: readonly string[];
  /** The run refuses before it sends anything. */
  readonly refused?: readonly string[];
  /** Delivered files that must hold a secret that is valid on the manager: `out/web.secret: tokyo/web`. */
  readonly valid?: Record<string, string>;
  /** What the manager must hold in the end: `tokyo/web01: { key: value }`, `null` for an absent key. */
  readonly values?: Record<string, Record<string, string | null>>;
  /** False: the next plan still has something to do or to report. */
  readonly converges?: boolean;
}

const folders = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe.each(folders)("%s", (folder) => {
  const path = (name: string) => join(__dirname, folder, name);
  const scenario: Scenario = parse(readFileSync(path("scenario.yaml"), "utf8"));
  const world = existsSync(path("world.yaml")) ? path("world.yaml") : join(__dirname, "world.yaml");

  test(scenario.title, async () => {
    const rig = await Rig.create(readFileSync(world, "utf8"));
    Object.assign(rig.env, scenario.env);
    for (const [number, step] of scenario.steps.entries()) {
      await prepare(rig, step, path);
      await perform(rig, step);
      const where = `step ${number + 1}`;
      expect({ where, writes: rig.takeWrites() }).toEqual({ where, writes: step.writes });
      checkWorld(rig, step);
      if (step.converges !== false) await expectInSync(rig, step);
    }
  });
});

async function prepare(rig: Rig, step: Step, path: (name: string) => string): Promise<void> {
  for (const [name, value] of Object.entries(step.env ?? {})) {
    if (value === null) delete rig.env[name];
    else rig.env[name] = value;
  }
  for (const [name, text] of Object.entries(step.files ?? {})) await rig.write(name, text);
  if (step.lose === "state") await rig.remove(".jp1im/state.log");
  if (step.lose === "key") await rig.remove(".jp1im/state.key");
  for (const edit of step.edits ?? []) rig.simulation.edit(edit);
  for (const fault of step.faults ?? []) rig.simulation.faults.add(fault);
  if (step.desired) await rig.write("jp1im.yaml", readFileSync(path(step.desired), "utf8"));
}

async function perform(rig: Rig, step: Step): Promise<void> {
  rig.events.length = 0;
  let outcome: Outcome | undefined;
  try {
    outcome = await rig.apply(step.options);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    expect(error.diagnostics.map(({ code }) => code)).toEqual(step.refused ?? []);
  }
  rig.simulation.faults.clear();
  if (!outcome) return;
  expect(step.refused).toBeUndefined();
  const { plan, summary } = outcome;
  expect(plan.summary).toMatchObject(step.plan ?? {});
  expect(summary).toMatchObject(step.outcome ?? { failed: 0, skipped: 0 });
  const found = [...plan.unknown, ...plan.blocked, ...plan.diagnostics, ...outcome.diagnostics].map(
    ({ code }) => code,
  );
  expect(found.sort()).toEqual([...(step.codes ?? [])].sort());
  // What the plan announces is what is sent, when nothing goes wrong.
  if (!step.outcome && !step.faults) expect(summary.requests).toBe(plan.summary.requests);
}

function checkWorld(rig: Rig, step: Step): void {
  const { managers } = rig.simulation.truth();
  for (const [file, place] of Object.entries(step.valid ?? {})) {
    const [manager = "", id = ""] = place.split("/");
    expect([file, rig.read(file)]).toEqual([file, managers[manager]?.clients?.[id]]);
  }
  for (const [place, values] of Object.entries(step.values ?? {})) {
    const [manager = "", host] = place.split("/");
    const agent = managers[manager]?.agents?.find((each) => each.host === host);
    for (const [key, value] of Object.entries(values)) {
      expect([place, key, agent?.secrets?.[key] ?? null]).toEqual([place, key, value]);
    }
  }
}

async function expectInSync(rig: Rig, step: Step): Promise<void> {
  const plan = await rig.plan(step.options);
  expect(plan.changes).toEqual([]);
  expect(plan.operations).toEqual([]);
  expect(plan.unknown).toEqual([]);
  rig.simulation.clearRequests();
}
