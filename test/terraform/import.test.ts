/** What an import leaves for the next plan, and what a resource without its values or sink may do. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic, unknown } from "../../src/terraform/values/type";
import { closeClients, errorsIn, objectFrom, objectOf } from "./provider-client";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    clients: { legacy-viewer }
    subordinates: [immhost-osaka]
    lowerManagers: [immhost-osaka]
    agents: [{ host: web1, os: linux, secrets: { by.hand: kept } }]
`);
const CLIENT = "jp1im_client";
const INITIAL = "jp1im_initial_secret";
const SECRETS = "jp1im_agent_secrets";
const LOWER = "jp1im_lower_manager";
const DOCUMENT = "jp1im_desired_state";

const addresses: Readonly<Record<string, string>> = {
  [CLIENT]: "tokyo/client/legacy-viewer",
  [INITIAL]: "tokyo/initial-secret",
  [SECRETS]: "tokyo/agent/immhost01/web1",
  [LOWER]: "tokyo/lower-manager/immhost-osaka",
};

const file = (path: string) => new Dynamic(["object", { file: "string" }], { file: path });

afterEach(closeClients);

async function open(settings: Attrs = {}) {
  const { rig, client } = await openProvider(WORLD, settings);
  // What Terraform keeps of each resource for the provider: by it the provider tells one from another.
  let own: Uint8Array = Buffer.from("");
  const read = async (typeName: string, currentState: object) =>
    (await client.must("readResource", { typeName, currentState })).newState;
  return {
    rig,
    client,
    async adopt(typeName: string, id = addresses[typeName]) {
      const answer = await client.must("importResourceState", { typeName, id });
      const state = await read(typeName, answer.importedResources[0].state);
      return { state: objectFrom(typeName, state) ?? {}, said: textsOf(answer) };
    },
    async plan(typeName: string, config: Attrs, prior?: Attrs) {
      const sent = requestOf(typeName, config, prior);
      const answer = await client.call("planResourceChange", { ...sent, priorPrivate: own });
      return {
        planned: objectFrom(typeName, answer.plannedState),
        said: textsOf(answer),
        errors: errorsIn(answer),
      };
    },
    async apply(typeName: string, config: Attrs, prior?: Attrs) {
      const sent = requestOf(typeName, config, prior);
      const asked = { ...sent, priorPrivate: own };
      const { plannedState, plannedPrivate } = await client.call("planResourceChange", asked);
      own = plannedPrivate;
      const answer = await client.call("applyResourceChange", { ...sent, plannedState, plannedPrivate });
      return {
        state: objectFrom(typeName, answer.newState),
        said: textsOf(answer),
        errors: errorsIn(answer),
      };
    },
  };
}

/** As Terraform proposes it: computed attributes stay what they were. */
function requestOf(typeName: string, config: Attrs, prior?: Attrs) {
  const proposed = {
    ...prior,
    ...config,
    ...(config.generation === undefined && prior && { generation: prior.generation ?? null }),
  };
  return {
    typeName,
    config: objectOf(typeName, config),
    proposedNewState: objectOf(typeName, proposed),
    priorState: prior ? objectOf(typeName, prior) : { msgpack: Buffer.from([0xc0]) },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
function textsOf({ diagnostics = [] }: any): string {
  return diagnostics.map(({ summary, detail }: Attrs) => `${summary}\n${detail}`).join("\n");
}

test.each<[string, Attrs]>([
  [CLIENT, { id: "legacy-viewer" }],
  [INITIAL, {}],
  [SECRETS, { host: "web1", manager_host: "immhost01" }],
  [LOWER, { host: "immhost-osaka" }],
])(
  "%s that was imported is as declared, also without the values and sinks that nobody can read",
  async (typeName, config) => {
    const { rig, adopt, plan } = await open();
    const { state } = await adopt(typeName);
    const { planned, errors } = await plan(typeName, config, state);
    expect(errors).toEqual([]);
    expect(planned).toEqual(state);
    expect(rig.takeWrites()).toEqual([]);
  },
);

test.each([
  [CLIENT, { id: "legacy-viewer", deliver_to: file("out") }],
  [INITIAL, { deliver_to: file("out") }],
])("%s that was imported is issued again only when its generation is raised", async (typeName, config) => {
  const { rig, adopt, plan, apply } = await open();
  const { state } = await adopt(typeName);
  expect(state).toMatchObject({ generation: 1, issued_at: null, next_rotation: null });
  const first = await apply(typeName, config, state);
  expect(first).toMatchObject({ said: "", state: { generation: 1, issued_at: null } });
  expect(rig.takeWrites()).toEqual([]);

  const { deliver_to: _, ...bare } = config as Attrs;
  const lacking = await plan(typeName, { ...bare, generation: 2 }, state);
  expect(lacking.said).toContain("`deliver_to` is needed");
  expect(lacking.said).toContain("generation 1 → 2");
  expect((await apply(typeName, { ...bare, generation: 2 }, state)).errors).toHaveLength(1);
  expect(rig.takeWrites()).toEqual([]);

  const { errors } = await apply(typeName, { ...config, generation: 2 }, first.state);
  expect(errors).toEqual([]);
  expect(rig.takeWrites().filter((write) => write.includes("generateInfo"))).toHaveLength(1);
});

test("an import of an initial secret says that nobody can tell whether there is one", async () => {
  const { adopt, client } = await open();
  expect((await adopt(INITIAL)).said).toContain(
    "The provider cannot tell whether tokyo has issued an initial secret",
  );
  const wrong = await client.call("importResourceState", { typeName: INITIAL, id: "osaka/initial-secret" });
  expect(textsOf(wrong)).toContain("Write `tokyo/initial-secret`.");
});

test.each([
  [CLIENT, "tokyo/client/AGENT_x", /^`id` is not acceptable/],
  [CLIENT, "tokyo/client/a:b", /^`id` is not acceptable/],
  [LOWER, `tokyo/lower-manager/${"a".repeat(300)}`, /^`host` /],
])("an import of %s as %j is refused in the words of the configuration", async (typeName, id, expected) => {
  const { client } = await open();
  expect(textsOf(await client.call("importResourceState", { typeName, id }))).toMatch(expected);
});

test("the age of what was imported is not known, and rotates nothing", async () => {
  const { adopt, plan } = await open();
  const { state } = await adopt(CLIENT);
  const { said, errors } = await plan(CLIENT, { id: "legacy-viewer", rotate_after: "90d" }, state);
  expect(errors).toEqual([]);
  expect(said).toContain("No record says when the secret of tokyo/client/legacy-viewer was issued");
});

test("a delivered client may lose its sink in the configuration, and is still not issued without one", async () => {
  const { rig, client, apply, plan } = await open();
  const { state } = await apply(CLIENT, { id: "app", deliver_to: file("app.secret") });
  rig.takeWrites();
  const { errors, planned } = await plan(CLIENT, { id: "app" }, state);
  expect({ errors, planned }).toMatchObject({
    errors: [],
    planned: { issued_at: state?.issued_at ?? "none" },
  });
  expect((await apply(CLIENT, { id: "app" }, state)).errors).toEqual([]);
  rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "app" });
  await client.configure();
  expect((await apply(CLIENT, { id: "app" }, state)).said).toContain("`deliver_to` is needed");
  expect(rig.takeWrites()).toEqual([]);
});

test("a lower manager that is there stays what it is without its initial secret, and is not added without one", async () => {
  const { rig, adopt, plan, apply } = await open();
  const { state } = await adopt(LOWER);
  expect(await apply(LOWER, { host: "immhost-osaka" }, state)).toMatchObject({ said: "", state });
  expect((await plan(LOWER, { host: "immhost-nagoya" })).said).toContain("Exactly one of");
  expect(rig.takeWrites()).toEqual([]);
});

test("keys of an imported agent are declared by the first map that it gets, and not given up by one that is missing", async () => {
  const { rig, adopt, apply, plan } = await open();
  const { state } = await adopt(SECRETS);
  const config = { host: "web1", manager_host: "immhost01", secrets_wo: { a: "1" } };
  const written = await apply(SECRETS, config, state);
  expect(written).toMatchObject({ said: "", state: { written_at: expect.stringMatching(/Z$/) } });
  rig.takeWrites();
  const missing = { ...config, secrets_wo: null };
  expect((await plan(SECRETS, missing, written.state)).said).toContain("`secrets_wo` is null");
  expect((await apply(SECRETS, missing, written.state)).said).toContain("`secrets_wo` is null");
  expect(rig.takeWrites()).toEqual([]);
});

test("what has no rotation has no time of one, also while it is planned", async () => {
  const { plan } = await open();
  const { planned } = await plan(CLIENT, { id: "app", deliver_to: file("out") });
  expect(planned).toMatchObject({ issued_at: unknown, next_rotation: null });
  const dated = await plan(CLIENT, { id: "other", deliver_to: file("other"), rotate_after: "90d" });
  expect(dated.planned).toMatchObject({ next_rotation: unknown });
});

test.each([
  ["is created", { id: "other" }],
  ["is created, whoever has it", { id: "legacy-viewer" }],
])("a client without a sink that %s while the manager does not answer is an error", async (_, config) => {
  const { rig, apply } = await open({ unreachable: "warn" });
  rig.simulation.faults.add({ path: "secret/client/list", effect: { type: "status", status: 500 } });
  const { errors, state } = await apply(CLIENT, config);
  expect(errors).toMatchObject([{ summary: expect.stringContaining("500") }]);
  expect(state).toBeUndefined();
});

test("nor does a generation without a sink count as issued then", async () => {
  const { rig, adopt, apply } = await open({ unreachable: "warn" });
  const { state } = await adopt(CLIENT);
  rig.simulation.faults.add({ path: "secret/client/list", effect: { type: "status", status: 500 } });
  const raised = await apply(CLIENT, { id: "legacy-viewer", generation: 2 }, state);
  expect(raised).toMatchObject({ errors: [{}], state: { generation: 1 } });
});

test.each([
  [CLIENT, { id: "legacy-viewer", deliver_to: file("out") }],
  [CLIENT, { id: "legacy-viewer", deliver_to: file("out"), generation: 2 }],
  [CLIENT, { id: "legacy-viewer" }],
  [INITIAL, { deliver_to: file("out") }],
])("%s that an import took over is not created, as that delivers nothing", async (typeName, config) => {
  const { rig, adopt, plan, apply } = await open();
  await adopt(typeName);
  const { said } = await plan(typeName, config);
  expect(said).toContain(`\`import\` block with \`id = "${addresses[typeName]}"\``);
  expect((await apply(typeName, config)).state).toBeUndefined();
  expect(rig.takeWrites()).toEqual([]);
});

test("an imported client that somebody deleted is issued", async () => {
  const { rig, adopt, client, apply } = await open();
  await adopt(CLIENT);
  rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "legacy-viewer" });
  await client.configure();
  expect((await apply(CLIENT, { id: "legacy-viewer", deliver_to: file("out") })).errors).toEqual([]);
  expect(rig.takeWrites()).toHaveLength(1);
});

test("an imported client that is replaced with itself is issued again", async () => {
  const { rig, client, adopt } = await open();
  const { state } = await adopt(CLIENT);
  const config = { id: "legacy-viewer", deliver_to: file("out") };
  const first = await client.must("planResourceChange", requestOf(CLIENT, config, state));
  const again = { ...requestOf(CLIENT, config), priorPrivate: first.plannedPrivate };
  const { plannedState, plannedPrivate } = await client.must("planResourceChange", again);
  const nothing = { msgpack: Buffer.from([0xc0]) };
  await client.must("applyResourceChange", {
    ...{ typeName: CLIENT, config: nothing, plannedState: nothing },
    ...{ priorState: objectOf(CLIENT, state), plannedPrivate },
  });
  await client.must("applyResourceChange", { ...requestOf(CLIENT, config), plannedState, plannedPrivate });
  expect(rig.takeWrites()).toHaveLength(2);
});

test.each([
  ["a client", CLIENT, "secret/client/list"],
  ["a lower manager", LOWER, "subManagers"],
])(
  "an import of %s from a manager that does not answer does not call it absent",
  async (_, typeName, path) => {
    const { rig, client } = await open();
    rig.simulation.faults.add({ path, effect: { type: "status", status: 500 } });
    const answer = await client.call("importResourceState", { typeName, id: addresses[typeName] });
    expect(errorsIn(answer)).toHaveLength(1);
    expect(textsOf(answer)).toMatch(/^The provider could not check whether/);
  },
);

test("a client that Terraform has and the state has not leaves Terraform before it is imported", async () => {
  const { plan, client } = await open();
  const config = { id: "legacy-viewer", deliver_to: file("out") };
  const first = "remove it from Terraform's state first, with `terraform state rm`";
  expect((await plan(CLIENT, config, { ...config, generation: 1 })).said).toContain(first);
  await client.configure();
  expect((await plan(CLIENT, config)).said).not.toContain(first);
});

test("a lower manager that is there and has no initial secret is imported", async () => {
  const { plan, adopt } = await open();
  const { said } = await plan(LOWER, { host: "immhost-osaka" });
  expect(said).toContain(`\`import\` block with \`id = "${addresses[LOWER]}"\``);
  expect((await adopt(LOWER)).said).toBe("");
});

test("a key that no map of the wire may have is refused in words", async () => {
  const { client } = await open();
  const config = objectOf(SECRETS, { host: "web1", secrets_wo: JSON.parse('{"__proto__x":"1"}') });
  const msgpack = Buffer.from(config.msgpack ?? []);
  const hostile = Buffer.from(
    msgpack.toString("latin1").replace("\xaa__proto__x", "\xa9__proto__"),
    "latin1",
  );
  const answer = await client.call("validateResourceConfig", {
    typeName: SECRETS,
    config: { msgpack: hostile },
  });
  expect(textsOf(answer)).toContain("`__proto__` cannot be used as a key");
});

test("an import of a lower manager in another spelling names the listed one", async () => {
  const { client } = await open();
  const id = "tokyo/lower-manager/IMMHOST-OSAKA";
  const answer = await client.call("importResourceState", { typeName: LOWER, id });
  expect(textsOf(answer)).toContain("import `tokyo/lower-manager/immhost-osaka`");
});

describe("a document", () => {
  const yaml = (clients: string, more = "") => `apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://tokyo.test
    host: immhost01
    auth: { user: jp1admin, password: { env: JP1IM_PASSWORD } }
    ${more}
    clients: [${clients}]
`;
  const app = (id: string) => `{ id: ${id}, deliverTo: { file: ${id}.secret } }`;

  test("that is imported by its path is as the state has it, and what it declared may be deleted by the next one", async () => {
    const { rig, adopt, apply, plan } = await open();
    rig.env.JP1IM_PASSWORD = "jp1-pass";
    const [both, one] = [yaml(`${app("a")}, ${app("b")}`), yaml(app("a"))];
    await apply(DOCUMENT, { yaml: both, base_path: "." });
    rig.takeWrites();
    expect((await plan(DOCUMENT, { yaml: one, base_path: "." })).said).toMatch(
      /would delete or forget what it never declared(.|\n)*import the document as it was applied last/,
    );

    await rig.write("jp1im.yaml", both);
    const { state } = await adopt(DOCUMENT, "./jp1im.yaml");
    expect(await plan(DOCUMENT, { yaml: both, base_path: "." }, state)).toMatchObject({
      said: "",
      planned: state,
    });
    const { errors } = await apply(DOCUMENT, { yaml: one, base_path: "." }, state);
    expect(errors).toEqual([]);
    expect(rig.takeWrites()).toHaveLength(1);
  });

  test("that shares its state with a resource for the initial secret does not forget that", async () => {
    const { rig, adopt, plan } = await open();
    rig.env.JP1IM_PASSWORD = "jp1-pass";
    await adopt(INITIAL);
    const document = (more = "") => ({ yaml: yaml("", more), base_path: "." });
    expect((await plan(DOCUMENT, document())).said).toContain(
      "forget what it never declared: tokyo/initial-secret",
    );
    const { errors, planned } = await plan(DOCUMENT, document("policy: { prune: none }"));
    expect({ errors, planned }).toMatchObject({ errors: [], planned: { changes: {} } });
  });

  test("with a secret in it, or with a mistake, is not imported", async () => {
    const { rig, client } = await open();
    await rig.write("jp1im.yaml", yaml("", 'initialSecret: { deliverTo: { fiel: "x" } }'));
    const answer = await client.call("importResourceState", { typeName: DOCUMENT, id: "jp1im.yaml" });
    expect(errorsIn(answer).length).toBeGreaterThan(0);
    await rig.write("jp1im.yaml", yaml("").replace("{ env: JP1IM_PASSWORD }", "canary-4711"));
    const literal = await client.call("importResourceState", { typeName: DOCUMENT, id: "jp1im.yaml" });
    expect(textsOf(literal)).toContain("clear text");
    expect(JSON.stringify(literal)).not.toContain("canary-4711");
    expect(literal.importedResources).toEqual([]);
  });
});
