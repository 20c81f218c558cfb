/** A history as data, drawn from one seed: what happens, step by step, and everything that goes wrong. */
import type { Edit } from "../../src/simulator/edit";
import type { FaultEffect } from "../../src/simulator/fault";
import type { WorldDefinition } from "../../src/simulator/world-definition";
import { type ActionName, randomAction, randomTarget } from "./actions";
import { canary } from "./canary";
import { Chance, partSeed } from "./chance";
import { withContention } from "./contention";
import { type DesiredChoice, randomDesired } from "./desired";
import { randomAgeing, withLifetimes } from "./lifetimes";
import type { Fate, FileFault, Sleep } from "./machine";
import type { NetworkFault } from "./network";
import { withSecondFailures } from "./second-failures";
import { withSleep } from "./sleeping";
import { randomStateFault, type StateFault } from "./state-service";
import { CLIENTS, HOST_OF, KEYS, randomWorld, VARIABLES } from "./world";

export interface History {
  readonly seed: number;
  readonly world: WorldDefinition;
  /** Where the state's key is kept. */
  readonly key: "environment" | "file";
  /** A server keeps the state, and not the disk. */
  readonly isRemote?: true;
  /** Runs are recorded in an audit trail. */
  readonly isAudited?: true;
  /** The desired state is in two files. */
  readonly isSplit?: true;
  /** Dead bytes from which on the log of the state is compacted. */
  readonly minimumWaste?: number;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Counts from 1; stays when steps before it are left out. */
  readonly number: number;
  /** Of chance within the step: latencies, and what a crash leaves on the disk. */
  readonly seed: number;
  /** The integrated manager is lost before; at most once in a history. */
  readonly loses?: true;
  /** What others do before. */
  readonly edits: readonly OthersEdit[];
  readonly rotations: readonly { readonly variable: string; readonly value: string | undefined }[];
  /** Absent: as before. */
  readonly desired?: DesiredChoice;
  /** By how much the wall clock is put forward, or back. */
  readonly jump?: number;
  readonly run: RunChoice;
  /** Another run: from that wait of the first one on; if that one sleeps, so many milliseconds before it wakes up. */
  readonly second?: RunChoice & { readonly at: number; readonly host: string };
  readonly faults: readonly NetworkFault[];
  /** What requests to the state's server meet. */
  readonly stateFaults: readonly StateFault[];
  /** What others do while the run works, at its waits. */
  readonly meanwhile: readonly { readonly at: number; readonly edit: OthersEdit }[];
  /** The call of the run's first write about what somebody else changes just before it takes effect. */
  readonly contends?: string;
  /** What leads the run to another manager, where the state knows `tokyo` already. */
  readonly misled?: "url" | "url and host";
  /** The second file declares a key of an agent that the first one declares, with another value. */
  readonly contradicts?: true;
  /** Whether one more run, without faults, follows at once; the last step's always does. */
  readonly heals: boolean;
}

export interface RunChoice {
  readonly action: ActionName;
  readonly target: string;
  readonly fate?: Fate;
  readonly fileFault?: FileFault;
  readonly sleep?: Sleep;
}

/** An edit on a manager, or a file of somebody's own where a secret would be delivered to. */
export type OthersEdit = Edit | { readonly type: "place-file"; readonly name: string };

export const HOME_HOST = "build-7";

/** The number of the draw for a step's lifetimes, before that of the step. */
const LIFETIMES = 2_000;

/** The number of the draw that decides whether the log of the state is compacted. */
const COMPACTION = 1_001;

/** The number of the draw that decides whether there is an audit trail. */
const AUDITED = 1_003;

/** The number of the draw that decides whether a server keeps the state, and of that for a step's faults on the way there. */
const REMOTE = 1_002;
const STATE_FAULTS = 3_000;

/** The number of the draw that decides whether the desired state is in two files, and of that for what a step does with parts. */
const SPLIT = 1_004;
const PARTS = 4_000;

/** The number of the draw that decides whether a step's process sleeps. */
const SLEEP = 5_000;

/** The number of the draw that decides whether somebody else changes what a write is about. */
const CONTENTION = 6_000;

/** The number of the draw for an operation that fails twice. */
const SECOND_FAILURES = 1_005;

export function randomHistory(seed: number): History {
  const chance = new Chance(partSeed(seed, 0));
  const steps = chance.pick([1, 1, 2, 2, 3]);
  const world = randomWorld(chance);
  const agents = Object.values(world.managers).flatMap((manager) => manager.agents ?? []);
  const hosts = new Set(agents.map(({ host }) => host));
  const isRemote = new Chance(partSeed(seed, REMOTE)).percent(20);
  const isSplit = new Chance(partSeed(seed, SPLIT)).percent(40);
  const isAudited = new Chance(partSeed(seed, AUDITED)).percent(25);
  // The line of an audit trail comes between the look at the lock and a write; the lock of a server does not age.
  const sleeping = isAudited || isRemote ? (step: Step) => step : withSleep;
  const drawn = (number: number) =>
    withAges(
      randomStep(number, new Chance(partSeed(seed, number)), hosts),
      new Chance(partSeed(seed, LIFETIMES + number)),
    );
  const step = (number: number) => ({
    ...withContention(
      sleeping(
        withParts(drawn(number), isSplit, new Chance(partSeed(seed, PARTS + number))),
        new Chance(partSeed(seed, SLEEP + number)),
      ),
      new Chance(partSeed(seed, CONTENTION + number)),
    ),
    stateFaults: isRemote ? stateFaults(new Chance(partSeed(seed, STATE_FAULTS + number))) : [],
  });
  const drawnSteps = Array.from({ length: steps }, (_, index) => step(index + 1));
  const key = chance.percent(50) ? "environment" : "file";
  const isCompacted = new Chance(partSeed(seed, COMPACTION)).percent(60);
  const loss = chance.percent(12) ? chance.int(1, steps) : undefined;
  return {
    ...{ seed, world, key },
    ...(isCompacted && { minimumWaste: 300 }),
    ...(isRemote && { isRemote }),
    ...(isAudited && { isAudited }),
    ...(isSplit && { isSplit }),
    steps: withSecondFailures(drawnSteps, new Chance(partSeed(seed, SECOND_FAILURES))).map((each) => ({
      ...each,
      ...(each.number === loss && { loses: true }),
    })),
  };
}

function stateFaults(chance: Chance): StateFault[] {
  return chance.times(chance.pick([0, 0, 1, 1, 2]), () => randomStateFault(chance));
}

/** Drawn apart, so that what a seed held before stays as it was. */
function withAges(step: Step, chance: Chance): Step {
  const [ageing, { desired }] = [randomAgeing(chance), step];
  return {
    ...(ageing !== undefined && { jump: ageing }),
    ...step,
    ...(desired && { desired: withLifetimes(desired, chance) }),
  };
}

/** Half of the imports take a part of what others made just before, and so do some other runs; drawn apart as well. */
function withParts(step: Step, isSplit: boolean, chance: Chance): Step {
  const { run, edits } = step;
  const isOfPart = chance.percent(run.action === "import" ? 50 : 4);
  const made = ["k1", "k2"].map((key) => {
    const secret = canary(chance);
    return { manager: "tokyo", type: "set-agent-secret", host: "web01", key, secret } as const;
  });
  return {
    ...step,
    ...(isOfPart && { run: { ...run, action: "import ADDRESS" }, edits: [...edits, ...made] }),
    ...(isSplit && chance.percent(8) && { contradicts: true }),
  };
}

function randomStep(number: number, chance: Chance, hosts: ReadonlySet<string>): Step {
  const hasSecond = chance.percent(8);
  const mishap = chance.weighted({ none: 3, network: 5, process: 5, disk: 2, both: 2 });
  const isFaulty = mishap === "network" || mishap === "both";
  const step: Step = {
    number,
    seed: chance.seed(),
    edits: chance.times(chance.pick([0, 0, 0, 1, 1, 2, 3]), () => randomEdit(chance)),
    rotations: chance.percent(30) ? [randomRotation(chance)] : [],
    ...(chance.percent(85) && { desired: randomDesired(chance, hosts) }),
    ...(chance.percent(10) && { jump: chance.int(-48, 48) * 3_600_000 }),
    run: {
      action: randomAction(chance),
      target: randomTarget(chance),
      ...((mishap === "process" || mishap === "both") && { fate: randomFate(chance) }),
      ...(mishap === "disk" && { fileFault: randomFileFault(chance) }),
    },
    ...(hasSecond && {
      second: {
        action: randomAction(chance),
        target: randomTarget(chance),
        at: chance.int(1, 60),
        host: chance.percent(50) ? HOME_HOST : "build-8",
        ...(chance.percent(30) && { fate: randomFate(chance) }),
      },
    }),
    stateFaults: [],
    faults: isFaulty ? chance.times(chance.int(1, 3), () => randomFault(chance)) : [],
    meanwhile: chance.percent(10) ? [{ at: chance.int(1, 80), edit: randomEdit(chance) }] : [],
    heals: chance.percent(35),
    ...(chance.percent(8) && { misled: chance.pick(["url", "url and host"] as const) }),
  };
  // Drawn last, so that what a seed held before stays as it was.
  return chance.percent(12)
    ? { ...step, meanwhile: [...step.meanwhile, { at: chance.int(1, 120), edit: randomFile(chance) }] }
    : step;
}

/** Somebody's own file where a secret would be delivered to: also between the proof and the delivery. */
function randomFile(chance: Chance): OthersEdit {
  return {
    type: "place-file",
    name: `out/${chance.pick(["c1", "c2", "tokyo.initial", "second/c1", "moved/c1"])}`,
  };
}

function randomRotation(chance: Chance) {
  const value = chance.percent(90) ? canary(chance) : undefined;
  return { variable: chance.pick(VARIABLES), value };
}

function randomFate(chance: Chance): Fate {
  // Most of what a run does it does early, and some runs are long.
  const at = 1 + Math.floor((chance.int(0, 1_000) / 1_000) ** 2 * 160);
  return { type: chance.weighted({ kill: 5, power: 4, cancel: 2 }), at };
}

function randomFileFault(chance: Chance): FileFault {
  const type = chance.weighted({
    "disk-full": 4,
    "sync-fails": 3,
    "rename-fails": 2,
    "read-fails": 2,
    "unlink-fails": 2,
  });
  return { type, from: chance.int(1, 25), times: chance.pick([1, 1, 2, 1_000]) };
}

const PATHS = [
  "agents/secrets/change",
  "agents/secrets/change",
  "secret/client/generateInfo",
  "secret/client/generateInfo",
  "secret/client/deleteInfo",
  "secret/generateInfo",
  "subManagers/createInfo",
  "subManagers/deleteInfo",
  "secret/client/list",
  "subManagers",
  "agents",
  "agents/secrets",
  "login",
  "*",
];

function randomFault(chance: Chance): NetworkFault {
  const where = { path: chance.pick(PATHS), skip: chance.int(0, 2), times: chance.int(1, 3) };
  if (chance.percent(12)) return { ...where, slow: chance.pick(["before", "late", "never"] as const) };
  if (chance.percent(12)) return { ...where, path: "agents", skip: 0, effect: randomHalf(chance) };
  return { ...where, effect: randomEffect(chance) };
}

/** A list of agents that does not cover every manager, though all that was listed before may be in it. */
function randomHalf(chance: Chance): FaultEffect {
  if (chance.percent(25)) return { type: "warning", messageId: "KAJY68204-W", hosts: [HOST_OF.nagoya] };
  const state = chance.pick(["down", "database-down", "imbase-failed"] as const);
  return { type: "manager-state", host: HOST_OF.osaka, state };
}

function randomEffect(chance: Chance): FaultEffect {
  const when = chance.pick(["before", "after"] as const);
  const kind = chance.weighted({
    drop: 5,
    failed: 4,
    refused: 3,
    busy: 1,
    interrupt: 2,
    "body-limit": 2,
    agent: 2,
    manager: 2,
    session: 1,
    proxy: 1,
  });
  switch (kind) {
    case "drop":
      return { type: "drop", when };
    case "failed":
      return { type: "status", status: chance.pick([500, 502, 503]), when };
    case "refused":
      return { type: "status", status: chance.pick([400, 401, 403, 413]) };
    case "busy":
      return { type: "status", status: 429, retryAfter: "1" };
    case "interrupt":
      return { type: "interrupt", items: chance.int(1, 3) };
    case "body-limit":
      return { type: "body-limit", bytes: chance.int(90, 300) };
    case "agent":
      return {
        type: "agent-state",
        host: chance.pick(HOSTS),
        state: chance.pick(["down", "base-failed", "storage-full"] as const),
      };
    case "manager":
      return {
        type: "manager-state",
        host: chance.pick(Object.values(HOST_OF)),
        state: chance.pick(["down", "database-down", "imbase-failed"] as const),
      };
    case "session":
      return { type: "expire-session" };
    case "proxy":
      return { type: "raw", status: 200, body: "<html>a proxy</html>" };
  }
}

const HOSTS = ["web01", "web02", "batch-01", "batch-02", "edge01", "full01"];

function randomEdit(chance: Chance): OthersEdit {
  const host = chance.pick(HOSTS.slice(0, 5));
  const manager = host === "edge01" ? "osaka" : "tokyo";
  const key = chance.pick(KEYS);
  const kind = chance.weighted({
    set: 4,
    remove: 3,
    client: 3,
    "no-client": 3,
    "lose-agent": 1,
    "new-agent": 1,
    "agent-down": 2,
    "manager-down": 1,
    "initial-secret": 1,
    "end-sessions": 1,
    file: 1,
  });
  switch (kind) {
    case "set":
      return { manager, type: "set-agent-secret", host, key, secret: canary(chance) };
    case "remove":
      return { manager, type: "remove-agent-secret", host, key };
    case "client":
      return { manager: "tokyo", type: "create-client", id: chance.pick(CLIENTS), secret: canary(chance) };
    case "no-client":
      return { manager: "tokyo", type: "delete-client", id: chance.pick(CLIENTS) };
    case "lose-agent":
      return { manager: "tokyo", type: "remove-agent", host: "batch-02" };
    case "new-agent":
      return { manager: "tokyo", type: "add-agents", agents: { host: "batch-02", os: "windows" } };
    case "agent-down":
      return { manager, type: "set-agent-state", host, state: chance.pick(["down", "up"] as const) };
    case "manager-down":
      return {
        manager: chance.pick(["osaka", "nagoya"]),
        type: "set-manager-state",
        state: chance.pick(["down", "database-down", "up"] as const),
      };
    case "initial-secret":
      return { manager: chance.pick(["tokyo", "osaka"]), type: "set-initial-secret", secret: canary(chance) };
    case "end-sessions":
      return { manager: "tokyo", type: "end-sessions" };
    case "file":
      return { type: "place-file", name: `out/${chance.pick(["c1", "c2", "tokyo.initial"])}` };
  }
}
