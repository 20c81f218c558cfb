/** The audit trail of commands that work on the state, and may know its place without the desired state. */
import {
  compactState,
  importResources,
  listState,
  migrateState,
  moveInState,
  pushState,
  rekeyState,
  removeFromState,
  removeKept,
  unlockState,
} from "../../src/index";
import { DiagnosticError } from "../../src/model/diagnostic";
import { HOME, type Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const TRAIL = `${HOME}/audit.jsonl`;
const tokyo = { clients: [{ id: "web", deliverTo: { file: "out/web.secret" } }] };

let rig: Rig;

beforeEach(async () => {
  rig = await tokyoRig(tokyo);
  await rig.write(
    "jp1im.yaml",
    JSON.stringify({ ...JSON.parse(tokyoYaml(tokyo)), audit: { file: "audit.jsonl" } }),
  );
});

const lines = () =>
  (rig.files.peek(TRAIL)?.toString("utf8") ?? "")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

async function codesOf(run: Promise<unknown>): Promise<readonly string[]> {
  const error = await run.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error ?? new Error("it was not refused");
  return error.diagnostics.map(({ code }) => code);
}

describe("a desired state that may declare a trail, and cannot be read as a whole,", () => {
  const broken = "managers: { tokyo: [\n";
  const foreign = "apiVersion: v1\nkind: ConfigMap\naudit: { file: audit.jsonl }\n";

  test.each<[string, readonly string[], string]>([
    ["with an error of syntax", ["broken.yaml"], "yaml-syntax"],
    ["that does not exist", ["nope.yaml"], "file-unreadable"],
    ["of which one file of a folder is broken", ["folder"], "yaml-syntax"],
    ["that is no mapping", ["list.yaml"], "wrong-type"],
    ["that was written for another tool", ["foreign.yaml"], "file-unreadable"],
  ])("%s stops a command on the state", async (_, files, code) => {
    await rig.apply();
    await rig.files.makeFolder(`${HOME}/folder`);
    await rig.write("folder/base.yaml", tokyoYaml(tokyo));
    await rig.write("folder/trail.yaml", `apiVersion: jp1im/v1\naudit: { file: audit.jsonl }\n${broken}`);
    await rig.write("broken.yaml", broken);
    await rig.write("list.yaml", "- audit\n");
    await rig.write("foreign.yaml", foreign);
    const options = { files, state: ".jp1im", from: ".jp1im", copy: "copy.json" };
    for (const run of [
      removeFromState(options, ["tokyo/client/web"], rig.platform()),
      removeKept(options, ["tokyo"], rig.platform()),
      moveInState(options, "tokyo", "edo", rig.platform()),
      unlockState(options, "3f9c", rig.platform()),
      rekeyState({ ...options, secrets: false }, rig.platform()),
      pushState(options, rig.platform()),
      migrateState({ ...options, state: "elsewhere" }, rig.platform()),
      compactState(options, rig.platform()),
    ])
      expect(await codesOf(run)).toContain(code);
    const { records } = await listState({ files: [], state: ".jp1im" }, rig.platform());
    expect(records.map(({ address }) => address)).toContain("tokyo/client/web");
  });

  test("does not stop it where no file is there by default", async () => {
    await rig.apply();
    const options = { files: [], state: ".jp1im" };
    expect(await removeFromState(options, ["tokyo/client/web"], rig.platform())).toMatchObject({
      removed: ["tokyo/client/web"],
    });
  });
});

test.each([
  "postgres://u:hunter2@127.0.0.1:1/db",
  "git+https://u:hunter2@host/r.git",
  "git+https://host/r.git?token=hunter2",
  "git+u:hunter2@host:r.git",
  "http://host/{manager}?token=hunter2",
  "https://u:hunter2@host/{manager}",
  "s3://u:hunter2@host/bucket",
  "host=h password=hunter2",
])("a place of the state with a password never gets into the trail: %s", async (state) => {
  const options = { files: ["jp1im.yaml"], state, from: ".jp1im", copy: "copy.json" };
  const runs = [
    () => removeFromState(options, ["tokyo/client/web"], rig.platform()),
    () => removeKept(options, ["tokyo"], rig.platform()),
    () => moveInState(options, "tokyo", "edo", rig.platform()),
    () => unlockState(options, "3f9c", rig.platform()),
    () => rekeyState(options, rig.platform()),
    () => pushState(options, rig.platform()),
    () => migrateState(options, rig.platform()),
    () => migrateState({ ...options, state: ".jp1im", from: state }, rig.platform()),
    () => compactState(options, rig.platform()),
    () => rig.apply({ state }),
  ];
  for (const run of runs) expect(await codesOf(run())).toEqual(["usage"]);
  expect(rig.files.peek(TRAIL)?.toString() ?? "").not.toContain("hunter2");
  // Only a migration finds out after its beginning that it comes from nowhere.
  expect(lines().filter(({ command }) => command !== "state migrate")).toEqual([]);
});

test.each([
  [undefined, ".jp1im"],
  [`file://${HOME}/other`, "other"],
  ["git+origin", "git+origin#jp1im-state"],
  ["http://state.test/{manager}", "http://state.test/{manager}"],
  ["postgresql://u@127.0.0.1:5432/db", "postgres://u@127.0.0.1/db"],
])("the place of the state %s is recorded as a plan names it", async (state, shown) => {
  const { fileSystem, ...platform } = rig.platform();
  const gone = { ...platform, fileSystem, signal: AbortSignal.abort() };
  await codesOf(removeFromState({ files: ["jp1im.yaml"], state }, ["tokyo/client/web"], gone));
  expect(lines()[0]).toMatchObject({ event: "run-started", state: shown });
});

describe("a trail that takes no line but the first one", () => {
  beforeEach(async () => {
    await rig.apply();
    let writes = 0;
    rig.files.onCall = ({ name, path }) =>
      name === "write" && path === TRAIL && ++writes > 1 ? "ENOSPC" : undefined;
    rig.events.length = 0;
  });

  const reported = () =>
    rig.events.flatMap((event) => (event.type === "diagnostic" ? [event.diagnostic.code] : []));

  test("takes no result from a command on the state", async () => {
    const options = { files: ["jp1im.yaml"], state: ".jp1im" };
    const result = await removeFromState(options, ["tokyo/client/web"], rig.platform());
    expect(result).toEqual({ removed: ["tokyo/client/web"] });
    expect(reported()).toEqual(["audit-incomplete"]);
  });

  test("takes no result from an import", async () => {
    const options = { files: ["jp1im.yaml"], addresses: ["tokyo/client/web"] };
    expect(await importResources(options, rig.platform())).toMatchObject({ refused: [], unknown: [] });
    expect(reported()).toContain("audit-incomplete");
  });

  test("takes no error from a command that fails", async () => {
    const options = { files: ["jp1im.yaml"] };
    expect(await codesOf(unlockState(options, "3f9c", rig.platform()))).toEqual(["nothing-matched"]);
    expect(reported()).toContain("audit-incomplete");
  });
});
