import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apply } from "../../src/library/apply";
import { complete } from "../../src/library/complete";
import { explain } from "../../src/library/explain";
import { createPlatform } from "../../src/library/platform";
import { completables } from "../../src/model/completable";
import { nodeFileSystem } from "../../src/platform/file-system";
import { Rig } from "../rig/rig";
import { tokyoWorld, tokyoYaml } from "../rig/tokyo";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-complete-"));
  writeFileSync(join(folder, "jp1im.yaml"), FLEET);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FLEET = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: { env: TOKYO_URL }
    host: immhost01
    zone: dc1
    auth: { user: jp1admin, password: { exec: [touch, ran] } }
    initialSecret: { generation: 1, deliverTo: { file: out/initial } }
    clients:
      - { id: web, generation: 1, deliverTo: { exec: [touch, ran] } }
    lowerManagers: [{ host: immhost-osaka, initialSecret: { issueOn: osaka } }]
    agents:
      - { host: web01, secrets: { db/password: { env: NOWHERE } } }
  osaka:
    url: https://immhost-osaka:20703
    host: immhost-osaka
    auth: { user: jp1admin, password: { file: is-not-there } }
`;

/** What a run here may not touch throws. */
const never = () => {
  throw new Error("not to be called");
};
const namesOf = (kind: (typeof completables)[number], options = {}) =>
  complete(
    kind,
    { files: ["jp1im.yaml"], ...options },
    createPlatform({
      ...{ cwd: folder, env: { TOKYO_URL: "https://immhost01:20703" }, stdin: never, report: never },
      ...{ transport: never, stateTransport: never },
    }),
  );

test.each([
  ["manager", ["osaka", "tokyo"]],
  ["zone", ["dc1"]],
  ["host", ["immhost-osaka", "immhost01"]],
  ["client", ["web"]],
  ["issued", ["tokyo/client/web", "tokyo/initial-secret"]],
  [
    "target",
    [
      "osaka",
      "tokyo",
      "tokyo/agent",
      "tokyo/agent/immhost01",
      "tokyo/agent/immhost01/web01",
      "tokyo/agent/immhost01/web01/secret/db%2Fpassword",
      "tokyo/client",
      "tokyo/client/web",
      "tokyo/initial-secret",
      "tokyo/lower-manager",
      "tokyo/lower-manager/immhost-osaka",
    ],
  ],
  ["owned", []],
  ["lock", []],
] as const)("the names of kind %s come from the desired state", async (kind, names) => {
  expect(await namesOf(kind)).toEqual(names);
});

test("codes are those that can be explained", async () => {
  expect(await namesOf("code")).toEqual(explain().map(({ code }) => code));
});

test("a file that is wrong offers what of it can be read", async () => {
  writeFileSync(join(folder, "jp1im.yaml"), `${FLEET}    clients: [{ id: 7 }]\n    surprise: true\n`);
  expect(await namesOf("manager")).toContain("tokyo");
  expect(await namesOf("issued")).toContain("tokyo/client/web");
});

test.each(["{", "\0", "managers: 1", "a: &a [*a, *a]", "- - -"])(
  "a file that holds %j offers nothing, and no error",
  async (text) => {
    writeFileSync(join(folder, "jp1im.yaml"), text);
    for (const kind of completables.filter((each) => each !== "code"))
      expect(await namesOf(kind)).toEqual([]);
  },
);

test.each([[["is-not-there"]], [["-"]], [["/dev/zero"]], [[]]])(
  "with the files %j nothing is waited for",
  async (files) => {
    expect(await namesOf("target", { files })).toEqual([]);
  },
);

test("more than a MiB is not read", async () => {
  const agents = Array.from({ length: 30_000 }, (_, at) => `  m${at}: { url: https://host-${at}:20703 }`);
  writeFileSync(join(folder, "large.yaml"), `apiVersion: jp1im/v1\nmanagers:\n${agents.join("\n")}\n`);
  expect(await namesOf("manager", { files: ["jp1im.yaml", "large.yaml"] })).toEqual(["osaka", "tokyo"]);
});

test.each([
  "postgres://nobody@127.0.0.1:1/none",
  "https://127.0.0.1:1/{manager}",
  "git+https://127.0.0.1:1/none.git",
  "git+file:///is-not-there.git#state",
])("a state at %s is not asked", async (state) => {
  expect(await namesOf("owned", { state })).toEqual([]);
  expect(await namesOf("manager", { state })).toEqual(["osaka", "tokyo"]);
});

test("what the state owns is offered where the desired state does not declare it any more, and so is a lock", async () => {
  const rig = await Rig.create(tokyoWorld({}));
  await rig.write(
    "jp1im.yaml",
    tokyoYaml({ clients: [{ id: "app", generation: 1, deliverTo: { file: "out/app" } }] }),
  );
  const here = (kind: (typeof completables)[number]) =>
    complete(kind, { files: ["jp1im.yaml"] }, rig.platform());
  expect(await here("client")).toEqual(["app"]);
  let held: readonly string[] = [];
  const approve = async () => {
    held = await here("lock");
    return true;
  };
  await apply({ files: ["jp1im.yaml"], approve }, rig.platform());
  expect(held).toEqual([expect.stringMatching(/./)]);
  expect(await here("lock")).toEqual([]);
  await rig.write("jp1im.yaml", "apiVersion: jp1im/v1\n");
  expect(await here("owned")).toEqual(["tokyo", "tokyo/client/app"]);
  expect(await here("target")).toEqual(["tokyo", "tokyo/client", "tokyo/client/app"]);
  expect(await here("client")).toEqual([]);
});

test("a damaged state offers nothing, and takes nothing from the desired state", async () => {
  const partition = join(folder, ".jp1im/managers/tokyo");
  mkdirSync(partition, { recursive: true });
  writeFileSync(join(partition, "state.log"), "damaged\n");
  expect(await namesOf("owned")).toEqual([]);
  expect(await namesOf("target")).toContain("tokyo/client/web");
  // Nothing was taken or written.
  expect(await nodeFileSystem.list(partition)).toEqual(["state.log"]);
});
