import {
  apply,
  doctor,
  getResources,
  importResources,
  listState,
  moveInState,
  plan,
  pullState,
  rebuild,
  rekeyState,
  removeFromState,
  showState,
} from "../../src/index";
import type { Platform } from "../../src/library/platform";
import { Rig } from "../rig/rig";
import { refusalOf, tokyoWorld, tokyoYaml } from "../rig/tokyo";

const options = { files: ["jp1im.yaml"] };
const log = (manager: string) => `.jp1im/managers/${manager}/state.log`;

/** Two managers with a client each. */
function both(tokyo = "tokyo", generation = 1): string {
  const client = (id: string) => ({ clients: [{ id, generation, deliverTo: { file: `out/${id}` } }] });
  const { managers, ...rest } = JSON.parse(tokyoYaml(client("app"), tokyo));
  const osaka = {
    ...managers[tokyo],
    url: "http://osaka.test:20703",
    host: "immhost-osaka",
    ...client("edge"),
  };
  return JSON.stringify({ ...rest, managers: { ...managers, osaka } });
}

async function applied(): Promise<Rig> {
  const rig = await Rig.create(tokyoWorld({}));
  await rig.write("jp1im.yaml", both());
  expect((await rig.apply()).summary).toMatchObject({ applied: 2, failed: 0 });
  rig.takeWrites();
  return rig;
}

test("runs on different managers go side by side, and none waits for another one's lock", async () => {
  const rig = await applied();
  await rig.write("jp1im.yaml", both("tokyo", 2));
  const begun: string[] = [];
  let release = () => {};
  const bothHold = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Each waits under its lock until the other one holds its own.
  const approve = (manager: string) => async () => {
    begun.push(manager);
    if (begun.length === 2) release();
    await bothHold;
    return true;
  };
  const outcomes = await Promise.all(
    ["tokyo", "osaka"].map((manager) =>
      apply({ ...options, managers: [manager], approve: approve(manager) }, rig.platform()),
    ),
  );
  expect(outcomes.map((outcome) => outcome?.summary.applied)).toEqual([1, 1]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("a run that stops on the lock of a manager that only issues for its own says so", async () => {
  const rig = await applied();
  const declared = JSON.parse(both("tokyo", 2));
  const initialSecret = { issueOn: "osaka" };
  declared.managers.tokyo.lowerManagers = [{ host: "immhost-osaka", initialSecret }];
  await rig.write("jp1im.yaml", JSON.stringify(declared));
  const run = (manager: string, more = {}) =>
    apply({ ...options, managers: [manager], ...more }, { ...rig.platform(), report });
  const said: string[] = [];
  const report: Platform["report"] = (event) =>
    event.type === "diagnostic" &&
    event.diagnostic.code === "state-locked" &&
    said.push(event.diagnostic.summary);
  const approve = async () => {
    for (const [manager, lockTimeoutMs] of [
      ["tokyo", 0],
      ["tokyo", 90_000],
      ["osaka", 0],
    ] as const)
      said.push((await refusalOf(run(manager, { lockTimeoutMs }))).summary);
    return false;
  };
  await run("osaka", { approve });
  const why = "; initial secrets for tokyo are issued there (`issueOn`)";
  expect(said.map((summary) => summary.endsWith(why))).toEqual([true, true, true, false]);
});

test("a run writes nothing of a manager that it did not lock, and locks those that it issues on", async () => {
  const rig = await applied();
  await rig.write("jp1im.yaml", both("tokyo", 2));
  const before = rig.read(log("osaka"));
  expect((await rig.apply({ managers: ["tokyo"] })).summary).toMatchObject({ applied: 1 });
  expect(rig.read(log("osaka"))).toBe(before);
  const { serials } = await listState(options, rig.platform());
  expect(Object.keys(serials)).toEqual(["osaka", "tokyo"]);
});

test("a damaged part stops its own manager, and the others go on", async () => {
  const rig = await applied();
  await rig.write(log("osaka"), "garbage\nmore\n");
  await rig.write("jp1im.yaml", both("tokyo", 2));
  const outcome = await rig.apply();
  expect(outcome.changes).toMatchObject([{ address: "tokyo/client/app", status: "applied" }]);
  expect(outcome.plan.unknown).toMatchObject([{ address: "osaka", code: "state-corrupted" }]);
  expect(rig.takeWrites().every((line) => line.startsWith("tokyo "))).toBe(true);
  expect((await plan(options, rig.platform())).unknown).toMatchObject([{ address: "osaka" }]);
  expect(rig.read(log("osaka"))).toBe("garbage\nmore\n");
});

test.each(["list", "readFile"])(
  "kept secrets of which nothing can be read (%s) stop their own manager, and the others go on",
  async (name) => {
    const rig = await applied();
    await rig.write("jp1im.yaml", both("tokyo", 2));
    const folder = "/home/ops/.jp1im/managers/osaka/recovery";
    await rig.files.makeFolder(folder);
    await rig.write(".jp1im/managers/osaka/recovery/y.json", "{}");
    rig.files.onCall = (call) => (call.name === name && call.path.startsWith(folder) ? "EACCES" : undefined);
    expect((await rig.apply({ managers: ["tokyo"] })).summary).toMatchObject({ applied: 1, failed: 0 });
    const planned = await rig.plan();
    expect(planned.unknown).toMatchObject([{ address: "osaka", code: "state-unreadable" }]);
    const platform = rig.platform();
    const reported: string[] = [];
    const listed = await listState(options, {
      ...platform,
      report: (event) => void (event.type === "diagnostic" && reported.push(event.diagnostic.code)),
    });
    expect(listed.records.length).toBeGreaterThan(1);
    expect(reported).toEqual(["insecure-setting", "insecure-setting", "state-unreadable"]);
    await rig.apply();
    expect(rig.takeWrites().join()).not.toContain("edge");
  },
);

test("a damaged part in a folder names its file, and both ways to restore it", async () => {
  const rig = await applied();
  await rig.write(log("osaka"), "garbage\nmore\n");
  expect(await refusalOf(pullState(options, rig.platform()))).toMatchObject({
    summary: expect.stringContaining(`${log("osaka")}:1 is damaged`),
    remedy: expect.stringMatching(
      /restore the file .* move it away.*`jp1im state push --force --manager osaka BACKUP`/,
    ),
  });
});

test("what the state knows of a damaged part is unknown to state show and get, and doctor's check of the state fails", async () => {
  const rig = await applied();
  await rig.write(log("osaka"), "garbage\nmore\n");
  expect(await refusalOf(showState(options, "osaka/client/edge", rig.platform()))).toMatchObject({
    code: "state-corrupted",
  });
  expect(await showState(options, "tokyo/client/app", rig.platform())).toMatchObject({ kind: "client" });
  const listing = await getResources({ ...options, kind: "clients" }, rig.platform());
  expect(listing.unknown).toMatchObject([{ address: "osaka", code: "state-corrupted" }]);
  const { checks } = await doctor(options, rig.platform());
  expect(checks).toContainEqual(
    expect.objectContaining({ check: "state", status: "failed", code: "state-corrupted" }),
  );
});

test.each<[string, (rig: Rig) => Promise<unknown>]>([
  ["an import", (rig) => importResources({ ...options, addresses: [] }, rig.platform())],
  ["state mv to it", (rig) => moveInState(options, "tokyo", "osaka", rig.platform())],
  ["state mv from it", (rig) => moveInState(options, "osaka", "nara", rig.platform())],
  ["state rm", (rig) => removeFromState(options, ["tokyo/client/app", "osaka"], rig.platform())],
  ["state rekey", (rig) => rekeyState(options, rig.platform())],
  ["a rebuild", (rig) => rebuild({ ...options, manager: "osaka", replaces: "old" }, rig.platform())],
])("%s says what is damaged, and changes nothing", async (_, run) => {
  const rig = await applied();
  await rig.write(log("osaka"), "garbage\nmore\n");
  const before = rig.read(log("tokyo"));
  expect((await refusalOf(run(rig))).code).toBe("state-corrupted");
  expect(rig.read(log("tokyo"))).toBe(before);
});

test("a manager that moved away, or was forgotten, leaves nothing that a rekey trips over", async () => {
  const rig = await applied();
  await moveInState(options, "tokyo", "edo", rig.platform());
  await rig.write("jp1im.yaml", both("edo"));
  await removeFromState(options, ["osaka"], rig.platform());
  for (let round = 0; round < 2; round++) {
    expect(await rekeyState(options, rig.platform())).toMatchObject({ already: false });
    rig.events.length = 0;
    expect((await rig.plan({ managers: ["edo"] })).changes).toEqual([]);
    expect(JSON.stringify(rig.events)).not.toContain("another key");
  }
});

test("of two first runs at once, one that comes second to make the key sends nothing, and the next one goes on", async () => {
  const rig = await Rig.create(tokyoWorld({}));
  await rig.write("jp1im.yaml", both());
  let waiting = 2;
  let release = () => {};
  const bothPlanned = new Promise<void>((resolve) => {
    release = resolve;
  });
  const approve = async () => {
    if (--waiting === 0) release();
    await bothPlanned;
    return true;
  };
  const ended = await Promise.allSettled(
    ["tokyo", "osaka"].map((manager) => apply({ ...options, managers: [manager], approve }, rig.platform())),
  );
  const refused = ended.filter(({ status }) => status === "rejected");
  expect(refused).toMatchObject([{ reason: { diagnostics: [{ code: "state-key" }] } }]);
  expect(rig.takeWrites()).toHaveLength(1);
  expect((await rig.apply()).summary).toMatchObject({ applied: 1, failed: 0 });
});
