import type { DiagnosticCode } from "../../src/model/diagnostic-codes";
import type { Outcome } from "../../src/model/outcome";
import { dataSources } from "../../src/terraform/data/data-sources";
import { toFault } from "../../src/terraform/fault";
import { keptFaults } from "../../src/terraform/resources/carry-out";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { writeObject } from "../../src/terraform/rpc/objects";
import { hclOfFlow } from "../../src/terraform/values/hcl";
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectOf, ProviderClient } from "./provider-client";
import { tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    clients: { legacy-viewer }
    subordinates: [immhost-osaka]
    agents: [{ host: web1, os: linux }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } } }
`);

const file = (path: string) => new Dynamic(["object", { file: "string" }], { file: path });

afterEach(closeClients);

async function open(settings: Attrs = {}) {
  const rig = await Rig.create(WORLD);
  Object.assign(rig.env, { OSAKA_PASSWORD: "osaka-pass", WRONG_PASSWORD: "canary-4711" });
  return openOn(rig, settings);
}

async function openOn(rig: Rig, settings: Attrs = {}) {
  const client = await ProviderClient.open(rig.platform(), settings);
  const request = (typeName: string, config: Attrs) => ({
    ...{ typeName, config: objectOf(typeName, config), proposedNewState: objectOf(typeName, config) },
    priorState: { msgpack: Buffer.from([0xc0]) },
  });
  return {
    rig,
    client,
    request,
    async plan(typeName: string, config: Attrs) {
      return textOf(await client.call("planResourceChange", request(typeName, config)));
    },
    async apply(typeName: string, config: Attrs) {
      const asked = request(typeName, config);
      const { plannedState, ...rest } = await client.call("planResourceChange", asked);
      if (textOf(rest) !== "") return textOf(rest);
      return textOf(await client.call("applyResourceChange", { ...asked, plannedState }));
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
function textOf({ diagnostics }: any): string {
  const texts = diagnostics.map(({ summary, detail }: Attrs) => `${summary}\n${detail}`);
  expect(texts.join("\n")).not.toMatch(/<stdin>|canary-4711/);
  return texts.join("\n");
}

const osaka = (more: Attrs = {}): Attrs => ({
  ...{ name: "osaka", url: "https://osaka.test", host: "immhost-osaka", user: "jp1admin" },
  password_source: new Dynamic(["object", { env: "string" }], { env: "OSAKA_PASSWORD" }),
  ...{ session: null, tls: null, proxy: null, ...more },
});

test("a wrong password names the attributes and the variable of the provider", async () => {
  const { plan } = await open({ password: "canary-4711" });
  const text = await plan("jp1im_client", { id: "app", deliver_to: file("app.secret") });
  expect(text).toContain("`password_source`");
  expect(text).toContain("JP1IM_PASSWORD");
  expect(text).not.toContain("`auth`");
});

test("a wrong password of issue_on names its own attributes", async () => {
  const { plan } = await open();
  const password_source = new Dynamic(["object", { env: "string" }], { env: "WRONG_PASSWORD" });
  const text = await plan("jp1im_lower_manager", {
    host: "immhost-osaka",
    issue_on: osaka({ password_source }),
  });
  expect(text).toContain("`issue_on.user` and `issue_on.password_source`");
});

test.each([
  [
    "check `auth`: the user, and the source of its password; `auth` is at <stdin>:1:302",
    /^check `user` .*\)$/,
  ],
  [
    "remove `session: false` from the manager's `auth`, or set jp1.imdd.authBasic=true; `auth` is at <stdin>:1:9",
    /^remove `session = false`, or set jp1.imdd.authBasic=true$/,
  ],
])("of %j nothing is left that is in no configuration", (remedy, expected) => {
  const { detail } = toFault({ code: "manager-denied", severity: "error", summary: "no", remedy });
  expect(detail.replace(/\n.*$/, "")).toMatch(expected);
});

test("a literal in password_source of issue_on is answered in Terraform's language", async () => {
  const { plan } = await open();
  const text = await plan("jp1im_lower_manager", {
    host: "immhost-osaka",
    issue_on: osaka({ password_source: new Dynamic("string", "canary-4711") }),
  });
  expect(text).toContain('{ env = "NAME" }');
  expect(text).not.toContain("allowLiteralSecrets");
});

test("a client that is not ours is imported by Terraform, also where a job wants its ID", async () => {
  const { plan, client } = await open();
  const text = await plan("jp1im_client", { id: "legacy-viewer", deliver_to: file("app.secret") });
  expect(text).not.toContain("no-state");
  expect(text).toContain(
    "if another state has it, set `state` in the provider block to the place of that state",
  );
  expect(text).toContain('`id = "tokyo/client/legacy-viewer"`');
  expect(text).toMatch(/^tokyo\/client\/legacy-viewer: /m);
  const typeName = "jp1im_client_secret";
  const config = objectOf(typeName, { id: "legacy-viewer" });
  const opened = textOf(await client.call("openEphemeralResource", { typeName, config }));
  expect(text).toContain("`terraform import jp1im_client.NAME tokyo/client/legacy-viewer`");
  expect(opened).not.toContain("import");
  for (const each of [text, opened]) {
    expect(each).toContain("another");
    expect(each).not.toMatch(/jp1im import|--new-state|--state/);
  }
});

test("a sink that was changed is answered by `generation`", async () => {
  const { plan, apply } = await open();
  expect(await apply("jp1im_client", { id: "app", deliver_to: file("app.secret") })).toBe("");
  const text = await plan("jp1im_client", { id: "app", deliver_to: file("other.secret") });
  expect(text).toContain("raise `generation`");
  expect(text).not.toContain("--rotate");
});

test("a generation that is lowered, and a host that is not that of issue_on, are corrected in Terraform's language", async () => {
  const { plan, apply } = await open();
  const config = { id: "app", deliver_to: file("app.secret") };
  expect(await apply("jp1im_client", { ...config, generation: 2 })).toBe("");
  const lowered = await plan("jp1im_client", { ...config, generation: 1 });
  expect(lowered).toContain("write `generation = 2`; to rotate it, `generation = 3`");
  const issue_on = osaka({ host: "immhost-kyoto" });
  const mismatch = await plan("jp1im_lower_manager", { host: "immhost-osaka", issue_on });
  expect(mismatch).toContain('write `host = "immhost-kyoto"`');
  expect(mismatch).toContain('set `issue_on.host` to "immhost-osaka"');
});

test("a state's folder that cannot be used is named in the provider block", async () => {
  const rig = await Rig.create(WORLD);
  await rig.write("taken", "a file");
  const opening = openOn(rig, { state: "taken" }).then(({ apply }) =>
    apply("jp1im_client", { id: "app", deliver_to: file("app.secret") }),
  );
  const text = await opening.catch(String);
  expect(text).toContain("`state` in the provider block");
  expect(text).not.toContain("--state");
});

test("a file that is there already is replaced by a sink in Terraform's language", async () => {
  const { plan, rig } = await open();
  await rig.write("app.secret", "somebody's");
  const text = await plan("jp1im_client", { id: "app", deliver_to: file("app.secret") });
  expect(text).toContain('`deliver_to = { file = { path = "app.secret", overwrite = true } }`');
  expect(text).toContain("made only for a `terraform destroy`");
});

test("an agent that the manager does not know names the attributes", async () => {
  const { plan } = await open();
  const text = await plan("jp1im_agent_secrets", { host: "wbe1", secrets_wo: { a: "1" } });
  expect(text).toContain("`manager_host`");
  expect(text).toContain("`jp1im_agents`");
  expect(text).toContain("made only for a `terraform destroy`");
  expect(text).not.toMatch(/managerHost|jp1im get/);
});

test("a protected client names the provider block", async () => {
  const { apply, rig } = await open();
  const config = { id: "keep-1", deliver_to: file("app.secret") };
  expect(await apply("jp1im_client", { ...config, generation: 1 })).toBe("");
  const policy = { protect: ["keep-*"], prune: null, unverified: null };
  const { plan } = await openOn(rig, { policy });
  const text = await plan("jp1im_client", { ...config, generation: 2 });
  expect(text).toContain("take the pattern out of `policy.protect` of the provider block");
  expect(text).not.toContain("managers.tokyo");
});

describe("a budget", () => {
  const secrets = (count: number) => ({
    host: "web1",
    secrets_wo: Object.fromEntries(Array.from({ length: count }, (_, index) => [`key.${index}`, "x"])),
  });
  const budgets = (max_deletes: string | null) => ({
    policy: { ...{ prune: null, protect: null, unverified: null, max_rotations: null }, max_deletes },
  });

  /** What a plan that takes 8 of 10 keys away says. */
  async function planLess(settings: Attrs) {
    const { rig, client, request } = await open();
    const asked = request("jp1im_agent_secrets", secrets(10));
    const { plannedState } = await client.must("planResourceChange", asked);
    const { newState: priorState } = await client.must("applyResourceChange", { ...asked, plannedState });
    await client.configure(settings);
    const less = { ...request("jp1im_agent_secrets", secrets(2)), priorState };
    rig.takeWrites();
    return textOf(await client.call("planResourceChange", less));
  }

  test("that a plan passes names the attribute that raises it", async () => {
    const text = await planLess({});
    expect(text).toContain("more than `policy.max_deletes` allows (30% of 10 managed)");
    expect(text).toContain('set `policy.max_deletes = "8"` in the provider block for this change');
    expect(text).not.toMatch(/maxDeletes|desired state/);
    expect(text).toMatch(
      /it is about tokyo\/agent\/immhost01\/web1\/secret\/key\.\d.* and 3 more; if this is meant, set/,
    );
    expect(text).toMatch(/; if the plan was made only for a `terraform destroy`/);
    expect(text).not.toContain("terraform destroy -refresh=false");
  });

  test("is raised by it, as a count or as a share, and lowered", async () => {
    expect(await planLess(budgets("8"))).toBe("");
    expect(await planLess(budgets("80%"))).toBe("");
    expect(await planLess(budgets("7"))).toContain("policy.max_deletes");
  });

  test("of another form is an error at the attribute", async () => {
    const { client } = await open();
    const error = await client.configure(budgets("many")).catch(String);
    expect(error).toContain("`policy.max_deletes`");
    expect(error).not.toContain("maxDeletes");
  });
});

test("a manager that is another one than before is answered in the provider block", async () => {
  const { rig, apply } = await open();
  expect(await apply("jp1im_client", { id: "app", deliver_to: file("app.secret") })).toBe("");
  const { plan } = await openOn(rig, {
    url: "https://osaka.test",
    host: "immhost-osaka",
    password: "osaka-pass",
  });
  const text = await plan("jp1im_client", { id: "app", deliver_to: file("app.secret") });
  expect(text.split("(jp1im: other-manager)")).toHaveLength(2);
  expect(text).toContain("correct `url` (JP1IM_URL) and `host` of the provider block");
  expect(text).toContain("another `name` in the provider block");
  expect(text).toContain("`jp1im state rm tokyo --state FOLDER`");
  expect(text).not.toMatch(/rebuild|state mv|declare its/);
});

test("a file of a client on another manager is answered with another path", async () => {
  const { rig, apply } = await open();
  expect(await apply("jp1im_client", { id: "app", deliver_to: file("app.secret") })).toBe("");
  const beside = { name: "osaka", url: "https://osaka.test", host: "immhost-osaka", password: "osaka-pass" };
  const { plan } = await openOn(rig, beside);
  const sink = new Dynamic(["object", { file: ["object", { path: "string", overwrite: "bool" }] }], {
    file: { path: "app.secret", overwrite: true },
  });
  const text = await plan("jp1im_client", { id: "app", deliver_to: sink });
  expect(text).toContain("as that of tokyo/client/app");
  expect(text).toContain("deliver to another path");
  expect(text).toContain("`jp1im state rm tokyo/client/app --state FOLDER`");
  expect(text).not.toContain("--manager");
});

test("a kept secret is answered with the provider's state and key", () => {
  const of = (remedy: string) =>
    toFault({ code: "secret-kept", severity: "warning", summary: "a secret is kept", remedy }).detail;
  const drop = "`jp1im state rm --kept tokyo/client/app` removes it";
  expect(of(`restore the state that knows it and apply; or ${drop}`)).toContain(
    "`jp1im state rm --kept tokyo/client/app --state FOLDER`",
  );
  expect(of(`hand in that key and apply; or ${drop}`)).toContain("set `state_key` in the provider block");
});

test("a sink that is null is not a key to remove", async () => {
  const { plan } = await open();
  const sinks = new Dynamic(["tuple", ["dynamic"]], [new Dynamic("string", null)]);
  const text = await plan("jp1im_client", { id: "app", deliver_to: sinks });
  expect(text).toContain("`deliver_to`");
  expect(text).toContain("give it a value");
  expect(text).not.toContain("remove the key");
});

test("an initial secret that is refused may come from another manager than the one that is added", async () => {
  const { apply } = await open();
  const text = await apply("jp1im_lower_manager", { host: "immhost-osaka", initial_secret_wo: "wrong" });
  expect(text).toContain("`issue_on.url`");
});

test.each([
  [{ url: "https://admin:canary-4711@tokyo.test" }, "which `user` and `password` take"],
  [
    { state: "s3://bucket/key" },
    "give `state` in the provider block a local folder, PATH or file:///PATH; a git branch, git+https:",
  ],
  [{ tls: { ca: "missing.pem" } }, "a relative path starts from the working folder"],
] as const)("a setting that is wrong is answered in Terraform's words: %j", async (settings, expected) => {
  const rig = await Rig.create(WORLD);
  const text = await openOn(rig, settings as Attrs)
    .then(({ plan }) => plan("jp1im_client", { id: "app", deliver_to: file("app.secret") }))
    .catch(String);
  expect(text).toContain(expected);
  expect(text).not.toMatch(/--state|`auth`|canary-4711/);
});

test("a state under another key is answered by the provider's settings", async () => {
  const { apply, rig } = await open({ state_key: Buffer.alloc(32, 1).toString("base64") });
  expect(await apply("jp1im_client", { id: "app", deliver_to: file("app.secret") })).toBe("");
  const { plan, apply: applyAgain } = await openOn(rig, {
    state_key: Buffer.alloc(32, 2).toString("base64"),
  });
  const text = await plan("jp1im_client", { id: "app", deliver_to: file("app.secret") });
  expect(text).toContain("writes the values of agents once more under the new key, and issues nothing again");
  expect(text).not.toContain("--new-state");
  // Once in one walk of Terraform's.
  expect(await applyAgain("jp1im_client", { id: "other", deliver_to: file("other.secret") })).toBe("");
});

test("another `name` of the same manager names the whole command, and the former name", async () => {
  const { apply, rig } = await open();
  expect(await apply("jp1im_client", { id: "app", deliver_to: file("app.secret") })).toBe("");
  const { plan } = await openOn(rig, { name: "edo" });
  const text = await plan("jp1im_client", { id: "app", deliver_to: file("app.secret") });
  expect(text).toContain('keep `name = "tokyo"` in the provider block');
  expect(text).toContain("`jp1im state mv tokyo edo --state FOLDER`, where FOLDER is `state`");
  expect(text).not.toContain("state rm");
});

test("the keys of an agent that is not there name the attributes and the data source", async () => {
  const { client } = await open();
  const attributes = dataSources.get("jp1im_agent_keys")?.attributes ?? {};
  const config = writeObject(attributes, { host: "web-1", manager_host: null, keys: null });
  const text = textOf(await client.call("readDataSource", { typeName: "jp1im_agent_keys", config }));
  expect(text).toContain("`jp1im_agents`");
  expect(text).not.toMatch(/managerHost|jp1im get/);
});

test("what went wrong in an apply is told once", async () => {
  const { client, request } = await open();
  const asked = request("jp1im_lower_manager", { host: "immhost-kyoto", initial_secret_wo: "xx" });
  const { plannedState } = await client.must("planResourceChange", asked);
  const answer = await client.call("applyResourceChange", { ...asked, plannedState });
  const told = answer.diagnostics.filter(({ summary }: Attrs) => String(summary).includes("createInfo"));
  expect(told).toHaveLength(1);
  expect(told[0].severity).toBe(1);
});

test("a lock that another run holds names the provider block, and the state's folder", async () => {
  const { client, rig } = await open({ state: "of terraform" });
  const { apply } = await openOn(rig, { state: "of terraform", lock_timeout: 0 });
  const text = await client.provider.connection.run.inTurn(true, () =>
    apply("jp1im_client", { id: "app", deliver_to: file("app.secret") }),
  );
  expect(text).toContain("`lock_timeout` in the provider block");
  expect(text).toMatch(/`jp1im state unlock [0-9a-f]+ --state '[^']*of terraform'`/);
});

test("a state in which parts of a copy are missing is neither read nor written, and names the state's folder", async () => {
  const { apply, rig } = await open({ state: "of terraform" });
  expect(await apply("jp1im_client", { id: "app", deliver_to: file("app.secret") })).toBe("");
  const [lineage] = (rig.read("of terraform/lineage") ?? "").split(" ");
  const run = { who: "ops@build-7", host: "build-7", pid: 1, since: "2030-01-01T00:00:00Z" };
  const again = ["state", "push", "/b.json"];
  const put = { id: "0a1b", unfinished: { managers: ["osaka", "tokyo"], again, ...run } };
  await rig.write("of terraform/lineage", `${lineage} - ${JSON.stringify(put)}\n`);
  const later = await openOn(rig, { state: "of terraform" });
  const other = { id: "other", deliver_to: file("other.secret") };
  for (const text of [await later.plan("jp1im_client", other), await later.apply("jp1im_client", other)]) {
    expect(text).toContain('"state push", begun by ops@build-7 at 2030-01-01T00:00:00Z, was interrupted');
    expect(text).toMatch(/`jp1im state push \/b.json --state '[^']*of terraform'`/);
    expect(text).toMatch(/`jp1im state unlock 0a1b --state '[^']*of terraform'`/);
  }
});

test("a state key that is none is called by its attribute, and by its variable where it comes from there", async () => {
  const rig = await Rig.create(WORLD);
  const state_key = "canary-4711";
  await expect(openOn(rig, { state_key })).rejects.toThrow(
    /"`state_key` does not hold 32 bytes.*"state_key"/,
  );
  await expect(openOn(rig, { state_key })).rejects.not.toThrow("canary-4711");
  rig.env.JP1IM_STATE_KEY = "canary-4711";
  await expect(openOn(rig)).rejects.toThrow(/JP1IM_STATE_KEY does not hold/);
});

test.each([
  ["reserved", "belongs to the agent or to the manager itself"],
  ["protected", "`policy.protect` names it"],
] as const)("what a destroy keeps says why: %s", (reason, expected) => {
  const kept = [{ address: "osaka/agent", reason, names: ["immgr.clientSecret"], count: 1 }];
  const [warning] = keptFaults({ plan: { kept } } as unknown as Outcome);
  expect(warning).toMatchObject({ severity: "warning", detail: expect.stringContaining(expected) });
  expect(warning?.detail.includes("Delete it there")).toBe(reason === "protected");
});

test.each(["url", "host"])(
  "issue_on with the %s of the provider's own manager says so there",
  async (name) => {
    const { client } = await open();
    const own: Attrs = name === "url" ? { url: "https://tokyo.test", host: null } : { host: "immhost01" };
    const config = objectOf("jp1im_lower_manager", { host: "immhost-osaka", issue_on: osaka(own) });
    const typeName = "jp1im_lower_manager";
    const answer = await client.call("planResourceChange", { typeName, config, proposedNewState: config });
    const text = textOf(answer);
    expect(text).toContain("the address of the lower manager's own REST API");
    expect(text).not.toContain("state mv");
    expect(answer.diagnostics[0].attribute.steps).toMatchObject([
      { attributeName: "issue_on" },
      { attributeName: name },
    ]);
  },
);

test("a value of another type is answered with Terraform's names of types", async () => {
  const { plan } = await open();
  const text = await plan("jp1im_client", { id: "app", deliver_to: new Dynamic("string", "out/x") });
  expect(text).toMatch(/`deliver_to` must be an object or a list, found a string\nwrite an object or a list/);
});

test("a sink's file of another type is answered with Terraform's names of types, and without a variable", async () => {
  const { plan } = await open();
  const deliver_to = new Dynamic(["object", { file: "number" }], { file: 5 });
  const text = await plan("jp1im_client", { id: "app", deliver_to });
  expect(text).toContain("`file` of `deliver_to` must be a string or an object, found a number");
});

test("two secrets of one resource at one place, or at no file, are an error at `deliver_to` without a place in a document", async () => {
  const { client, request } = await open();
  const twice = new Dynamic(
    [
      "tuple",
      [
        ["object", { file: "string" }],
        ["object", { file: "string" }],
      ],
    ],
    [{ file: "x" }, { file: "x" }],
  );
  for (const deliver_to of [twice, file(".")]) {
    const answer = await client.call(
      "planResourceChange",
      request("jp1im_client", { id: "app", deliver_to }),
    );
    const [{ summary, attribute }, ...others] = errorsIn(answer);
    expect(others).toEqual([]);
    expect(summary).toContain("The secret of tokyo/client/app goes to");
    expect(summary).not.toContain("stdin");
    expect(attribute.steps[0].attributeName).toBe("deliver_to");
  }
});

test("an empty document is called `yaml`", async () => {
  const { client } = await open();
  const config = objectOf("jp1im_desired_state", { yaml: "" });
  const answer = await client.call("validateResourceConfig", { typeName: "jp1im_desired_state", config });
  expect(textOf(answer)).toContain("`yaml` declares nothing");
});

test.each([
  ["the plan would delete it", undefined, "The plan would delete it"],
  ["manager's certificate is old", undefined, "Manager's certificate is old"],
  ["tokyo/client/x: it exists", undefined, "tokyo/client/x: it exists"],
  ["osaka: POST login was refused", undefined, "osaka: POST login was refused"],
  ["root@vm (process 4) has held it", undefined, "root@vm (process 4) has held it"],
  ["immhost01 is gone", undefined, "immhost01 is gone"],
  ["web.test is gone", undefined, "web.test is gone"],
  ["tokyo does not answer", "tokyo/client/x", "tokyo does not answer"],
  ["kobe was deleted here", "tokyo/lower-manager/kobe", "kobe was deleted here"],
])("%j begins with a capital only where it begins with a word", (summary, address, expected) => {
  const about = address === undefined ? {} : { address };
  expect(toFault({ code: "io" as DiagnosticCode, severity: "error", summary, ...about }).summary).toBe(
    expected,
  );
});

test.each([
  [
    "{ file: { path: out/a.secret, overwrite: true } }",
    '{ file = { path = "out/a.secret", overwrite = true } }',
  ],
  [`{ file: { path: "a: $\{b}", mode: 384 } }`, `{ file = { path = "a: $$\{b}", mode = 384 } }`],
  ['{ age: { recipients: ["age1x","age1y"] } }', '{ age = { recipients = ["age1x","age1y"] } }'],
])("%s is written as Terraform's language does", (flow, expected) => {
  expect(hclOfFlow(flow)).toBe(expected);
});

test.each([
  ["lnux", false],
  ["LINUX", true],
  ["Windows", true],
  ["win*", true],
])("os = %j is accepted by the validation: %j", async (os, isAccepted) => {
  const { client } = await open();
  const typeName = "jp1im_agent_secrets";
  const resource = { typeName, config: objectOf(typeName, { match: "*", os, secrets_wo: { a: "1" } }) };
  const source = { typeName: "jp1im_agents", config: dataConfig({ os }) };
  for (const text of [
    textOf(await client.call("validateResourceConfig", resource)),
    textOf(await client.call("validateDataResourceConfig", source)),
  ])
    expect(text).toEqual(isAccepted ? "" : expect.stringContaining('Write "linux" or "windows"'));
});

function dataConfig(config: Attrs) {
  const attributes = dataSources.get("jp1im_agents")?.attributes ?? {};
  const blank = Object.fromEntries(Object.keys(attributes).map((name) => [name, null]));
  return writeObject(attributes, { ...blank, ...config });
}
