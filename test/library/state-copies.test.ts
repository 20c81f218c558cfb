/** `state pull`, `push`, `migrate` and `compact`, as the library does them. */
// biome-ignore-all lint/suspicious/noExplicitAny: documents that are wrong on purpose
import {
  apply,
  compactState,
  DiagnosticError,
  listState,
  migrateState,
  moveInState,
  pullState,
  pushState,
  rekeyState,
} from "../../src/index";
import { checksumOf } from "../../src/library/plan-file";
import { decodeLine, encodeLine } from "../../src/state/log/log-line";
import { HOME, Rig } from "../rig/rig";
import { tokyoWorld, tokyoYaml } from "../rig/tokyo";

const desired = (generation = 1) =>
  tokyoYaml({
    clients: [{ id: "app", generation, deliverTo: { file: "out/app" } }],
    agents: [{ host: "web01", secrets: { a: { env: "V" } } }],
  });
const options = { files: ["jp1im.yaml"] };

async function applied(): Promise<Rig> {
  const rig = await Rig.create(tokyoWorld({ tokyo: { agents: [{ host: "web01" }] } }));
  rig.env.V = "c&nary-value";
  await rig.write("jp1im.yaml", desired());
  await rig.apply();
  rig.takeWrites();
  return rig;
}

async function codesOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError)) throw error ?? new Error("nothing was refused");
  return error.diagnostics.map(({ code }) => code);
}

test("a state that was lost is back with its copy and its key, and nothing is to be done", async () => {
  const rig = await applied();
  const copy = await pullState(options, rig.platform());
  expect(copy).not.toContain("c&nary");
  await rig.write("backup.json", copy);
  await rig.removeAll("/state.log");
  await rig.removeAll("/lineage");
  const put = await pushState({ ...options, copy: "backup.json" }, rig.platform());
  expect(put.managers).toEqual([{ manager: "tokyo", serial: expect.any(Number), written: true }]);
  expect((await rig.plan()).changes).toEqual([]);
  expect(await pullState(options, rig.platform())).toBe(copy);
});

test("a copy is not put over a newer state, another state or a damaged one; the newer and the damaged one give way to force", async () => {
  const rig = await applied();
  await rig.write("backup.json", await pullState(options, rig.platform()));
  await rig.write("jp1im.yaml", desired(2));
  await rig.apply();
  const push = (more = {}) => pushState({ ...options, copy: "backup.json", ...more }, rig.platform());
  expect(await codesOf(push())).toEqual(["state-conflict"]);
  expect((await rig.plan()).changes).toEqual([]);
  const log = ".jp1im/managers/tokyo/state.log";
  await rig.write(log, (rig.read(log) ?? "").replace("generation", "generatiom"));
  expect(await codesOf(push())).toEqual(["state-corrupted"]);
  expect((await push({ force: true })).managers).toMatchObject([{ written: true }]);
  expect((await rig.plan()).changes).not.toEqual([]);
  await rig.write("other.yaml", desired());
  await rig.apply({ files: ["other.yaml"], state: "other", newState: true });
  expect(await codesOf(push({ state: "other", force: true }))).toEqual(["state-conflict"]);
});

/** The log of tokyo's part as that of another manager. */
function asPartOf(manager: string, log: string): string {
  const lines = log.slice(0, -1).split("\n");
  const other = lines.map((text) => {
    const line = decodeLine(Buffer.from(text));
    const head = JSON.parse(JSON.stringify(line?.head).replaceAll("tokyo", manager));
    return String(encodeLine(head, line?.body));
  });
  return other.join("");
}

describe("a copy from before a rekey", () => {
  async function rekeyed() {
    const rig = await applied();
    const former = rig.read(".jp1im/state.key")?.trim();
    await rig.write("backup.json", await pullState(options, rig.platform()));
    await rekeyState(options, rig.platform());
    const warned: unknown[] = [];
    const report = (event: unknown) => warned.push(event);
    const push = (more = {}) =>
      pushState({ ...options, copy: "backup.json", ...more }, { ...rig.platform(), report });
    return { rig, push, warned, former };
  }

  test("takes the place of the state's key with force alone, and says so", async () => {
    const { rig, push, warned, former } = await rekeyed();
    const before = [rig.read(".jp1im/lineage"), rig.read(".jp1im/managers/tokyo/state.log")];
    await rig.removeAll("/state.log");
    expect(await codesOf(push())).toEqual(["state-key"]);
    expect(rig.read(".jp1im/lineage")).toBe(before[0]);
    expect((await push({ force: true })).managers).toMatchObject([{ written: true }]);
    expect(JSON.stringify(warned)).toContain("that of the copy takes its place");
    Object.assign(rig.env, { JP1IM_STATE_KEY: former });
    expect((await rig.plan()).changes).toEqual([]);
  });

  test("is not put there, whatever is said, where it would leave a part under the other key", async () => {
    const { rig, push } = await rekeyed();
    const log = rig.read(".jp1im/managers/tokyo/state.log") ?? "";
    await rig.files.makeFolder(`${HOME}/.jp1im/managers/osaka`);
    await rig.write(".jp1im/managers/osaka/state.log", asPartOf("osaka", log));
    for (const force of [true, false]) {
      const refused = await push({ force }).catch((error) => error.diagnostics);
      if (force)
        expect(refused).toMatchObject([
          { code: "state-key", summary: expect.stringContaining("that of osaka would stay") },
        ]);
      expect(rig.read(".jp1im/managers/tokyo/state.log")).toBe(log);
    }
  });
});

test("a note without any part gives way to a copy of another state with force", async () => {
  const rig = await applied();
  await rig.write("backup.json", await pullState(options, rig.platform()));
  await rig.files.makeFolder(`${HOME}/noted`, 0o700);
  await rig.write("noted/lineage", "0123456789abcdef0123456789abcdef AAAA\n");
  const push = (force: boolean) =>
    pushState({ ...options, copy: "backup.json", state: "noted", force }, rig.platform());
  expect(await codesOf(push(false))).toEqual(["state-conflict"]);
  expect((await push(true)).managers).toMatchObject([{ written: true }]);
  const [there, here] = ["noted", ".jp1im"].map((place) => rig.read(`${place}/lineage`) ?? "");
  expect(there?.startsWith(here?.trim() ?? "?")).toBe(true);
});

test("a state with a part of another state is not copied", async () => {
  const rig = await applied();
  const note = rig.read(".jp1im/lineage") ?? "";
  await rig.write(".jp1im/lineage", note.replace(/^\w+/, "0".repeat(32)));
  await expect(pullState(options, rig.platform())).rejects.toMatchObject({
    diagnostics: [{ code: "state-corrupted", summary: expect.stringContaining("belongs to another state") }],
  });
});

/** A part with a name that an earlier version accepted. */
async function renamedPart(rig: Rig, manager: string): Promise<void> {
  await rig.files.makeFolder(`${HOME}/.jp1im/managers/${manager}`);
  await rig.write(`.jp1im/managers/${manager}/state.log`, rig.read(".jp1im/managers/tokyo/state.log") ?? "");
}

test("a part with a name that no manager can have is left out of a copy once it holds nothing", async () => {
  const rig = await applied();
  await moveInState(options, "tokyo", "edo", rig.platform());
  await renamedPart(rig, "a b");
  const copy = await pullState(options, rig.platform());
  expect(Object.keys(JSON.parse(copy).managers)).toEqual(["edo", "tokyo"]);
  const { managers } = await migrateState({ from: ".jp1im", ...options, state: "new" }, rig.platform());
  expect(managers.map(({ manager }) => manager)).toEqual(["edo", "tokyo"]);
  const { checksum: _, ...old } = JSON.parse(copy);
  old.managers["a b"] = old.managers.tokyo;
  await rig.write("old.json", JSON.stringify({ ...old, checksum: checksumOf(old) }));
  const put = await pushState({ ...options, copy: "old.json", state: "newer" }, rig.platform());
  expect(put.managers.map(({ manager }) => manager)).toEqual(["edo", "tokyo"]);
});

test("while it holds anything, a copy is refused, and the remedy gives it a name that can be copied", async () => {
  const rig = await applied();
  await renamedPart(rig, "a b");
  const error = await pullState(options, rig.platform()).catch((reason) => reason);
  expect(error.diagnostics).toMatchObject([
    { code: "copy-unreadable", remedy: expect.stringContaining("jp1im state mv 'a b' NAME") },
  ]);
});

test("a migration from a place without a state names that place, and no command that makes one", async () => {
  const rig = await applied();
  const migration = migrateState({ ...options, from: ".jp1imx", state: "new" }, rig.platform());
  const error = await migration.catch((reason) => reason);
  expect(error.diagnostics).toMatchObject([
    {
      code: "state-unreadable",
      summary: expect.stringContaining(".jp1imx"),
      remedy: "name the place where the state is now: jp1im state migrate FROM TO",
    },
  ]);
});

test.each([
  ["nothing", undefined, "cannot be read: it does not exist"],
  ["no JSON", () => "apiVersion: jp1im/v1", "not a whole JSON document"],
  ["another document", () => '{"format":"x"}', "not a copy of a state"],
  ["a newer format", (copy: string) => copy.replace('"1.0"', '"9.0"'), "its format is not 1.0"],
  ["an edited copy", (copy: string) => copy.replace('"serial": ', '"serial": 1'), "edited or damaged"],
  ["half a copy", (copy: string) => copy.slice(0, copy.length / 2), "not a whole JSON document"],
])("%s is no copy", async (_, edit, words) => {
  const rig = await applied();
  const copy = await pullState(options, rig.platform());
  if (edit !== undefined) await rig.write("backup.json", edit(copy));
  const pushed = pushState({ ...options, copy: "backup.json", force: true }, rig.platform());
  await expect(pushed).rejects.toMatchObject({
    diagnostics: [{ code: "copy-unreadable", summary: expect.stringContaining(words) }],
  });
  expect(await pullState(options, rig.platform())).toBe(copy);
});

test("a state goes on in another folder, with the same key", async () => {
  const rig = await applied();
  rig.env.JP1IM_STATE_KEY_FILE = ".jp1im/state.key";
  const put = await migrateState({ ...options, from: ".jp1im", state: "elsewhere" }, rig.platform());
  expect(put).toMatchObject({ from: "/home/ops/.jp1im", location: "/home/ops/elsewhere" });
  expect((await rig.plan({ state: "elsewhere" })).changes).toEqual([]);
  const again = await migrateState({ ...options, from: ".jp1im", state: "elsewhere" }, rig.platform());
  expect(again.managers).toMatchObject([{ written: false }]);
  expect(await codesOf(migrateState({ ...options, from: ".jp1im" }, rig.platform()))).toEqual(["usage"]);
  expect(await codesOf(migrateState({ ...options, from: "nowhere" }, rig.platform()))).toEqual([
    "state-unreadable",
  ]);
});

test("a state that is moved without its key warns, and says where the key is to be", async () => {
  const rig = await applied();
  rig.events.length = 0;
  await migrateState({ ...options, from: ".jp1im", state: "elsewhere" }, rig.platform());
  expect(rig.events).toEqual([
    {
      type: "diagnostic",
      diagnostic: expect.objectContaining({
        ...{ code: "state-key", severity: "warning" },
        remedy: expect.stringContaining("/home/ops/elsewhere/state.key"),
      }),
    },
  ]);
});

test("a compacted state says the same, and a saved plan still fits it", async () => {
  const rig = await applied();
  const before = await listState(options, rig.platform());
  const { managers } = await compactState(options, rig.platform());
  expect(managers).toEqual([{ manager: "tokyo", before: expect.any(Number), after: expect.any(Number) }]);
  expect(managers[0]?.after).toBeLessThan(managers[0]?.before ?? 0);
  expect(await listState(options, rig.platform())).toEqual(before);
  expect((await rig.plan()).changes).toEqual([]);
});

/** A copy that somebody wrote by hand, with a checksum that holds. */
function forged(copy: string, change: (document: any) => void): string {
  const { checksum: _, ...document } = JSON.parse(copy);
  change(document);
  return JSON.stringify({ ...document, checksum: checksumOf(document) });
}

test.each<[string, (document: any) => void]>([
  [
    "a manager's name that leads out of the folder",
    (d) => (d.managers = { "../../victim": d.managers.tokyo }),
  ],
  ["an empty name", (d) => (d.managers = { "": d.managers.tokyo })],
  ["a kept name that leads out of the folder", (d) => (d.managers.tokyo.kept = { "../../../package": "{}" })],
  ["a kept name of several lines", (d) => (d.managers.tokyo.kept = { "a\nb": "{}" })],
  ["another lineage than that of its log", (d) => (d.lineage = "0".repeat(32))],
  ["a lineage that is none", (d) => (d.lineage = "x\ny")],
  ["another serial than that of its log", (d) => (d.managers.tokyo.serial = 9_007_199_254_740_991)],
  ["no managers", (d) => (d.managers = null)],
  ["a log that is no text", (d) => (d.managers.tokyo.log = 5)],
  ["no kept secrets", (d) => (d.managers.tokyo.kept = undefined)],
  ["a kept secret that is no text", (d) => (d.managers.tokyo.kept = { a: 5 })],
  ["more than a copy has", (d) => (d.more = [[[]]])],
])("a copy with %s is refused, and nothing is written", async (_, change) => {
  const rig = await applied();
  await rig.write("backup.json", forged(await pullState(options, rig.platform()), change));
  const before = rig.files.paths();
  const pushed = pushState(
    { files: [], state: "elsewhere", copy: "backup.json", force: true },
    rig.platform(),
  );
  expect(await codesOf(pushed)).toEqual(["copy-unreadable"]);
  expect(rig.files.paths()).toEqual(before);
});

test("a copy that is nested without an end is refused", async () => {
  const rig = await applied();
  const copy = await pullState(options, rig.platform());
  const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  await rig.write("backup.json", copy.replace('"managers"', `"more": ${nested}, "managers"`));
  expect(await codesOf(pushState({ ...options, copy: "backup.json" }, rig.platform()))).toEqual([
    "copy-unreadable",
  ]);
});

test("a kept secret that was lost is back with the copy, though the log is as it was", async () => {
  const rig = await applied();
  const kept = ".jp1im/managers/tokyo/recovery/0a1b.json";
  await rig.files.makeFolder(`${HOME}/.jp1im/managers/tokyo/recovery`);
  await rig.write(kept, "sealed");
  await rig.write("backup.json", await pullState(options, rig.platform()));
  await rig.remove(kept);
  const { managers } = await pushState({ ...options, copy: "backup.json" }, rig.platform());
  expect(managers).toMatchObject([{ written: true }]);
  expect(rig.read(kept)).toBe("sealed");
});

test("a copy is not put over a state that was made while it waited for the lock", async () => {
  const rig = await applied();
  await rig.write("backup.json", await pullState(options, rig.platform()));
  let pushed: Promise<unknown> | undefined;
  const outcome = apply(
    {
      ...{ ...options, state: "elsewhere", newState: true },
      approve: async () => {
        pushed = pushState(
          { files: [], state: "elsewhere", copy: "backup.json", lockTimeoutMs: 3_600_000 },
          rig.platform(),
        ).catch((error: unknown) => error);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return true;
      },
    },
    rig.platform(),
  );
  expect((await outcome)?.summary).toMatchObject({ failed: 0 });
  expect(await pushed).toMatchObject({ diagnostics: [{ code: "state-conflict" }] });
  expect((await rig.plan({ state: "elsewhere" })).changes).toEqual([]);
});
