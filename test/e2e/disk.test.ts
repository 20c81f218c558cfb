/** The built command line on a disk that is full or read-only, from the start or in the middle of a run. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentOf } from "./document";
import { SmallDisk, unmountAll } from "./small-disk";
import { closeStages, Stage } from "./stage";

const canMount = probe();
// Said aloud: a disk that is full is nothing that can be had otherwise.
if (!canMount) console.warn("SKIPPED: full and read-only disks, because nothing can be mounted here");
const onDisk = canMount ? test : test.skip;

afterEach(async () => {
  unmountAll();
  await closeStages();
});

const ISSUE = "secret/client/generateInfo";
/** Asked for with the lock held and nothing written yet. */
const LIST = "agents/secrets";
const APPLY = "apply --auto-approve --output json";

onDisk("a disk that is full for the state: nothing is begun, and with room again all is done", async () => {
  const { stage, disk } = await staged(".jp1im");
  disk.fill();
  const refused = await stage.run("apply --auto-approve", withKey);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no space is left on the device"),
  });
  expect(refused.stderr).toContain("[state-unwritable]");
  expect(stage.writes()).toEqual([]);
  expect(readdirSync(stage.path(".jp1im"))).toEqual(["filler"]);
  disk.empty();
  await convergesWith(stage, 4);
});

onDisk("a disk that fills up in the middle: no write is sent that could not be recorded", async () => {
  const { stage, disk } = await staged(".jp1im");
  stage.simulator.faults.add({ path: LIST, times: 1, effect: { type: "latency", ms: 1 } });
  const child = stage.start(APPLY, withKey);
  await stage.gate.reached;
  disk.fill();
  stage.gate.open();
  const ended = await child.ended;
  expect(documentOf(ended)).toMatchObject({
    exit_code: 1,
    diagnostics: expect.arrayContaining([expect.objectContaining({ code: "state-unwritable" })]),
  });
  expect(stage.writes()).toEqual([]);
  disk.empty();
  await convergesWith(stage);
});

onDisk(
  "a disk that is full for a sink is found before anything is issued, and the next run delivers",
  async () => {
    const { stage, disk } = await staged("out");
    disk.fill();
    const first = documentOf(await stage.run(APPLY, withKey));
    expect(first).toMatchObject({
      exit_code: 1,
      diagnostics: expect.arrayContaining([expect.objectContaining({ code: "sink-unwritable" })]),
    });
    expect(JSON.stringify(first.diagnostics)).toContain("no space is left on the device");
    expect(stage.writes()).toEqual([]);
    disk.empty();
    await convergesWith(stage);
    expect(stage.writes().filter((write) => write.startsWith(ISSUE))).toHaveLength(1);
  },
);

onDisk("a state folder that is read-only can be read, and is told before anything is done", async () => {
  const { stage, disk } = await staged(".jp1im");
  await stage.must(APPLY, withKey);
  stage.env.WEB_PASSWORD = "rotated";
  const writes = stage.writes();
  disk.setReadOnly(true);
  const [planned, listed, refused] = await Promise.all([
    stage.run("plan --detailed-exitcode", withKey),
    stage.run("state list", withKey),
    stage.run("apply --auto-approve", withKey),
  ]);
  expect(planned).toMatchObject({ code: 2, stderr: "" });
  expect(listed).toMatchObject({ code: 0, stderr: "" });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("the file system is read-only") });
  expect(stage.writes()).toEqual(writes);
  disk.setReadOnly(false);
  await convergesWith(stage, 3);
});

onDisk(
  "a state folder that becomes read-only in the middle: no write is sent, and the next run does all",
  async () => {
    const { stage, disk } = await staged(".jp1im");
    stage.simulator.faults.add({ path: LIST, times: 1, effect: { type: "latency", ms: 1 } });
    const child = stage.start("apply --auto-approve", withKey);
    await stage.gate.reached;
    disk.setReadOnly(true);
    stage.gate.open();
    const ended = await child.ended;
    expect(ended.code).toBe(1);
    expect(stage.writes()).toEqual([]);
    expect(ended.stderr).toContain("the file system is read-only");
    disk.setReadOnly(false);
    await convergesWith(stage);
  },
);

/** The key is elsewhere, so that it is the state itself that meets the disk. */
const withKey = { env: { JP1IM_STATE_KEY: Buffer.alloc(32, 7).toString("base64") } };

async function staged(folder: string): Promise<{ stage: Stage; disk: SmallDisk }> {
  const stage = await Stage.open();
  const disk = SmallDisk.mount(stage.path(folder));
  if (disk === undefined) throw new Error("mounting worked a moment ago");
  return { stage, disk };
}

async function convergesWith(stage: Stage, changes?: number): Promise<void> {
  const { outcome } = documentOf(await stage.must(APPLY, withKey));
  if (changes !== undefined) expect(outcome?.summary.applied).toBe(changes);
  expect(await stage.run("plan --detailed-exitcode", withKey)).toMatchObject({ code: 0, stderr: "" });
  const truth = stage.simulator.truth().managers.tokyo;
  expect(stage.read("out/fluentd-web.secret")).toBe(truth?.clients?.["fluentd-web"]);
  expect(readdirSync(stage.path(".jp1im")).filter((name) => /^(lock|state\.log\.)/.test(name))).toEqual([]);
}

function probe(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-mount-"));
  try {
    return SmallDisk.mount(folder) !== undefined;
  } finally {
    unmountAll();
    rmSync(folder, { recursive: true });
  }
}
