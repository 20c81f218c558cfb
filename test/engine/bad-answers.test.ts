/** Whatever comes in the place of a list, nothing is deleted for it, and the run says that it does not know. */
import { exitCodeOfPlan } from "../../src/cli/exit-code-of";
import type { Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const OVERRIDES = {
  tokyo: {
    agents: [
      { host: "web01", os: "linux" },
      { host: "web02", os: "linux" },
    ],
    clients: {},
  },
  osaka: { initialSecret: "osaka-initial" },
  nagoya: { initialSecret: "nagoya-initial", agents: [] },
};

/** Which agents the selector by system applies to, only their list says. */
const declared = (clients: readonly string[], lowerManagers: readonly string[], keys: readonly string[]) => ({
  policy: { prune: "all", maxDeletes: "100%", maxRotations: "100%" },
  clients: clients.map((id) => ({ id, deliverTo: { file: `out/${id}` } })),
  lowerManagers: lowerManagers.map((name) => ({
    host: `immhost-${name}`,
    initialSecret: { env: name.toUpperCase() },
  })),
  agents: [{ match: "*", os: "linux", secrets: Object.fromEntries(keys.map((key) => [key, { env: "V" }])) }],
});

const FULL = declared(["app", "web"], ["osaka", "nagoya"], ["a", "b"]);
/** So that each list has something to prune. */
const HALF = declared(["app"], ["osaka"], ["a"]);

/** By path: what the full answer would be, with the lists in it empty. */
const empties: Readonly<Record<string, string>> = {
  "secret/client/list": "clientIds",
  subManagers: "subManagers",
  agents: "agents",
  "agents/secrets": "secrets",
};

/** What is sent in the place of a list whose field is called `list`. */
const bad: Readonly<
  Record<string, (list: string) => { readonly body: string; readonly contentType?: string }>
> = {
  "an empty body": () => ({ body: "" }),
  "an empty object": () => ({ body: "{}" }),
  "an empty array": () => ({ body: "[]" }),
  null: () => ({ body: "null" }),
  "null in the list's place": (list) => ({ body: `{"${list}":null}` }),
  "an object in the list's place": (list) => ({ body: `{"${list}":{}}` }),
  "a list of numbers": (list) => ({ body: `{"${list}":[1]}` }),
  "a list within a list": (list) => ({ body: `{"${list}":[[]]}` }),
  "an empty list in another case": (list) => ({ body: `{"${list.toUpperCase()}":[]}` }),
  "the list twice": (list) => ({ body: `{"${list}":[],"${list}":[]}` }),
  "an empty list that breaks off": (list) => ({ body: `{"${list}":[` }),
  "an empty list as another type": (list) => ({ body: `{"${list}":[]}`, contentType: "text/plain" }),
  "an empty list with a warning of no known form": (list) => ({ body: `{"${list}":[],"messageList":["x"]}` }),
  "an empty list with a warning": (list) => ({
    body: `{"${list}":[],"messageList":[{"messageId":"KAJY68204-W","message":"osaka"}]}`,
  }),
  "a page of a proxy": () => ({ body: "<html>Sign in</html>", contentType: "text/html" }),
  "an error object under 200": () => ({
    body: '{"status":500,"messageId":"KAJY68501-E","message":"x","returnCode":1}',
  }),
};

/** What each is reported as; anything else is malformed. */
const codes = [
  [/warning$/, "manager-partial"],
  [/^an error object/, "manager-failed"],
] as const;

async function applied(): Promise<Rig> {
  const rig = await tokyoRig(FULL, OVERRIDES);
  Object.assign(rig.env, { V: "some-value", OSAKA: "osaka-initial", NAGOYA: "nagoya-initial" });
  await rig.apply();
  rig.takeWrites();
  await rig.write("jp1im.yaml", tokyoYaml(HALF));
  return rig;
}

test.each(Object.entries(empties))(
  "nothing that comes in the place of %s prunes anything of it, and the next run prunes what it should",
  async (path, list) => {
    const rig = await applied();
    for (const [what, answer] of Object.entries(bad)) {
      const { body, contentType = "application/json" } = answer(list);
      rig.simulation.faults.add({
        manager: "tokyo",
        path,
        effect: { type: "raw", status: 200, contentType, body },
      });
      const { plan } = await rig.apply();
      const code = codes.find(([words]) => words.test(what))?.[1] ?? "manager-malformed";
      expect([what, ofPath(rig, path), plan.unknown.map((each) => each.code)]).toEqual([
        what,
        [],
        expect.arrayContaining([code]),
      ]);
      expect([what, exitCodeOfPlan(plan, true)]).toEqual([what, 3]);
      rig.simulation.faults.clear();
    }
    await rig.apply();
    expect(ofPath(rig, path)).not.toEqual([]);
    expect((await rig.plan()).summary).toMatchObject({ create: 0, update: 0, delete: 0, unknown: 0 });
  },
);

/** The writes since the last call that delete something of a list. */
function ofPath(rig: Rig, path: string): string[] {
  return rig.takeWrites().filter((line) => isOf(line, path));
}

/** Whether a write deletes something that only the list at `path` shows. */
function isOf(line: string, path: string): boolean {
  switch (path) {
    case "secret/client/list":
      return line.includes("client/deleteInfo");
    case "subManagers":
      return line.includes("subManagers/deleteInfo");
    default:
      return line.includes("agents/secrets/change");
  }
}

test("where agents cannot be listed, one that a selector by system may mean is unknown, with its reason", async () => {
  const rig = await tokyoRig({ agents: [{ match: "web*", os: "linux", secrets: { a: { env: "V" } } }] });
  rig.env.V = "some-value";
  await rig.apply();
  rig.simulation.faults.add({ path: "agents", effect: { type: "status", status: 400 } });
  const places = ["tokyo/agent", "tokyo/agent/immhost01/web01", "tokyo/agent/immhost01/web02"];
  const all = await rig.plan();
  expect(all.unknown.map(({ address }) => address).sort()).toEqual(places);
  expect(all.unknown.at(-1)?.detail).toContain("the agents could not be listed");
  expect([all.changes, exitCodeOfPlan(all, true)]).toEqual([[], 3]);
  // It may be one of the agents that the list would have.
  const one = await rig.plan({ targets: ["tokyo/agent/immhost01/web03"] });
  expect([one.unknown.length, one.diagnostics]).toEqual([1, []]);
});
