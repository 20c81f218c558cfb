import { exitCodeOfOutcome } from "../../src/cli/exit-code-of";
import { ExitCode } from "../../src/model/exit-code";
import { HOME, type Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const desired = (generation: number, file = "out/web.secret") => ({
  initialSecret: { generation, deliverTo: { file: "out/tokyo.initial" } },
  clients: [{ id: "web", generation, deliverTo: { file } }],
});

/** The sinks pass their proof, and then the disk is full. */
async function setUp() {
  const rig = await tokyoRig(desired(1));
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path.startsWith(`${HOME}/out/`) ? "ENOSPC" : undefined;
  const outcome = await rig.apply();
  rig.files.onCall = () => undefined;
  rig.takeWrites();
  return { rig, outcome };
}

const recoveryFiles = (rig: Rig) => rig.files.paths().filter((path) => path.includes("/recovery/"));
const issued = (rig: Rig) => {
  const { tokyo } = rig.simulation.truth().managers;
  return [tokyo?.clients?.web, tokyo?.initialSecret];
};

test("an issued secret that no sink took is kept, and the next run delivers that very one", async () => {
  const { rig, outcome } = await setUp();
  expect(outcome.summary).toEqual({
    applied: 0,
    failed: 2,
    skipped: 0,
    requests: 2,
    carried_out: 2,
    not_recorded: 0,
  });
  expect(exitCodeOfOutcome(outcome)).toBe(ExitCode.partial);
  expect(recoveryFiles(rig)).toHaveLength(2);
  const secrets = issued(rig);

  const plan = await rig.plan();
  expect(plan.changes.map(({ action, reason }) => `${action} ${reason}`)).toEqual([
    "update undelivered",
    "update undelivered",
  ]);
  expect(plan.operations).toEqual([]);
  rig.takeWrites();

  const next = await rig.apply();
  expect(next.summary).toMatchObject({ applied: 2, failed: 0, requests: 0 });
  expect(rig.takeWrites()).toEqual([]);
  expect([rig.read("out/web.secret"), rig.read("out/tokyo.initial")]).toEqual(secrets);
  expect(recoveryFiles(rig)).toEqual([]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("it is issued again where another generation is declared by then, and what was kept is dropped", async () => {
  const { rig } = await setUp();
  await rig.write("jp1im.yaml", tokyoYaml(desired(2)));
  await rig.apply();
  expect(rig.takeWrites()).toEqual([
    "tokyo secret/generateInfo",
    "tokyo secret/client/deleteInfo web",
    "tokyo secret/client/generateInfo web",
  ]);
  expect([rig.read("out/web.secret"), rig.read("out/tokyo.initial")]).toEqual(issued(rig));
  expect(recoveryFiles(rig)).toEqual([]);
});

test("it is issued again where the key that it was kept under is lost", async () => {
  const { rig } = await setUp();
  await rig.remove(".jp1im/state.key");
  const outcome = await rig.apply();
  expect(outcome.summary).toMatchObject({ applied: 2, failed: 0 });
  expect([rig.read("out/web.secret"), rig.read("out/tokyo.initial")]).toEqual(issued(rig));
});

test("the sink is proven again before anything, and the run stops where it still takes nothing", async () => {
  const { rig } = await setUp();
  rig.files.onCall = ({ name, path }) =>
    name === "open" && path.startsWith(`${HOME}/out/`) ? "EACCES" : undefined;
  await expect(rig.apply()).rejects.toMatchObject({
    diagnostics: [{ code: "sink-unwritable" }, { code: "sink-unwritable" }],
  });
  expect(rig.takeWrites()).toEqual([]);
  expect(recoveryFiles(rig)).toHaveLength(2);
});

test("a place that it is delivered to only later is ours from then on", async () => {
  const { rig } = await setUp();
  const moved = (generation: number) => tokyoYaml(desired(generation, "elsewhere/web.secret"));
  await rig.write("jp1im.yaml", moved(1));
  expect((await rig.apply()).summary).toMatchObject({ applied: 2, failed: 0, requests: 0 });
  await rig.write("jp1im.yaml", moved(2));
  expect((await rig.apply()).summary).toMatchObject({ applied: 2, failed: 0 });
  expect([rig.read("elsewhere/web.secret"), rig.read("out/tokyo.initial")]).toEqual(issued(rig));
});

test("one that was left behind is never taken for the secret of a later issue", async () => {
  const { rig } = await setUp();
  rig.files.onCall = ({ name, path }) =>
    name === "unlink" && path.includes("/recovery/") ? "EIO" : undefined;
  await rig.apply();
  expect(recoveryFiles(rig)).toHaveLength(2);
  rig.files.onCall = () => undefined;
  rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "web" });
  rig.simulation.faults.add({ path: "secret/client/*", effect: { type: "drop", when: "after" }, skip: 1 });
  await rig.apply();
  rig.simulation.faults.clear();
  await rig.apply();
  expect([rig.read("out/web.secret"), rig.read("out/tokyo.initial")]).toEqual(issued(rig));
});

test("a file that somebody puts where a delivery failed is not overwritten by the next one", async () => {
  const { rig } = await setUp();
  await rig.write("out/web.secret", "somebody's own");
  await expect(rig.apply()).rejects.toThrow("is there already, and this secret was never delivered to it");
  expect(rig.read("out/web.secret")).toBe("somebody's own");
});
