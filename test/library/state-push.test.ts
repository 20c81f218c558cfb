/** `state push` of a copy over a place whose managers are not all in the same condition. */
import { dirname, join } from "node:path";
import {
  applySavedPlan,
  type Diagnostic,
  migrateState,
  pullState,
  pushState,
  rekeyState,
} from "../../src/index";
import { completeCommands } from "../../src/model/complete-commands";
import { Rig } from "../rig/rig";
import { refusalsOf, tokyoWorld, tokyoYaml } from "../rig/tokyo";

const options = { files: ["jp1im.yaml"] };
const log = (manager: string) => `.jp1im/managers/${manager}/state.log`;

function both(generation: number): string {
  const client = (id: string) => ({ clients: [{ id, generation, deliverTo: { file: `out/${id}` } }] });
  const { managers, ...rest } = JSON.parse(tokyoYaml(client("app")));
  const osaka = { ...managers.tokyo, url: "http://osaka.test:20703", host: "immhost-osaka" };
  return JSON.stringify({ ...rest, managers: { ...managers, osaka: { ...osaka, ...client("edge") } } });
}

/** Both managers were written to since the copy in `BACKUP`. */
async function writtenSince(): Promise<Rig> {
  const rig = await Rig.create(tokyoWorld({}));
  await rig.write("jp1im.yaml", both(1));
  await rig.apply();
  await rig.write("BACKUP", await pullState(options, rig.platform()));
  await rig.write("jp1im.yaml", both(2));
  await rig.apply();
  return rig;
}

/** The same, where the part of osaka is damaged. */
async function damaged() {
  const rig = await writtenSince();
  await rig.write(log("osaka"), "garbage\nmore\n");
  const warnings: Diagnostic[] = [];
  const report = (event: { type: string }) => {
    if ("diagnostic" in event) warnings.push(event.diagnostic as Diagnostic);
  };
  const push = (more = {}) =>
    pushState({ ...options, copy: "BACKUP", ...more }, { ...rig.platform(), report });
  return { rig, push, warnings };
}

test("a copy does not go over a run that took the lock meanwhile", async () => {
  const rig = await writtenSince();
  const before = rig.read(log("osaka"));
  rig.files.onCall = ({ name, path }) => {
    const drafted = name === "open" && path.includes(`${log("osaka")}.new`);
    const lock = join(dirname(path), "lock");
    if (drafted) rig.files.place(lock, String(rig.files.peek(lock)).replace(/"id":"\w+"/, '"id":"another"'));
    return undefined;
  };
  const pushing = pushState({ ...options, copy: "BACKUP", force: true }, rig.platform());
  expect((await refusalsOf(pushing)).map(({ code }) => code)).toContain("lock-lost");
  expect(rig.read(log("osaka"))).toBe(before);
});

test("a damaged part is put back alone, with the command that its remedy names", async () => {
  const { rig, push, warnings } = await damaged();
  const before = rig.read(log("tokyo"));
  const [fault] = await refusalsOf(pullState(options, rig.platform()));
  expect(fault?.remedy).toContain("`jp1im state push --force --manager osaka BACKUP`");
  const put = await push({ force: true, managers: ["osaka"] });
  expect(put.managers).toEqual([{ manager: "osaka", serial: expect.any(Number), written: true }]);
  expect(rig.read(log("tokyo"))).toBe(before);
  expect(warnings.map(({ code }) => code)).not.toContain("state-conflict");
  const { changes } = await rig.plan();
  expect(changes.map(({ address }) => address)).toEqual(["osaka/client/edge"]);
});

test("a copy of all managers says which healthy parts it would set back, and with force which it did", async () => {
  const { push, warnings } = await damaged();
  expect(await refusalsOf(push())).toMatchObject([
    { code: "state-corrupted", remedy: expect.stringContaining("--manager osaka") },
    { code: "state-conflict", address: "tokyo", remedy: expect.stringContaining("--manager") },
  ]);
  await push({ force: true });
  expect(warnings.filter(({ code }) => code === "state-conflict")).toMatchObject([
    {
      severity: "warning",
      summary: expect.stringMatching(/what was written .* is lost: tokyo \(serial \d+, /),
    },
  ]);
});

test("a healthy part that is named is put back with a warning that does not send back to naming it", async () => {
  const { push, warnings } = await damaged();
  await push({ force: true, managers: ["tokyo"] });
  const [warning, ...more] = warnings.filter(({ code }) => code === "state-conflict");
  expect([warning?.severity, more]).toEqual(["warning", []]);
  expect(warning?.summary).toMatch(/what was written .* is lost: tokyo \(serial \d+, /);
  expect(warning?.remedy).toMatch(/^check the next plan: .* counts as before$/);
});

test("a part under a former key is not put beside the others, whatever is said", async () => {
  const { rig, push } = await damaged();
  await push({ force: true, managers: ["osaka"] });
  await rekeyState(options, rig.platform());
  expect(await refusalsOf(push({ force: true, managers: ["osaka"] }))).toMatchObject([
    { code: "state-key", summary: expect.stringContaining("under which that of tokyo would stay") },
  ]);
});

test("a manager that the copy does not have is no part to put", async () => {
  const { push } = await damaged();
  expect(await refusalsOf(push({ force: true, managers: ["osaka", "tokio"] }))).toMatchObject([
    {
      code: "nothing-matched",
      summary: expect.stringContaining('"tokio"'),
      remedy: "it has those of osaka, tokyo; did you mean tokyo?",
    },
  ]);
});

describe("a copy from before a rekey", () => {
  /** The copy in `BACKUP` is under the key of the file `FORMER`, and the state under that of `PRESENT`. */
  async function rekeyed() {
    const { rig } = await damaged();
    await pushState({ ...options, copy: "BACKUP", force: true }, rig.platform());
    await rig.write("FORMER", rig.read(".jp1im/state.key") ?? "");
    await rekeyState(options, rig.platform());
    await rig.write("PRESENT", rig.read(".jp1im/state.key") ?? "");
    return rig;
  }

  test("is refused for its key, and not for its serial alone", async () => {
    const rig = await rekeyed();
    const refused = await refusalsOf(pushState({ ...options, copy: "BACKUP" }, rig.platform()));
    expect(refused.map(({ code }) => code)).toEqual(["state-key", "state-conflict", "state-conflict"]);
    expect(refused[0]?.remedy).toContain("where its own key is to be the state's again, add --force");
    expect(refused[1]?.remedy).toMatch(
      /as the remedy of `state-key` says, and add --force to the last command$/,
    );
  });

  test("is put under the present key with the commands that the refusal names, and leaves the state alone until then", async () => {
    const rig = await rekeyed();
    const before = rig.read(log("tokyo"));
    const push = { ...options, copy: "BACKUP", force: true, managers: ["osaka"] };
    const [refused] = await refusalsOf(pushState(push, rig.platform()));
    const commands = completeCommands(refused?.remedy ?? "", { state: "live" }).match(/`[^`]*jp1im [^`]*`/g);
    expect(commands).toEqual([
      "`jp1im state push --state rekeyed --manager osaka BACKUP`",
      "`JP1IM_STATE_KEY=$(cat FORMER) JP1IM_NEW_STATE_KEY=$(cat PRESENT) jp1im state rekey --state rekeyed`",
      "`jp1im state pull --state rekeyed > rekeyed.json`",
      "`jp1im state push --state live --force --manager osaka rekeyed.json`",
    ]);
    await pushState({ ...push, force: false, state: "rekeyed" }, rig.platform());
    const [JP1IM_STATE_KEY, JP1IM_NEW_STATE_KEY] = [rig.read("FORMER"), rig.read("PRESENT")];
    const env = { ...rig.env, JP1IM_STATE_KEY, JP1IM_NEW_STATE_KEY };
    await rekeyState({ ...options, state: "rekeyed" }, { ...rig.platform(), env });
    await rig.write("rekeyed.json", await pullState({ files: [], state: "rekeyed" }, rig.platform()));
    expect(rig.read(log("tokyo"))).toBe(before);
    await pushState({ ...push, copy: "rekeyed.json" }, rig.platform());
    expect(rig.read(log("tokyo"))).toBe(before);
    expect((await rig.plan()).unknown).toEqual([]);
  });

  test("is put over a newer part with commands that work under the present key", async () => {
    const rig = await rekeyed();
    for (const generation of [3, 4]) {
      await rig.write("jp1im.yaml", both(generation));
      await rig.apply();
    }
    await pushState({ files: [], copy: "BACKUP", state: "former" }, rig.platform());
    const refused = await refusalsOf(migrateState({ ...options, from: "former" }, rig.platform()));
    expect(refused.map(({ code }) => code)).toEqual(["state-key", "state-conflict", "state-conflict"]);
    const commandsIn = ({ remedy = "" }: Diagnostic) => remedy.match(/`[^`]*jp1im [^`]*`/g);
    expect(refused.slice(1).map(commandsIn)).toEqual(
      ["osaka", "tokyo"].map((manager) => [
        "`jp1im state pull --state rekeyed > copy.json`",
        `\`jp1im state push --force --manager ${manager} copy.json\``,
      ]),
    );
    await migrateState({ files: [], from: "former", state: "rekeyed" }, rig.platform());
    const [JP1IM_STATE_KEY, JP1IM_NEW_STATE_KEY] = [rig.read("FORMER"), rig.read("PRESENT")];
    const env = { ...rig.env, JP1IM_STATE_KEY, JP1IM_NEW_STATE_KEY };
    await rekeyState({ ...options, state: "rekeyed" }, { ...rig.platform(), env });
    const [again] = await refusalsOf(migrateState({ ...options, from: "rekeyed" }, rig.platform()));
    expect(again?.code).toBe("state-conflict");
    await rig.write("copy.json", await pullState({ files: [], state: "rekeyed" }, rig.platform()));
    const push = { ...options, copy: "copy.json", force: true, managers: ["tokyo"] };
    expect((await pushState(push, rig.platform())).managers).toMatchObject([
      { manager: "tokyo", written: true },
    ]);
    expect((await rig.plan()).unknown).toEqual([]);
  });

  test("is migrated with commands that `state migrate` has", async () => {
    const rig = await rekeyed();
    await pushState({ files: [], copy: "BACKUP", state: "former" }, rig.platform());
    for (const manager of ["tokyo", "osaka"]) await rig.remove(log(manager));
    const [refused] = await refusalsOf(migrateState({ ...options, from: "former" }, rig.platform()));
    expect(refused).toMatchObject({ code: "state-key" });
    expect(refused?.remedy).toContain("`jp1im state migrate --state rekeyed former`");
    expect(refused?.remedy).toContain("`jp1im state migrate rekeyed`");
    expect(refused?.remedy).toContain("`jp1im state pull --state former > copy.json`");
    expect(refused?.remedy).not.toContain("add --force");
  });
});

test.each([
  ["a whole copy", []],
  ["the part of one manager", ["tokyo"]],
])(
  "a plan that was saved before %s was put in the state's place is stale, whatever was counted since",
  async (_, managers) => {
    const rig = await writtenSince();
    const saved = await rig.plan();
    const copy = { ...options, copy: "BACKUP", force: true, managers };
    await pushState(copy, rig.platform());
    const { serials } = (await rig.plan()).state;
    expect(serials.tokyo).toBeLessThan(saved.state.serials.tokyo ?? 0);
    await pushState(copy, rig.platform());
    await rig.apply();
    expect((await rig.plan()).state.serials.tokyo).toBe(saved.state.serials.tokyo);
    const [fault, ...more] = await refusalsOf(applySavedPlan(saved, {}, rig.platform()));
    expect([fault?.code, more]).toEqual(["plan-stale", []]);
    expect(fault?.summary).toContain("a copy was put in the place of the state since");
    await applySavedPlan(await rig.plan(), {}, rig.platform());
  },
);
