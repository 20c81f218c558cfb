import { type IssueInitialSecretOptions, issueInitialSecret } from "../../src/index";
import { HOME, type Rig } from "../rig/rig";
import { refusalOf, tokyoRig, tokyoYaml } from "../rig/tokyo";

const DECLARED = { initialSecret: { generation: 3, deliverTo: { file: "out/declared" } } };

const issue = (rig: Rig, more: Partial<IssueInitialSecretOptions> = {}) =>
  issueInitialSecret(
    { files: ["jp1im.yaml"], manager: "tokyo", deliverTo: ["file:given"], ...more },
    rig.platform(),
  );
const valid = (rig: Rig) => rig.simulation.truth().managers.tokyo?.initialSecret;

test("an undeclared initial secret is issued and delivered, and the state does not own it", async () => {
  const rig = await tokyoRig({});
  const issued = await issue(rig);
  expect(issued).toMatchObject({ declared: false, outcome: { summary: { applied: 1, failed: 0 } } });
  expect(rig.read("given")).toBe(valid(rig));
  expect(rig.takeWrites()).toEqual(["tokyo secret/generateInfo"]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("a file of an earlier issue is replaced by the next one, and a stranger's is not", async () => {
  const rig = await tokyoRig({});
  await issue(rig);
  await issue(rig);
  expect(rig.read("given")).toBe(valid(rig));
  await rig.write("stranger", "text");
  expect((await refusalOf(issue(rig, { deliverTo: ["file:stranger"] }))).code).toBe("sink-unwritable");
});

test("a delivery that fails says that the issued one is lost, and promises no other run", async () => {
  const rig = await tokyoRig({});
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path.endsWith("given") ? "ENOSPC" : undefined;
  const issued = await issue(rig);
  expect(issued?.outcome.summary).toMatchObject({ applied: 0, failed: 1 });
  const told = issued?.outcome.diagnostics.map(({ summary }) => summary).join();
  expect(told).toContain("no space is left");
  expect(told).toContain("was delivered nowhere");
  rig.files.onCall = () => undefined;
  expect((await rig.plan()).changes).toEqual([]);
});

test("a declared one goes to its own sink as well, and the next plan is empty", async () => {
  const rig = await tokyoRig(DECLARED);
  await rig.apply();
  const former = valid(rig);
  expect(await issue(rig)).toMatchObject({ declared: true, deliverTo: "file out/declared and file given" });
  expect(valid(rig)).not.toBe(former);
  expect([rig.read("out/declared"), rig.read("given")]).toEqual([valid(rig), valid(rig)]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("one that an earlier run could not deliver is replaced, and kept no longer", async () => {
  const rig = await tokyoRig(DECLARED);
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path.endsWith("declared") ? "ENOSPC" : undefined;
  await rig.apply();
  rig.files.onCall = () => undefined;
  expect(rig.files.paths().join()).toContain("/recovery/");
  await issue(rig);
  expect(rig.read("out/declared")).toBe(valid(rig));
  expect(rig.files.paths().join()).not.toContain("/recovery/");
  expect((await rig.plan()).changes).toEqual([]);
});

test("a declared one needs no other sink; an undeclared one needs one", async () => {
  const declared = await tokyoRig(DECLARED);
  await issue(declared, { deliverTo: [] });
  expect(declared.read("out/declared")).toBe(valid(declared));
  expect((await declared.plan()).changes).toEqual([]);
  expect((await refusalOf(issue(await tokyoRig({}), { deliverTo: [] }))).summary).toContain("--deliver-to");
});

test("what is not approved changes nothing, and who approves is told what it means", async () => {
  const rig = await tokyoRig(DECLARED);
  await rig.apply();
  rig.takeWrites();
  const asked: unknown[] = [];
  const approve = async (intent: unknown) => asked.push(intent) === 0;
  expect(await issue(rig, { approve })).toBeUndefined();
  expect(asked).toEqual([
    {
      ...{ manager: "tokyo", url: "http://tokyo.test:20703", declared: true },
      deliverTo: "file out/declared and file given",
    },
  ]);
  expect(rig.takeWrites()).toEqual([]);
  expect((await rig.plan()).changes).toEqual([]);
});

test.each([
  ["an undeclared manager", { manager: "osaka" }, "unknown-manager"],
  ["a sink that cannot be written", { deliverTo: ["exec:no-such-program"] }, "sink-unwritable"],
  ["a sink that is none", { deliverTo: ["nowhere"] }, "usage"],
] as const)("%s is refused before anything is sent", async (_, more, code) => {
  const rig = await tokyoRig(DECLARED);
  expect((await refusalOf(issue(rig, more))).code).toBe(code);
  expect(rig.takeWrites()).toEqual([]);
});

test("none is issued on a manager at another address that cannot be told from a stranger", async () => {
  const rig = await tokyoRig(DECLARED);
  await rig.apply();
  rig.takeWrites();
  await rig.write("jp1im.yaml", tokyoYaml({ ...DECLARED, url: "http://tokyo.test:20704" }));
  rig.simulation.faults.add({ path: "agents", effect: { type: "status", status: 403 } });
  expect((await refusalOf(issue(rig))).code).toBe("manager-denied");
  expect(rig.takeWrites()).toEqual([]);
});

describe("a file that the command line names", () => {
  const toFile = (path: string) => ({ deliverTo: [`file:${JSON.stringify({ path, overwrite: true })}`] });

  test.each([
    ["a file of the desired state", "jp1im.yaml", "jp1im.yaml", "a file of the desired state"],
    [
      "one that is given by its absolute path",
      `${HOME}/jp1im.yaml`,
      "jp1im.yaml",
      "a file of the desired state",
    ],
    ["one of a folder", "fleet", "fleet/tokyo.yaml", "a file of the desired state"],
    ["one that a folder would add to the desired state", "fleet", "fleet/new.yml", "read as desired state"],
    ["a file that another secret has", "jp1im.yaml", "out/app", "file out/app, which is where"],
    ["a file of the state", "jp1im.yaml", ".jp1im/managers/tokyo/state.log", "in the state's folder"],
  ])("is refused where it is %s, and nothing is written", async (_, input, path, told) => {
    const rig = await tokyoRig({ clients: [{ id: "app", deliverTo: { file: "out/app" } }] });
    await rig.files.makeFolder(`${HOME}/fleet`);
    await rig.write("fleet/tokyo.yaml", rig.read("jp1im.yaml") ?? "");
    const before = rig.files.paths().map((each) => [each, rig.files.peek(each)?.toString()]);
    expect(await refusalOf(issue(rig, { files: [input], ...toFile(path) }))).toMatchObject({
      ...{ code: "shared-place", summary: expect.stringContaining(told) },
    });
    expect(rig.takeWrites()).toEqual([]);
    expect(rig.files.paths().map((each) => [each, rig.files.peek(each)?.toString()])).toEqual(before);
  });
});

test("a manager that is entered with its initial secret cannot issue another", async () => {
  const rig = await tokyoRig({ auth: { initialSecret: { env: "PASSWORD" } } });
  expect((await refusalOf(issue(rig))).summary).toContain("cannot issue another one");
});
