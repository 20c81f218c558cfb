import type { Library } from "../../src/cli/load-library";
import type { Simulator } from "../../src/cli/load-simulator";
import { main } from "../../src/cli/main";
import { explain } from "../../src/library/explain";
import { createPlatform, type Platform } from "../../src/library/platform";
import type { AuditReport } from "../../src/model/audit";
import type { ProbeReport } from "../../src/model/probe";
import { mixedPlan, outcomeOf, planOf } from "../report/plans";
import { type FakeIo, type FakeIoOptions, fakeIo } from "./fake-io";

export interface Call {
  readonly name: string;
  readonly options: unknown;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was asked of the library, in order. */
  readonly calls: readonly Call[];
  /** stdout as the one document that it has to be. */
  readonly json: () => Record<string, unknown>;
}

const lock = {
  id: "3f9c",
  who: "op@build-7",
  host: "build-7",
  pid: 42,
  command: "apply",
  since: "2026-01-02T03:04:05Z",
  heartbeat: "2026-01-02T03:05:05Z",
};

const client = {
  address: "tokyo/client/a",
  kind: "client",
  detail: { generation: 2, status: "delivered", deliveredTo: ["file out/a"] },
} as const;

const rebuilding = {
  host: "immhost99",
  begun_at: "2026-01-02T03:04:05Z",
  ...{ resumed: false, finished: true, queued: [] },
  by_hand: [{ task: "hand-out-secrets", items: [{ address: "tokyo/client/a", place: "file out/a" }] }],
} as const;

export const rehearsing = {
  rehearsed: "before-the-loss",
  ...{ host: "immhost01", sinks: 3, by_hand: [] },
  expected: { seconds: 12, reads: 400, writes: 210, parallelism: 10, median_read_ms: 190 },
} as const;

export const probing = {
  ...{ format_version: "1.0", jp1im: "0.1.0", manager: "13-10" },
  probes: [
    {
      ...{ id: "wrong-method", question: "which", chapter: "5.2.5", assumption: "either", asked: "asks" },
      ...{ result: "as-assumed", seen: "405", evidence: [{ status: 405 }] },
    },
    {
      ...{
        id: "sessions",
        question: "several",
        chapter: "`login` (5.4.1)",
        assumption: "yes",
        asked: "logs in",
      },
      ...{ result: "different", seen: "one", meaning: "give each a user" },
      evidence: [{ status: 200 }, { status: 500, message_id: "KAJY68207-E" }],
    },
    {
      ...{ id: "empty-list", question: "what", chapter: "`deleteClients` (5.4.4)", assumption: "none" },
      ...{ result: "not-tried", reason: "it might be everything" },
    },
  ],
} as const satisfies ProbeReport;

const leftByProbe = {
  ...{ agent: { host: "test01", managerHost: "immhost01" }, prefix: "q" },
  ...{ keys: ["q.a", "q.b"], clients: ["q.a"] },
};

/** A library that answers well, and records what it was asked; each answer can be replaced. */
export function fakeLibrary(calls: Call[], own: Partial<Library> = {}): Library {
  const library: Library = {
    createPlatform,
    validate: async () => ({
      managers: 1,
      resources: { "initial-secret": 0, client: 2, "lower-manager": 0, secret: 3, selector: 0 },
      diagnostics: [],
    }),
    plan: async () => mixedPlan,
    topology: async () => ({ managers: [] }),
    apply: async (options) => {
      const plan = planOf({
        changes: mixedPlan.changes,
        operations: mixedPlan.operations,
        mode: options.mode ?? "apply",
      });
      return (await options.approve?.(plan)) === false ? undefined : outcomeOf(plan);
    },
    applySavedPlan: async (saved) => outcomeOf(saved),
    parsePlan: async (text) => JSON.parse(text),
    serialisePlan: (plan) => JSON.stringify(plan),
    planDigest: () => `sha256:${"0".repeat(64)}`,
    initProject: async ({ name = "tokyo" }) => ({
      ...{ manager: name, files: ["jp1im.yaml", ".gitignore"], unknown: [], diagnostics: [] },
    }),
    checkInit: async () => [],
    explain,
    complete: async () => ["tokyo", "tokyo/client/a"],
    verifyAudit: async ({ trail = "audit.jsonl" }) => ({ audit: auditReport(trail), diagnostics: [] }),
    probe: async ({ approve, agent = "", cleanUp }) => {
      const objects = {
        keys: ["p.a"],
        fillers: ["p.0001", "p.0998"],
        clients: ["p.a"],
        absent: ["p.invalid"],
      } as const;
      const intent = { manager: "tokyo", url: "http://immhost01" };
      const scratch = { ...objects, agent: { host: agent, managerHost: "immhost01" } };
      if ((await approve?.({ ...intent, ...(cleanUp ? { leftovers: leftByProbe } : { scratch }) })) === false)
        return undefined;
      if (cleanUp) return { isPartial: false, removed: 3, diagnostics: [] };
      return { report: probing, isPartial: false, diagnostics: [] };
    },
    doctor: async () => ({ checks: [{ manager: "tokyo", check: "tcp", status: "ok", detail: "connected" }] }),
    getResources: async ({ kind }) => ({
      ...{ kind, unknown: [] },
      items: [{ address: "tokyo/client/a", manager: "tokyo", name: "a", declared: true, owned: false }],
    }),
    exportManager: async ({ manager }) => ({
      ...{ manager, left_out: ["Left out: 2 keys."], unknown: [], diagnostics: [] },
      documents: [{ name: `${manager}.exported.yaml`, text: () => ["apiVersion: jp1im/v1\n", "# end\n"] }],
      counts: { clients: 1, lower_managers: 0, agents: 2, secrets: 3 },
    }),
    installTerraformProvider: async () => ({ version: "0.0.0", folders: ["/mirror/jp1im"] }),
    saveExport: async ({ documents }, { folder }) => documents.map(({ name }) => `${folder}/${name}`),
    importResources: async ({ dryRun = false }) => ({
      ...{ dry_run: dryRun, left: [], refused: [], unknown: [], diagnostics: [] },
      imported: [{ address: "tokyo/client", names: ["a"] }],
    }),
    enroll: async ({ url, clientId }) => ({
      ...{ url, client_id: clientId, status: "enrolled", delivered_to: "file out", diagnostics: [] },
      issued_at: "2026-01-02T03:04:05Z",
    }),
    issueInitialSecret: async ({ manager, approve }) => {
      const intent = { manager, url: "http://tokyo.test", deliverTo: "file out", declared: false };
      if ((await approve?.(intent)) === false) return undefined;
      return { ...intent, outcome: outcomeOf(planOf({})) };
    },
    rebuild: async ({ manager, replaces, approve }) => {
      const plan = planOf({ changes: mixedPlan.changes, operations: mixedPlan.operations });
      if ((await approve?.(plan)) === false) return undefined;
      return { rebuild: { ...rebuilding, manager, replaces }, outcome: outcomeOf(plan) };
    },
    rehearseRebuild: async ({ manager, replaces = "immhost01" }) => ({
      rehearsal: { ...rehearsing, manager, replaces },
      plan: planOf({ changes: mixedPlan.changes, operations: mixedPlan.operations }),
      diagnostics: [],
    }),
    rekeyState: async () => ({
      ...{ location: "/site/.jp1im", already: false, kept: 3, unverified: 1 },
      key: { in: "key-file", path: "/site/.jp1im/state.key" },
    }),
    listState: async () => ({
      ...{ location: "/site/.jp1im", lineage: "l1", serials: { tokyo: 9 }, records: [client] },
      locks: [{ manager: "tokyo", ...lock }],
    }),
    showState: async () => client,
    shards: async () => [
      { shard: "1/3", managers: ["osaka"] },
      { shard: "3/3", managers: ["nagoya", "tokyo"] },
    ],
    pullState: async () => "{}\n",
    pushState: async () => ({
      location: "/home/ops/.jp1im",
      managers: [
        { manager: "osaka", serial: 3, written: false },
        { manager: "tokyo", serial: 41, written: true },
      ],
    }),
    migrateState: async ({ from }) => ({
      ...{ location: "git+https://git.example/state.git#jp1im-state", from },
      managers: [{ manager: "tokyo", serial: 41, written: true }],
    }),
    compactState: async () => ({
      location: "/home/ops/.jp1im",
      managers: [{ manager: "tokyo", before: 20_480, after: 1_024 }],
    }),
    removeKept: async (_options, addresses) => ({ removed: addresses }),
    removeFromState: async (_options, addresses) => ({ removed: addresses }),
    moveInState: async (_options, from, to) => ({ moved: [{ from, to }] }),
    unlockState: async () => ({ manager: "tokyo", ...lock }),
    watch: async () => [],
    ...own,
  };
  return new Proxy(library, {
    get: (target, name: keyof Library) => {
      const called = target[name] as (...args: unknown[]) => unknown;
      if (name === "createPlatform" || typeof called !== "function") return called;
      return (...args: unknown[]) => {
        calls.push({ name, options: args[0] });
        return called(...args);
      };
    },
  });
}

export interface RunOptions extends FakeIoOptions {
  readonly library?: Partial<Library>;
  readonly simulator?: Simulator;
  /** Looks at the surroundings before the command has ended: sends signals. */
  readonly io?: (io: FakeIo) => void;
}

/** Runs a command line in memory. */
export async function run(line: string | readonly string[], options: RunOptions = {}): Promise<Ran> {
  const calls: Call[] = [];
  const io = fakeIo({ cwd: __dirname, ...options });
  options.io?.(io);
  const code = await main(typeof line === "string" ? line.split(" ").filter(Boolean) : line, io, {
    library: async () => fakeLibrary(calls, options.library),
    simulator: async () => {
      if (options.simulator === undefined) throw new Error("this test runs no simulator");
      return options.simulator;
    },
  });
  return { code, out: io.out(), err: io.err(), calls, json: () => JSON.parse(io.out()) };
}

export type { Platform };

function auditReport(file: string): AuditReport {
  return {
    ...{ file, lines: 2, chains: 1, last: `sha256:${"0".repeat(64)}`, intact: true, faults: [], notes: [] },
    runs: [
      {
        ...{ run: "r1", command: "apply", started: "2026-01-02T03:04:05.000Z", writes: 0, unknown: 0 },
        ...{ who: { user: "ops", host: "build-7" }, outcome: "done" },
      },
    ],
  };
}
