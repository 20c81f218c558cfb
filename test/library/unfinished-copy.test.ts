/** A push or a migration that was killed: nobody relies on what is there until it has finished. */
import {
  apply,
  applySavedPlan,
  compactState,
  doctor,
  enroll,
  getResources,
  importResources,
  listState,
  migrateState,
  moveInState,
  type Platform,
  pullState,
  pushState,
  rebuild,
  rekeyState,
  removeFromState,
  removeKept,
  showState,
  unlockState,
} from "../../src/index";
import { readDesired } from "../../src/library/inputs/inputs";
import { reconcile } from "../../src/library/reconcile";
import { statusOfStopped } from "../../src/watch/cycle-result";
import { moments } from "../effort";
import type { FileSystemCall } from "../platform/memory-file-system";
import { HOME, type Rig } from "../rig/rig";
import { refusalOf, refusalsOf } from "../rig/tokyo";
import { bothRig } from "../watch/watched";

const options = { files: ["jp1im.yaml"], state: "new" };
const again = { ...options, from: ".jp1im" };
const log = (manager: string, place = "new") => `${place}/managers/${manager}/state.log`;
const unfinished = {
  code: "state-unfinished",
  summary: expect.stringMatching(
    /^"state migrate", begun by ops@build-7 at .*Z, was interrupted .* osaka, tokyo in /,
  ),
  remedy: expect.stringMatching(
    /finish it with the same command: `jp1im state migrate (--state new )?\/home\/ops\/.jp1im`/,
  ),
};

/** The state is in `.jp1im`, and is about to be moved to `new`. */
async function applied(): Promise<Rig> {
  const rig = await bothRig({ tokyo: { agents: [{ match: "web*", secrets: { k: { env: "VALUE" } } }] } });
  rig.env.VALUE = "a value";
  await rig.apply();
  rig.env.JP1IM_STATE_KEY_FILE = ".jp1im/state.key";
  return rig;
}

const platform = (rig: Rig): Platform => ({ ...rig.platform(), isProcessAlive: () => false });

/** Only the part of osaka was moved when the migration was killed. */
async function interrupted(): Promise<Rig> {
  const rig = await applied();
  rig.files.onCall = ({ name, path }) =>
    name === "rename" && path.endsWith(log("tokyo")) ? "crash" : undefined;
  await migrateState(again, rig.platform()).catch(() => undefined);
  rig.files = rig.files.survivor();
  rig.takeWrites();
  rig.events.length = 0;
  return rig;
}

async function isFinished(rig: Rig): Promise<void> {
  await migrateState(again, platform(rig));
  for (const manager of ["osaka", "tokyo"])
    expect(rig.read(log(manager))).toBe(rig.read(log(manager, ".jp1im")));
  const { changes } = await rig.plan({ state: "new" });
  expect(changes.filter(({ action }) => action !== "no-op")).toEqual([]);
}

/** A migration whose process dies at one of its changes of the disk, where it is told which; and how many it made. */
async function migration(killedAt?: number) {
  const rig = await applied();
  let changes = 0;
  const isChange = ({ name, path }: FileSystemCall) => /new/.test(path) && /rename|link|write/.test(name);
  rig.files.onCall = (call) => (isChange(call) && ++changes === killedAt ? "crash" : undefined);
  const end = await migrateState(again, rig.platform()).catch(() => undefined);
  rig.files.onCall = () => undefined;
  return { rig, end, changes };
}

test("a migration that is killed at any of its changes of the disk is there as a whole, not at all, or stops every run", async () => {
  const whole = await migration();
  expect(whole.end).toBeDefined();
  await isFinished(whole.rig);
  const ends = new Set<string>();
  for (const change of moments(whole.changes)) {
    const { rig, end } = await migration(change);
    expect([change, end]).toEqual([change, undefined]);
    rig.files = rig.files.survivor();
    const seen = await listState(options, rig.platform()).catch(({ diagnostics }) => diagnostics[0].code);
    const warned = rig.events.some(
      (event) => event.type === "diagnostic" && event.diagnostic.code === "state-unfinished",
    );
    const parts = Object.values(seen.serials ?? {}).filter((serial) => serial !== 0).length;
    const found = warned ? "unfinished" : parts === 2 ? "whole" : `${parts}`;
    ends.add(found);
    if (found === "unfinished")
      expect(await refusalOf(apply(options, platform(rig)))).toMatchObject({ code: "state-unfinished" });
    await isFinished(rig);
  }
  expect([...ends].sort()).toEqual(["0", "unfinished", "whole"]);
});

test("every run that would write to the state or rely on it is refused, and the same command finishes it", async () => {
  const rig = await interrupted();
  const saved = await rig.plan({ state: ".jp1im" });
  const desired = await readDesired({ files: ["jp1im.yaml"] }, rig.platform());
  const edge = "osaka/client/edge";
  const cycle = { ...options, manager: "tokyo", writes: true };
  const place = { ...options, lockTimeoutMs: 0 };
  const runs: Readonly<Record<string, (own: Platform) => Promise<unknown>>> = {
    plan: () => rig.plan(options),
    apply: (own) => apply(options, own),
    "apply of one manager": (own) => apply({ ...options, managers: ["osaka"] }, own),
    "apply --new-state": (own) => apply({ ...options, newState: true }, own),
    "apply of a saved plan": (own) => applySavedPlan(saved, { state: "new" }, own),
    watch: (own) => reconcile(cycle, desired, own),
    get: (own) => getResources({ ...options, kind: "clients" }, own),
    import: (own) => importResources({ ...options, addresses: [edge] }, own),
    rebuild: (own) => rebuild({ ...options, manager: "osaka", replaces: "lost-host" }, own),
    enroll: (own) =>
      enroll(
        {
          ...{ state: "new", url: "http://osaka.test:20703", clientId: "new" },
          ...{ initialSecret: "env:VALUE", deliverTo: ["file:out/new"] },
        },
        own,
      ),
    "state pull": (own) => pullState(options, own),
    "state mv": (own) => moveInState(place, "osaka", "kobe", own),
    "state rm": (own) => removeFromState(place, [edge], own),
    "state rm --kept": (own) => removeKept(place, [edge], own),
    "state rekey": (own) => rekeyState(place, own),
    "state compact": (own) => compactState(place, own),
    "migration from there": (own) => migrateState({ ...options, from: "new", state: "third" }, own),
  };
  const files = [...rig.files.paths()];
  for (const [name, work] of Object.entries(runs)) {
    const refused = await refusalsOf(work(platform(rig)));
    expect([name, refused]).toEqual([name, [expect.objectContaining({ code: "state-unfinished" })]]);
    expect(refused).toMatchObject([unfinished]);
  }
  expect(rig.takeWrites()).toEqual([]);
  expect([...rig.files.paths()].filter((path) => !/lock|audit/.test(path))).toEqual(
    files.filter((path) => !/lock|audit/.test(path)),
  );
  await isFinished(rig);
});

test.each([
  ["of which one part cannot be written", false],
  ["whose place is gone from then on", true],
])("a migration %s says what it left, and the same command finishes it", async (_, isGone) => {
  const rig = await applied();
  let fails = false;
  rig.files.onCall = ({ name, path }) => {
    const isFault = name === "rename" && path.endsWith(log("tokyo"));
    fails = isFault || (isGone && fails);
    return fails && path.includes("/new/") ? "ENOSPC" : undefined;
  };
  const [cause, left] = await refusalsOf(migrateState(again, rig.platform()));
  expect(cause).toMatchObject({ code: "state-unwritable" });
  expect(left).toMatchObject({
    code: "copy-incomplete",
    summary: expect.stringContaining("of the state of osaka, tokyo in"),
    remedy: expect.stringMatching(
      /^when the cause is put right, finish it with the same command: `jp1im state migrate /,
    ),
  });
  rig.files.onCall = () => undefined;
  await isFinished(rig);
});

test.each([
  ["that was cut off", (note: string) => note.slice(0, 150)],
  ["that was cut off before it says anything of a copy", (note: string) => note.slice(0, note.indexOf(" {"))],
  ["that was cut off within the key", (note: string) => note.slice(0, 40)],
  ["that was cut off within the lineage", (note: string) => note.slice(0, 20)],
  ["of a form that nobody knows", (note: string) => note.replace('"pid":', '"pid":"x","was":')],
])("a note %s stops every run as well", async (_, edit) => {
  const rig = await interrupted();
  await rig.write("new/lineage", edit(rig.read("new/lineage") ?? ""));
  const { code, summary, remedy } = await refusalOf(apply(options, platform(rig)));
  expect([code, summary]).toEqual(["state-unfinished", expect.stringContaining("is damaged")]);
  expect(remedy).toContain("`jp1im state unlock damaged`");
  await rig.write("copy.json", await pullState({ ...options, state: ".jp1im" }, rig.platform()));
  const part = { ...options, copy: "copy.json", managers: ["osaka"] };
  expect(await refusalOf(pushState(part, platform(rig)))).toMatchObject({ code: "state-unfinished" });
  const copied = await interrupted();
  await copied.write("new/lineage", edit(copied.read("new/lineage") ?? ""));
  await isFinished(copied);
  expect(await unlockState(options, "damaged", platform(rig))).toMatchObject({ manager: "osaka, tokyo" });
  expect((await rig.plan(options)).diagnostics).toMatchObject([{ code: "no-state", address: "tokyo" }]);
});

test("lists show what is there, with a warning, and doctor says it", async () => {
  const rig = await interrupted();
  const { records } = await listState(options, rig.platform());
  expect(records.map(({ address }) => address)).toContain("osaka/client/edge");
  expect(await showState(options, "osaka/client/edge", rig.platform())).toMatchObject({ kind: "client" });
  const { code, summary } = unfinished;
  const warning = { type: "diagnostic", diagnostic: { code, summary, severity: "warning" } };
  expect(rig.events).toMatchObject([warning, warning]);
  const { checks } = await doctor(options, rig.platform());
  expect(JSON.stringify(checks)).toContain("finish it with the same command");
});

test("a watch does not try a manager less often for it", async () => {
  const rig = await interrupted();
  const refused = await refusalsOf(apply(options, platform(rig)));
  expect(statusOfStopped(refused)).toBe("refused");
});

test("locks are removed as ever, and the ID in the message keeps what is there", async () => {
  const rig = await interrupted();
  const { locks = [] } = await listState(options, rig.platform());
  expect(locks).toHaveLength(2);
  for (const { id } of locks) await unlockState(options, id, rig.platform());
  const { remedy = "" } = await refusalOf(apply(options, rig.platform()));
  const [, id = ""] = /Where no copy is left, `jp1im state unlock (\w+)` keeps/.exec(remedy) ?? [];
  expect(await unlockState(options, id, rig.platform())).toMatchObject({
    ...{ id, manager: "osaka, tokyo", command: "state migrate", who: "ops@build-7" },
  });
  expect(await refusalOf(unlockState(options, id, rig.platform()))).toMatchObject({
    code: "nothing-matched",
  });
  // What was lost is not written again as if it had never been ours.
  const { diagnostics } = await rig.plan(options);
  expect(diagnostics).toMatchObject([{ code: "no-state", address: "tokyo" }]);
});

test("a migration that was killed before its first part can be given up as well", async () => {
  const rig = await applied();
  rig.files.onCall = ({ name, path }) =>
    name === "rename" && path.endsWith(log("osaka")) ? "crash" : undefined;
  await migrateState(again, rig.platform()).catch(() => undefined);
  rig.files = rig.files.survivor();
  for (const path of rig.files.paths()) if (path.includes("/new/managers/")) await rig.files.unlink(path);
  const { remedy = "" } = await refusalOf(apply(options, rig.platform()));
  const [, id = ""] = /state unlock (\w+)/.exec(remedy) ?? [];
  await unlockState(options, id, platform(rig));
  expect((await rig.plan(options)).diagnostics.map(({ code }) => code)).toEqual(["no-state", "no-state"]);
});

test("a push names its own options and the whole path of its file, and any whole copy finishes it", async () => {
  const rig = await applied();
  await rig.write("a b.json", await pullState({ ...options, state: ".jp1im" }, rig.platform()));
  rig.files.onCall = ({ name, path }) =>
    name === "rename" && path.endsWith(log("tokyo")) ? "crash" : undefined;
  await pushState({ ...options, copy: "a b.json", force: true }, rig.platform()).catch(() => undefined);
  rig.files = rig.files.survivor();
  const words = `\`jp1im state push --force '${HOME}/a b.json'\``;
  expect(await refusalOf(rig.plan(options))).toMatchObject({ remedy: expect.stringContaining(words) });
  const part = { ...options, copy: "a b.json", managers: ["tokyo"] };
  expect(await refusalOf(pushState(part, platform(rig)))).toMatchObject({ code: "state-unfinished" });
  await isFinished(rig);
});
