import { agentAddress, lowerManagerAddress, rebuildAddress } from "../../src/model/address";
import { DiagnosticError } from "../../src/model/diagnostic";
import { openState } from "../../src/state/open-state";
import { PENDING, type RebuildRecord, type StateStore } from "../../src/state/port";
import { readState } from "../../src/state/read-state";
import { ReplacedManager } from "../../src/state/replaced-manager";
import { runs } from "../effort";
import { CrashError, MemoryFileSystem, seededRandom } from "../platform/memory-file-system";
import { client, reopen, run, told } from "./world";

const BOTH = { managers: ["osaka", "tokyo"] };
const record: RebuildRecord = {
  kind: "rebuild",
  address: rebuildAddress("tokyo"),
  manager: "tokyo",
  replaces: "IMMHOST01",
  host: "immhost99",
  since: "2026-01-02T03:04:05Z",
};

const ELSEWHERE = agentAddress("osaka", { host: "web01", managerHost: "immhost02" });

function agent(managerHost: string, host = "web01") {
  const ref = { host, managerHost };
  return { agent: ref, address: agentAddress("tokyo", ref) };
}

function fill(state: StateStore): void {
  state.put({ ...client("web"), places: ["file out/web"] });
  state.put(client("without-place"));
  state.put({ ...client("waiting", "issuing"), places: ["file out/waiting"] });
  state.put({ ...client("elsewhere"), address: "osaka/client/elsewhere", manager: "osaka" });
  const address = lowerManagerAddress("tokyo", "immhost-osaka");
  state.put({ kind: "lower-manager", address, manager: "tokyo", host: "immhost-osaka", fingerprint: "fp" });
  const versions = new Map([["a", "v1"]]);
  const keys = [
    ["a", "1"],
    ["b", PENDING],
  ] as const;
  for (const { address: place, agent: ref } of [agent("immhost01"), agent("immhost-osaka", "db01")]) {
    state.patchAgent(place, {
      manager: "tokyo",
      agent: ref,
      digest: "digest",
      set: keys,
      unset: [],
      versions,
    });
  }
  const ref = { host: "web01", managerHost: "immhost02" };
  state.patchAgent(ELSEWHERE, { manager: "osaka", agent: ref, set: [["a", "1"]], unset: [], versions });
  const known = agent("immhost99");
  state.patchAgent(known.address, { manager: "tokyo", agent: known.agent, set: [["c", "3"]], unset: [] });
}

async function filled(seed = 0): Promise<MemoryFileSystem> {
  const fileSystem = new MemoryFileSystem({ random: seededRandom(seed) });
  const state = await openState(run(fileSystem, BOTH));
  fill(state);
  await state.close();
  return fileSystem;
}

test("of a replaced manager only ownership and places stay known, and other managers as they are", async () => {
  const view = new ReplacedManager(await readState(run(await filled(), BOTH)), record);
  expect(view.record(client("web").address)).toMatchObject({ status: "retired", places: ["file out/web"] });
  expect(view.record(client("waiting").address)).toMatchObject({ status: "retired" });
  expect(view.record(client("without-place").address)).toBeUndefined();
  expect(view.record("osaka/client/elsewhere")).toMatchObject({ status: "delivered" });
  expect(view.record(lowerManagerAddress("tokyo", "immhost-osaka"))).toBeUndefined();
  expect(view.record(record.address)).toEqual(record);
  const below = agent("immhost-osaka", "db01").address;
  expect(view.record(below)).toEqual(expect.not.objectContaining({ digest: "digest" }));
  const ours = new Map([
    ["a", null],
    ["b", PENDING],
  ]);
  expect(new Map(view.fingerprints(below))).toEqual(ours);
  expect(new Map(view.withoutFingerprints(below))).toEqual(ours);
  expect(new Map(view.versions(below))).toEqual(new Map());
  expect(new Map(view.fingerprints(ELSEWHERE))).toEqual(new Map([["a", "1"]]));
  expect(new Map(view.withoutFingerprints(ELSEWHERE))).toEqual(new Map([["a", null]]));
  expect(new Map(view.versions(ELSEWHERE))).toEqual(new Map([["a", "v1"]]));
});

test("agents of the lost host, however it is spelt, are from then on those of the new one", async () => {
  const view = new ReplacedManager(await readState(run(await filled(), BOTH)), record);
  expect(view.record(agent("immhost01").address)).toBeUndefined();
  expect(view.fingerprints(agent("immhost01").address).size).toBe(0);
  expect(view.record(agent("immhost99").address)).toMatchObject({ count: 3 });
  expect(new Map(view.fingerprints(agent("immhost99").address))).toEqual(
    new Map([
      ["a", null],
      ["b", PENDING],
      ["c", null],
    ]),
  );
});

test("what is shown before it is written is what stands there afterwards, in memory and on disk", async () => {
  const fileSystem = await filled();
  const state = await openState(run(fileSystem, BOTH));
  const view = new ReplacedManager(state, record);
  const shown = told(view);
  view.begin(state);
  expect(told(state)).toBe(shown);
  expect(told(view)).toBe(shown);
  await state.close();
  const { state: again } = await reopen(fileSystem, BOTH);
  expect(told(again)).toBe(shown);
  await again.close();
});

const SEEDS = runs(4);

test("a crash at any moment leaves no record of a rebuild before all the rest is done, and a second start completes it", async () => {
  const whole = new ReplacedManager(await readState(run(await filled(), BOTH)), record);
  const goal = told(whole);
  let crashes = 0;
  // At the last calls the log is written, of which each time another part is left.
  const moments = Array.from(
    { length: 60 * SEEDS },
    (_, index) => [1 + Math.floor(index / SEEDS), index] as const,
  );
  for (const [nth, seed] of moments) {
    const fileSystem = await filled(seed);
    const meant = fileSystem.calls + nth;
    fileSystem.onCall = ({ number }) => (number === meant ? "crash" : undefined);
    try {
      const state = await openState(run(fileSystem, BOTH));
      new ReplacedManager(state, record).begin(state);
      await state.close();
    } catch (error) {
      if (!(error instanceof CrashError) && !(error instanceof DiagnosticError)) throw error;
    }
    if (!fileSystem.crashed) break;
    crashes += 1;
    const survivor = fileSystem.survivor();
    const { state } = await reopen(survivor, BOTH);
    if (state.record(record.address)) expect(told(state)).toBe(goal);
    else {
      new ReplacedManager(state, record).begin(state);
      await state.flush();
      expect(told(state)).toBe(goal);
    }
    await state.close();
    expect(told(await readState(run(survivor, BOTH)))).toBe(goal);
  }
  expect(crashes).toBeGreaterThan(5);
});
