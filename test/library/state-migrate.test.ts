/** What `state migrate` says of the two places that it works on. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Diagnostic, DiagnosticError, migrateState, pullState, pushState } from "../../src/index";
import { nodeFileSystem } from "../../src/platform/file-system";
import { Rig } from "../rig/rig";
import { tokyoWorld, tokyoYaml } from "../rig/tokyo";

const desired = tokyoYaml({ agents: [{ host: "web01", secrets: { a: { env: "V" } } }] });
const options = { files: ["jp1im.yaml"] };
const moving = { ...options, from: "old place", state: "new" };
const LOCK = JSON.stringify({
  ...{ id: "0123456789abcdef", who: "ops@build-8", host: "build-8", pid: 1, command: "apply" },
  ...{ since: "2100-01-01T00:00:00Z", heartbeat: "2100-01-01T00:00:00Z" },
});

/** The live state is in `.jp1im`, and a former copy of it in `old place`. */
async function applied(): Promise<Rig> {
  const rig = await Rig.create(tokyoWorld({ tokyo: { agents: [{ host: "web01" }] } }));
  rig.env.V = "value";
  await rig.write("jp1im.yaml", desired);
  await rig.apply();
  await migrateState({ ...options, from: ".jp1im", state: "old place" }, rig.platform());
  return rig;
}

async function refusal(work: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError)) throw error ?? new Error("nothing was refused");
  return error.diagnostics;
}

const part = (place: string, file: string) => `${place}/managers/tokyo/${file}`;

describe("a remedy names the place that it is about", () => {
  test("where FROM has a damaged part", async () => {
    const rig = await applied();
    await rig.write(part("old place", "state.log"), "garbage\nmore\n");
    expect(await refusal(migrateState(moving, rig.platform()))).toMatchObject([
      {
        code: "state-corrupted",
        remedy: expect.stringContaining("`jp1im state push --state 'old place' --force"),
      },
    ]);
  });

  test("where TO has one", async () => {
    const rig = await applied();
    await migrateState(moving, rig.platform());
    await rig.write(part("new", "state.log"), "garbage\nmore\n");
    expect(await refusal(migrateState(moving, rig.platform()))).toMatchObject([
      { code: "state-corrupted", remedy: expect.stringContaining("`jp1im state push --state new --force") },
    ]);
  });

  test.each([
    ["FROM", "old place", "--state 'old place'"],
    ["TO", "new", "--state new"],
  ])("where another run holds a lock of %s", async (_, place, words) => {
    const rig = await applied();
    await migrateState(moving, rig.platform());
    await rig.write(part(place, "lock"), LOCK);
    expect(await refusal(migrateState(moving, rig.platform()))).toMatchObject([
      {
        code: "state-locked",
        remedy: expect.stringContaining(`\`jp1im state unlock ${words} 0123456789abcdef\``),
      },
    ]);
  });

  test("and none where the desired state says where TO is", async () => {
    const rig = await applied();
    await rig.write(part(".jp1im", "lock"), LOCK);
    expect(await refusal(migrateState({ ...options, from: "old place" }, rig.platform()))).toMatchObject([
      { code: "state-locked", remedy: expect.stringContaining("`jp1im state unlock 0123456789abcdef`") },
    ]);
  });
});

test("a state whose rekey was interrupted stays where it is until that is finished", async () => {
  const rig = await applied();
  const note = rig.read("old place/lineage") ?? "";
  await rig.write("old place/lineage", `${note.split(" ")[0]} another-key\n`);
  expect(await refusal(migrateState(moving, rig.platform()))).toMatchObject([
    {
      code: "state-key",
      summary: expect.stringContaining("a rekey of the state was interrupted"),
      remedy: expect.stringContaining("`jp1im state rekey --state 'old place'`"),
    },
  ]);
});

test("a state whose lock is taken away while it is read is not copied", async () => {
  const rig = await applied();
  rig.files.onCall = ({ name, path }) => {
    if (name === "readFile" && path.endsWith("old place/managers/tokyo/state.log"))
      rig.files.place(path.replace("state.log", "lock"), LOCK);
    return undefined;
  };
  expect(await refusal(migrateState(moving, rig.platform()))).toMatchObject([{ code: "lock-lost" }]);
  expect(rig.files.paths().filter((path) => path.includes("/new/"))).toEqual([]);
});

test("one place under two names is refused as such, and no lock is waited for", async () => {
  const rig = await applied();
  await rig.write("backup.json", await pullState(options, rig.platform()));
  const folder = mkdtempSync(join(tmpdir(), "jp1im-"));
  try {
    const [place, link] = [join(folder, "st"), join(folder, "link")];
    const read = rig.files.readFile.bind(rig.files);
    const fileSystem = {
      ...nodeFileSystem,
      readFile: (path: string, most?: number) =>
        path.endsWith("backup.json") ? read(path) : nodeFileSystem.readFile(path, most),
    };
    const platform = () => ({ ...rig.platform(), fileSystem });
    await pushState({ files: [], state: place, copy: "backup.json" }, platform());
    symlinkSync(place, link);
    for (const [from, state] of [
      [place, link],
      [link, place],
    ] as const) {
      const refused = await refusal(
        migrateState({ files: [], from, state, lockTimeoutMs: 3_600_000 }, platform()),
      );
      expect(refused).toMatchObject([
        { code: "usage", summary: expect.stringContaining("FROM and TO are the same place") },
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("a place that is newer", () => {
  function both(generation: number): string {
    const client = (id: string) => ({ clients: [{ id, generation, deliverTo: { file: `out/${id}` } }] });
    const { managers, ...rest } = JSON.parse(tokyoYaml(client("app")));
    const osaka = { ...managers.tokyo, url: "http://osaka.test:20703", host: "immhost-osaka" };
    return JSON.stringify({ ...rest, managers: { ...managers, osaka: { ...osaka, ...client("edge") } } });
  }

  const again = { ...options, from: ".jp1im", state: "new" };

  test.each([[["osaka", "tokyo"]], [["tokyo"]]])(
    "in %s stays as it is, and the refusal has the commands that decide it",
    async (managers) => {
      const rig = await Rig.create(tokyoWorld({}));
      await rig.write("jp1im.yaml", both(1));
      await rig.apply();
      rig.env.JP1IM_STATE_KEY_FILE = ".jp1im/state.key";
      await migrateState(again, rig.platform());
      await rig.write("jp1im.yaml", both(2));
      await rig.apply({ state: "new", managers });
      const newer = rig.read(part("new", "state.log"));
      const refused = await refusal(migrateState(again, rig.platform()));
      expect(refused.map(({ code, address }) => [code, address])).toEqual(
        managers.map((manager) => ["state-conflict", manager]),
      );
      expect(refused.at(-1)?.remedy).toContain(
        "`jp1im state pull --state .jp1im > copy.json`, and then `jp1im state push --state new --force --manager tokyo copy.json`",
      );
      expect(rig.read(part("new", "state.log"))).toBe(newer);
    },
  );
});
