/**
 * Each folder here is a scenario: a world, a sequence of desired states, and for each the exact writes that it
 * must cause. Every step ends with a plan that finds nothing to do, unless it says otherwise; no step shows a secret
 * value anywhere; and every report fits its published schema, is sound Markdown and HTML, and can be drawn. The managers' settings are in `managers.yaml`, which every desired state is merged with.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { exitCodeOfOutcome, exitCodeOfPlan } from "../../src/cli/exit-code-of";
import {
  applySavedPlan,
  DiagnosticError,
  type Outcome,
  type Plan,
  parsePlan,
  serialisePlan,
  topology,
} from "../../src/index";
import type { ApplyOptions } from "../../src/library/apply";
import type { MatchedSelector } from "../../src/model/selector";
import { dotText } from "../../src/report/graph/dot";
import { mermaidText } from "../../src/report/graph/mermaid";
import { htmlReport } from "../../src/report/html/html-report";
import { markdownReport } from "../../src/report/markdown/markdown-report";
import { outputDocument } from "../../src/report/output-document";
import type { Edit } from "../../src/simulator/edit";
import type { Fault } from "../../src/simulator/fault";
import { dotFaults, mermaidFaults } from "../report/graph-check";
import { htmlFaults } from "../report/html/html-check";
import { markdownFaults } from "../report/markdown-check";
import { outputFaults } from "../report/output-schema";
import { Rig } from "../rig/rig";
import { checkAgents, checkIssued, checkKeys, foreignIn, secretsOn } from "./unstated";

interface Scenario {
  readonly title: string;
  /** World file beside this test; `world.yaml` by default. */
  readonly world?: string;
  readonly env?: Record<string, string>;
  readonly steps: readonly Step[];
}

interface Step {
  /** What changed since the last step. */
  readonly env?: Record<string, string | null>;
  readonly files?: Record<string, string>;
  readonly edits?: readonly Edit[];
  readonly faults?: readonly Fault[];
  /** Days that pass before the step. */
  readonly days?: number;
  /** Deletes the state, or puts another key in the place of its key. */
  readonly lose?: "state" | "key";
  /** Files that somebody deletes before the step. */
  readonly remove?: readonly string[];
  /** File of this folder that is the desired state from now on. */
  readonly desired?: string;
  /** `plan` writes nothing, `save` keeps the plan, `saved` applies that one; `apply` by default. */
  readonly run?: "apply" | "plan" | "save" | "saved" | "twice";
  readonly options?: Partial<ApplyOptions>;
  /** Numbers that the plan must show; a step that only plans states one, or `selectors`. */
  readonly plan?: Record<string, number>;
  readonly writes: readonly string[];
  /** Reads by manager and path, all of them, with how often each was made; at most once in a round, unless given. */
  readonly reads?: Record<string, number>;
  /** What stays, by place and reason. What is reserved or not ours is that of the world, unless given. */
  readonly kept?: Record<string, readonly string[]>;
  readonly outcome?: Record<string, number>;
  /** Addresses of the changes that still wait for another one. */
  readonly deferred?: readonly string[];
  /** What the plan counts of selectors: `tokyo/agent web*: 12`, `tokyo/agent web*: at least 2, lost 3`. */
  readonly selectors?: readonly string[];
  /** Places and patterns of the selectors whose agents the plan cannot tell: `tokyo/agent db* deferred`. */
  readonly open?: readonly string[];
  /** How the command line would end; with `--detailed-exitcode` for a plan. 0, or 2 for a plan, unless given. */
  readonly exit?: number;
  /** Addresses that are due for rotation and stay. */
  readonly due?: readonly string[];
  /** Codes of the run's diagnostics, of what is blocked and of what is unknown. */
  readonly codes?: readonly string[];
  /** The run refuses before it sends anything. */
  readonly refused?: readonly string[];
  /** Words that the run's diagnostics, or what the plan says of the unknown and the blocked, must hold, each in one of them. No message, unless these or codes are given. */
  readonly says?: readonly string[];
  /** Delivered files that must hold a secret that is valid on the manager: `out/web.secret: tokyo/web`. Each issued one is in a file. */
  readonly valid?: Record<string, string>;
  /** What the manager must hold in the end: `tokyo/web01: { key: value }`, `null` for an absent key. Nothing changes but what `writes` names. */
  readonly values?: Record<string, Record<string, string | null>>;
  /** False: the next plan still has something to do or to report. */
  readonly converges?: boolean;
}

const DAY_MS = 86_400_000;
/** Every world is asked over HTTP, and every scenario begins a state. */
const EVERYWHERE =
  /^credentials and secrets travel to \S+ over plain http$|^a new key for the state's fingerprints was made /;
const FILES = ["managers.yaml", "jp1im.yaml"];

const folders = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe.each(folders)("%s", (folder) => {
  const path = (name: string) => join(__dirname, folder, name);
  const scenario: Scenario = parse(readFileSync(path("scenario.yaml"), "utf8"));
  const own = path("world.yaml");
  const world = existsSync(own) ? own : join(__dirname, scenario.world ?? "world.yaml");

  test(scenario.title, async () => {
    const rig = await Rig.create(readFileSync(world, "utf8"));
    const runs = new Runs(rig, foreignIn(rig.simulation.truth()));
    await rig.write("managers.yaml", readFileSync(join(__dirname, "managers.yaml"), "utf8"));
    Object.assign(rig.env, scenario.env);
    for (const [number, step] of scenario.steps.entries()) {
      await prepare(rig, step, path);
      const where = `step ${number + 1}`;
      await at(where, async () => {
        const before = secretsOn(rig);
        await runs.perform(step);
        checkReads(rig, step);
        expect(rig.takeWrites()).toEqual(step.writes);
        checkWorld(rig, step);
        checkAgents(before, secretsOn(rig), step.writes);
        // A delivery may fail, and a secret that was issued to nobody is deleted.
        if (!step.outcome) checkIssued(rig, step.writes);
        if (!step.outcome && !step.faults) checkKeys(secretsOn(rig), step.writes);
        checkSecrecy(rig, runs.shown);
        if (step.converges !== false) await expectInSync(rig, step);
      });
    }
  });
});

/** Names the step in the error of whatever fails in it. */
async function at(where: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`;
    throw error;
  }
}

async function prepare(rig: Rig, step: Step, path: (name: string) => string): Promise<void> {
  for (const [name, value] of Object.entries(step.env ?? {})) {
    if (value === null) delete rig.env[name];
    else rig.env[name] = value;
  }
  for (const [name, text] of Object.entries(step.files ?? {})) await rig.write(name, text);
  rig.pass((step.days ?? 0) * DAY_MS);
  if (step.lose === "state") await loseState(rig);
  for (const file of step.remove ?? []) await rig.remove(file);
  if (step.lose === "key") rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, "another key").toString("base64");
  for (const edit of step.edits ?? []) rig.simulation.edit(edit);
  for (const fault of step.faults ?? []) rig.simulation.faults.add(fault);
  if (step.desired) await rig.write("jp1im.yaml", readFileSync(path(step.desired), "utf8"));
}

/** The runs of one scenario, and the plan that one of them saved for another. */
class Runs {
  readonly #rig: Rig;
  /** The last result, as text. */
  shown = "";
  #saved: Plan | undefined;
  readonly #foreign: Readonly<Record<string, readonly string[]>>;

  constructor(rig: Rig, foreign: Readonly<Record<string, readonly string[]>>) {
    this.#rig = rig;
    this.#foreign = foreign;
  }

  async perform(step: Step): Promise<void> {
    this.#rig.events.length = 0;
    let result: Plan | Outcome | undefined;
    try {
      result = await this.#run(step);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      this.#rig.events.push(
        ...error.diagnostics.map((diagnostic) => ({ type: "diagnostic", diagnostic }) as const),
      );
      expect(error.diagnostics.map(({ code }) => code)).toEqual(step.refused ?? []);
    }
    this.#rig.simulation.faults.clear();
    const told = this.#rig.events.flatMap((event) =>
      event.type === "diagnostic" ? [event.diagnostic.summary] : [],
    );
    told.push(...(result ? saidBy("plan" in result ? result.plan : result) : []));
    if (!step.says && !step.codes && !step.refused)
      expect(told.filter((message) => !EVERYWHERE.test(message))).toEqual([]);
    for (const words of step.says ?? []) expect(told).toContainEqual(expect.stringContaining(words));
    if (!result) return;
    expect(step.refused).toBeUndefined();
    const plan = "plan" in result ? result.plan : result;
    checkResult(step, plan, "plan" in result ? result : undefined);
    checkKept(step, plan, this.#foreign);
    this.shown = reportsOf(result) + (await this.#graphs(plan, step));
  }

  /** The topology with the plan's changes. It is drawn from the files alone. */
  async #graphs(plan: Plan, { options }: Step): Promise<string> {
    const files = options?.files ?? FILES;
    const drawn = await topology({ files }, this.#rig.platform(), plan);
    const [mermaid, dot] = [mermaidText(drawn), dotText(drawn)];
    expect([...mermaidFaults(mermaid), ...dotFaults(dot)]).toEqual([]);
    return mermaid + dot;
  }

  async #run({ run = "apply", options }: Step): Promise<Plan | Outcome> {
    const rig = this.#rig;
    switch (run) {
      case "plan":
        return rig.plan({ files: FILES, ...options });
      case "save":
        this.#saved = await rig.plan({ files: FILES, ...options, save: true });
        return this.#saved;
      case "saved":
        if (!this.#saved) throw new Error("no plan was saved");
        return applySavedPlan(
          await parsePlan(serialisePlan(this.#saved), "a.plan"),
          { ...options },
          rig.platform(),
        );
      case "twice":
        return twice(() => rig.apply({ files: FILES, ...options }));
      case "apply":
        return rig.apply({ files: FILES, ...options });
    }
  }
}

function saidBy({ unknown, blocked, diagnostics }: Plan): string[] {
  return [
    ...[...unknown, ...blocked].map(({ detail, remedy = "" }) => `${detail}\n${remedy}`),
    ...diagnostics.map(({ summary }) => summary),
  ];
}

/** The result as each report shows it. */
function reportsOf(result: Plan | Outcome): string {
  const content = "plan" in result ? { outcome: result } : { plan: result };
  const document = JSON.parse(JSON.stringify(outputDocument("apply", 0, content, [])));
  expect(outputFaults(document)).toEqual([]);
  const markdown = markdownReport(document);
  expect(markdownFaults(markdown)).toEqual([]);
  const page = htmlReport(document, { style: "", script: "" });
  expect(htmlFaults(page)).toEqual([]);
  return JSON.stringify(document) + markdown + page;
}

/** Two runs at once: one goes through, the other finds the lock held. */
async function twice(run: () => Promise<Outcome>): Promise<Outcome> {
  const [first, second] = await Promise.allSettled([run(), run()]);
  const [done, refused] = first.status === "fulfilled" ? [first, second] : [second, first];
  if (done.status !== "fulfilled" || refused.status !== "rejected") throw new Error("both runs ended alike");
  expect(refused.reason).toMatchObject({ diagnostics: [{ code: "state-locked" }] });
  return done.value;
}

function checkResult(step: Step, plan: Plan, outcome: Outcome | undefined): void {
  // What is applied shows in the writes; what is only planned has to be stated.
  if (!outcome) expect({ ...step.plan, ...step.selectors }).not.toEqual({});
  expect(plan.summary).toMatchObject(step.plan ?? {});
  expect(plan.deferred.map(({ address }) => address)).toEqual(step.deferred ?? []);
  const open = plan.open_selectors.map(({ address, match, reason }) => `${address} ${match} ${reason}`);
  expect((plan.selectors ?? []).map(selectorCount)).toEqual(step.selectors ?? []);
  expect(open).toEqual(step.open ?? []);
  const exit = outcome ? exitCodeOfOutcome(outcome) : exitCodeOfPlan(plan, true);
  expect(exit).toBe(step.exit ?? (outcome ? 0 : 2));
  expect(plan.due.map(({ address }) => address)).toEqual(step.due ?? []);
  const found = [...plan.unknown, ...plan.blocked, ...plan.diagnostics, ...(outcome?.diagnostics ?? [])];
  expect(found.map(({ code }) => code).sort()).toEqual([...(step.codes ?? [])].sort());
  if (!outcome) return;
  expect(outcome.summary).toMatchObject(step.outcome ?? { failed: 0, skipped: 0 });
  // What the plan announces is what is sent, when nothing goes wrong.
  if (!step.outcome && !step.faults) expect(outcome.summary.requests).toBe(plan.summary.requests);
}

/** The worlds have foreign things everywhere, which stay whatever a step does. */
function checkKept(
  { kept = {} }: Step,
  plan: Plan,
  foreign: Readonly<Record<string, readonly string[]>>,
): void {
  const shown = plan.kept.map(({ address, reason, names }) => [`${address} ${reason}`, names] as const);
  const isUnstated = (place: string) => !(place in kept) && / (reserved|not-ours)$/.test(place);
  expect(Object.fromEntries(shown.filter(([place]) => !isUnstated(place)))).toEqual(kept);
  expect(foreign).toMatchObject(Object.fromEntries(shown.filter(([place]) => isUnstated(place))));
}

function selectorCount({ address, match, agents, at_least, lost }: MatchedSelector): string {
  return `${address} ${match}: ${at_least ? "at least " : ""}${agents}${lost ? `, lost ${lost}` : ""}`;
}

const WRITES = /generateInfo|deleteInfo|createInfo|change$/;

function readsOf(rig: Rig): Record<string, number> {
  const reads: Record<string, number> = {};
  for (const { manager, path } of rig.simulation.requests()) {
    const name = `${manager} ${path.replace("/im/api/v1/", "")}`;
    if (!WRITES.test(path) && !/log(in|out)$/.test(path)) reads[name] = (reads[name] ?? 0) + 1;
  }
  return reads;
}

/** A run without faults lists once what there is; after a lower manager was added, a second round does so again. */
function checkReads(rig: Rig, { reads, faults, run, writes }: Step): void {
  const made = readsOf(rig);
  if (reads) expect(made).toEqual(reads);
  if (reads || faults || run === "twice") return;
  const agents = secretsOn(rig).size;
  const most = writes.length > 0 ? 2 : 1;
  const tooMany = Object.entries(made).filter(
    ([name, count]) => count > most * (name.endsWith(" agents/secrets") ? agents : 1),
  );
  expect(tooMany).toEqual([]);
}

function checkWorld(rig: Rig, step: Step): void {
  const { managers } = rig.simulation.truth();
  for (const [file, place] of Object.entries(step.valid ?? {})) {
    const [manager = "", id = ""] = place.split("/");
    const held = managers[manager];
    const secret = id === "MANAGER_initial" ? held?.initialSecret : held?.clients?.[id];
    expect(secret).toBeDefined();
    expect([file, rig.read(file)]).toEqual([file, secret]);
  }
  for (const [place, values] of Object.entries(step.values ?? {})) {
    const [manager = "", host] = place.split("/");
    const agent = managers[manager]?.agents?.find((each) => each.host === host);
    for (const [key, value] of Object.entries(values)) {
      expect([place, key, agent?.secrets?.[key] ?? null]).toEqual([place, key, value]);
    }
  }
}

/** All of it, but for its key. */
async function loseState(rig: Rig): Promise<void> {
  for (const name of ["/state.log", "/.jp1im/lineage"]) await rig.removeAll(name);
}

/** Neither the state, nor what is reported, nor the result holds a value that a source gave or a manager issued. */
function checkSecrecy(rig: Rig, result: string): void {
  const shown = JSON.stringify(rig.events) + result + (rig.read(".jp1im/managers/tokyo/state.log") ?? "");
  const issued = Object.values(rig.simulation.truth().managers).flatMap(({ clients, initialSecret }) => [
    ...Object.values(clients ?? {}),
    initialSecret,
  ]);
  // A short value may stand in any text by chance.
  const secrets = [...Object.values(rig.env), ...issued].filter((each) => each && each.length >= 6);
  const forms = secrets.map(String).flatMap((secret) => {
    const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
    return [secret, encodeURIComponent(secret), base64];
  });
  expect(forms.length).toBeGreaterThan(0);
  expect(forms.filter((form) => shown.includes(form))).toEqual([]);
}

async function expectInSync(rig: Rig, step: Step): Promise<void> {
  // A rotation that is asked for is asked for once.
  const plan = await rig.plan({ files: FILES, ...step.options, rotate: [] });
  expect(plan.changes).toEqual([]);
  expect(plan.operations).toEqual([]);
  expect(plan.unknown).toEqual([]);
  rig.simulation.clearRequests();
}
