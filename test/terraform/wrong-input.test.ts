import { agentKeys } from "../../src/terraform/data/name-lists";
import { functions } from "../../src/terraform/functions/functions";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { writeObject } from "../../src/terraform/rpc/objects";
import { Dynamic, type Type, type Value } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, objectOf, ProviderClient, settingsOf } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    agents: [{ host: web01, os: linux }]
`);

afterEach(closeClients);

const open = async () => ProviderClient.open((await Rig.create(WORLD)).platform());

/** What Terraform shows of each diagnostic, with its path. */
// biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
const shown = ({ diagnostics }: any): string[] =>
  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  diagnostics.map(({ summary, detail, attribute }: any) => {
    // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
    const steps = attribute?.steps?.map((step: any) => step.attributeName || step.elementKeyString || "");
    return `${steps?.join(".") ?? "nowhere"}: ${summary}\n${detail}`;
  });

async function validate(typeName: string, config: Attrs) {
  const request = { typeName, config: objectOf(typeName, config) };
  return shown(await (await open()).call("validateResourceConfig", request));
}

const sink = new Dynamic(["object", { file: "string" }], { file: "app.secret" });

test.each(["jp1im_client", "jp1im_initial_secret"])(
  "a generation that is no whole number: %s",
  async (type) => {
    const id = type === "jp1im_client" ? { id: "app" } : {};
    expect(await validate(type, { ...id, generation: 1.5, deliver_to: sink })).toEqual([
      "generation: `generation` cannot be 1.5\nWrite a whole number of at least 1, and raise it to issue the secret again.",
    ]);
  },
);

test.each([
  ["", 'secrets_wo.: The key in `secrets_wo[""]` is empty\n'],
  ["ключ", 'secrets_wo.ключ: The key in `secrets_wo["ключ"]` is not the name of a secret\n'],
])("a key %j that no secret can have is at its place", async (key, expected) => {
  expect(await validate("jp1im_agent_secrets", { host: "web01", secrets_wo: { [key]: "v" } })).toEqual([
    expect.stringContaining(expected),
  ]);
});

/** As Terraform types what is written there. */
function free(value: unknown): Dynamic {
  return new Dynamic(typeOf(value), value as Value);
}

function typeOf(value: unknown): Type {
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  if (typeof value === "boolean") return "bool";
  if (typeof value !== "object" || value === null) return typeof value === "number" ? "number" : "string";
  return ["object", Object.fromEntries(Object.entries(value).map(([key, each]) => [key, typeOf(each)]))];
}

describe.each<[unknown, string, string]>([
  [{ fil: "a" }, ".fil", "Unknown key `fil` in PLACE\ndid you mean `file`?"],
  [{ file: { pat: "a" } }, ".file.pat", "Unknown key `pat` in `file` of PLACE\ndid you mean `path`?"],
  [
    { file: 5 },
    ".file",
    "`file` of PLACE must be a string or an object, found a number\nput the value in quotes",
  ],
  [{}, "", "PLACE is empty"],
])("%j is one error of validate, at its place", (value, step, text) => {
  test.each(["jp1im_client", "jp1im_initial_secret"])("in %s", async (type) => {
    const id = type === "jp1im_client" ? { id: "app" } : {};
    expect(await validate(type, { ...id, deliver_to: free(value) })).toEqual([
      expect.stringContaining(`deliver_to${step}: ${text.replace("PLACE", "`deliver_to`")}`),
    ]);
  });

  test("in password_source and in issue_on", async () => {
    const config = settingsOf({ password: null, password_source: free(value) });
    expect(shown(await (await open()).call("validateProviderConfig", { config }))).toEqual([
      expect.stringContaining(`password_source${step}: ${text.replace("PLACE", "`password_source`")}`),
    ]);
    const issuer = { url: "https://osaka.test", user: "jp1admin", password_source: value };
    const lower = { host: "osaka", issue_on: free(issuer) };
    expect(await validate("jp1im_lower_manager", lower)).toEqual([
      expect.stringContaining(
        `issue_on.password_source${step}: ${text.replace("PLACE", "`issue_on.password_source`")}`,
      ),
    ]);
  });
});

test.each<[unknown, string]>([
  [{ file: "a", mod: "0600" }, "deliver_to.mod: Unknown key `mod` in `deliver_to`\nwrite exactly one of"],
  ["a", "deliver_to: `deliver_to` must be an object or a list, found a string"],
])("%j is one error of validate", async (value, text) => {
  const found = await validate("jp1im_client", { id: "app", deliver_to: free(value) });
  expect(found).toEqual([expect.stringContaining(text)]);
});

test.each<[unknown, string]>([
  [{ env: "A", hunter2: "x" }, "password_source: There is an unknown key in `password_source`\n"],
  ["hunter2", "password_source: `password_source` holds a secret in clear text\n"],
])("what may be a password is not shown: %j", async (value, text) => {
  const config = settingsOf({ password: null, password_source: free(value) });
  const found = shown(await (await open()).call("validateProviderConfig", { config }));
  expect(found).toEqual([expect.stringContaining(text)]);
  expect(found.join()).not.toContain("hunter2");
});

test("of a list of sinks the wrong one is named", async () => {
  const list = free([{ file: "a" }, { fil: "b" }]);
  const found = await validate("jp1im_client", { id: "app", deliver_to: list });
  expect(found).toEqual([expect.stringContaining("deliver_to..fil: Unknown key `fil` in `deliver_to`")]);
});

test.each<[unknown]>([
  [{ file: "a" }],
  [{ file: { path: "a", overwrite: true, format: "json" } }],
  [[{ exec: ["store"] }, { vault: { path: "kv/app", auth: { token: { env: "T" } } } }]],
])("%j is no error of validate, wherever it runs", async (value) => {
  expect(await validate("jp1im_client", { id: "app", deliver_to: free(value) })).toEqual([]);
});

test.each(["a b/c", ""])("a name %j of the provider is refused once, at its place", async (name) => {
  const answer = await (await open()).call("validateProviderConfig", { config: settingsOf({ name }) });
  expect(shown(answer)).toEqual([
    expect.stringContaining(`name: \`name\` cannot be ${JSON.stringify(name)}`),
  ]);
});

test.each<[string, Attrs, string]>([
  [
    "password_source",
    { password: null, password_source: { file: "missing" } },
    "The file /home/ops/missing cannot be read",
  ],
  [
    "password_source",
    { password: null, password_source: { env: "ABSENT" } },
    "The environment variable ABSENT",
  ],
  ["password", { password: "p".repeat(33) }, "The password of tokyo"],
  ["tls.ca", { tls: { ca: "missing.pem" } }, "tls.ca of tokyo cannot be read: "],
])(
  "a %s that cannot be used is refused once, where the provider is configured",
  async (path, settings, expected) => {
    const answer = await (await open()).call("configureProvider", { config: settingsOf(settings) });
    expect(shown(answer)).toEqual([expect.stringContaining(`${path}: ${expected}`)]);
  },
);

test.each<[string, string, string]>([
  ["JP1IM_URL", "tokyo", "The environment variable `JP1IM_URL` is not acceptable, found `tokyo`: "],
  ["JP1IM_USER", "a:b", "The environment variable `JP1IM_USER` is not acceptable, found `a:b`: "],
  ["JP1IM_PASSWORD", "p".repeat(33), "The password of tokyo (environment variable JP1IM_PASSWORD) "],
])("a %s that cannot be used is named, and no attribute of the block", async (variable, value, expected) => {
  const platform = (await Rig.create(WORLD)).platform();
  const env = { JP1IM_URL: "https://tokyo.test", JP1IM_USER: "u", JP1IM_PASSWORD: "p", [variable]: value };
  const client = await ProviderClient.open({ ...platform, env: {} });
  Object.assign(client.provider.platform.env, env);
  const config = settingsOf({ url: null, user: null, password: null });
  const answer = await client.call("configureProvider", { config });
  expect(shown(answer)).toEqual([expect.stringContaining(`nowhere: ${expected}`)]);
});

test("a password in the block is none of the environment", async () => {
  const config = settingsOf({ password: "p".repeat(33) });
  const answer = await (await open()).call("configureProvider", { config });
  expect(shown(answer)).toEqual([expect.stringContaining("password: The password of tokyo cannot be")]);
});

test("what only the environment of a plan may give is missed where the provider is configured, and not by validate", async () => {
  const client = await open();
  const config = settingsOf({ url: null, user: null, password: null });
  expect(shown(await client.call("validateProviderConfig", { config }))).toEqual([]);
  expect(shown(await client.call("configureProvider", { config }))).toEqual([
    expect.stringContaining("url: The provider needs `url`"),
    expect.stringContaining("user: The provider needs `user`"),
    expect.stringContaining("password: The provider needs a password"),
  ]);
});

test("two ways to the password are refused by validate", async () => {
  const source = { password: "jp1-pass", password_source: { env: "JP1IM_PASSWORD" } };
  const answer = await (await open()).call("validateProviderConfig", { config: settingsOf(source) });
  expect(shown(answer)).toEqual([expect.stringContaining("exclude each other")]);
});

test("an agent that nobody knows is answered with the one that was meant, at `host`", async () => {
  const client = await open();
  const life = new ResourceLife(client, "jp1im_agent_secrets");
  const { errors, paths } = await life.plan({ host: "web-01", secrets_wo: { a: "1" } });
  expect(errors).toEqual([expect.stringContaining('did you mean "web01"?')]);
  expect(paths).toEqual(["host"]);
  const id = "tokyo/agent/immhost01/web-01";
  const answer = await client.call("importResourceState", { typeName: "jp1im_agent_secrets", id });
  expect(shown(answer)).toEqual([
    "nowhere: The manager lists no agent immhost01/web-01\nDid you mean immhost01/web01? Compare it with the data source `jp1im_agents`.",
  ]);
});

test.each([
  ["", "host: `host` is empty\n"],
  ["web-01", "host: The manager lists no agent immhost01/web-01\nDid you mean immhost01/web01?"],
])("keys of an agent %j that cannot be are refused at `host`", async (host, expected) => {
  const rig = await Rig.create(WORLD);
  const client = await ProviderClient.open(rig.platform());
  const { attributes } = agentKeys;
  const config = writeObject(attributes, { host });
  const answer = await client.call("readDataSource", { typeName: agentKeys.name, config });
  expect(shown(answer)).toEqual([expect.stringContaining(expected)]);
});

test("the first initial secret is announced as the end of the one in use", async () => {
  const life = new ResourceLife(await open(), "jp1im_initial_secret");
  expect((await life.plan({ deliver_to: sink })).warnings).toEqual([
    expect.stringMatching(/the one in use there stops working.*`id = "tokyo\/initial-secret"` keeps/s),
  ]);
});

test("an unknown key of an object is answered with the one that was meant", async () => {
  const policy = new Dynamic(["object", { max_delets: "string" }], { max_delets: "3" });
  const answer = await (await open()).call("validateProviderConfig", { config: settingsOf({ policy }) });
  expect(shown(answer)).toEqual([expect.stringContaining("Did you mean `max_deletes`?")]);
});

test("a text that is no address is answered with the forms of addresses", () => {
  expect(() => functions.get("parse_address")?.call(["tokyo/clent/x"])).toThrow(/tokyo\/client\/ID/);
});

test("an empty password is refused as such, whatever the environment has", async () => {
  const answer = await (await open()).call("validateProviderConfig", {
    config: settingsOf({ password: "" }),
  });
  expect(shown(answer)).toEqual(["password: `password` is empty\nGive it a value, or remove it."]);
});

test.each([
  ["jp1im_agent_secrets", { host: "web01", secrets_wo: { a: "of a file\n" } }],
  ["jp1im_lower_manager", { host: "immhost-osaka", initial_secret_wo: "of a file\r\n" }],
] as const)("a value of %s with a line end names the function that takes it away", async (type, config) => {
  expect(await validate(type, config)).toEqual([expect.stringContaining("`chomp(file(…))`")]);
});
