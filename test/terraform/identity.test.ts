import type { Attrs } from "../../src/terraform/resources/resource-type";
import { resourceTypes } from "../../src/terraform/resources/resource-types";
import { readObject, writeObject } from "../../src/terraform/rpc/objects";
import { unknown } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectFrom, objectOf, ProviderClient } from "./provider-client";
import { tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    clients: { legacy-viewer }
    subordinates: [immhost-osaka]
    lowerManagers: [immhost-osaka]
    agents: [{ host: web1, os: linux }, { host: web2, os: linux }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } } }
`);

afterEach(closeClients);

const DOCUMENT = `apiVersion: jp1im/v1
managers:
  tokyo: { url: https://tokyo.test, auth: { user: jp1admin, password: { env: PASSWORD } } }
`;

async function open() {
  const rig = await Rig.create(WORLD);
  await rig.write("jp1im.yaml", DOCUMENT);
  return ProviderClient.open(rig.platform());
}

function schemaOf(typeName: string) {
  const identity = resourceTypes.get(typeName)?.identity;
  if (identity === undefined) throw new Error(`there is no ${typeName} with an identity`);
  return identity.attributes;
}

const identityOf = (typeName: string, identity: Attrs) => ({
  identityData: writeObject(schemaOf(typeName), identity),
});

const identityFrom = (
  typeName: string,
  wire: { readonly identityData: { readonly msgpack: Uint8Array } } | null,
) => wire && readObject(schemaOf(typeName), wire.identityData);

test("every type of resource has an identity, with a type and a meaning for each part", async () => {
  const client = await open();
  const { identitySchemas } = await client.must("getResourceIdentitySchemas");
  expect(Object.keys(identitySchemas).sort()).toEqual([...resourceTypes.keys()].sort());
  for (const { identityAttributes } of Object.values<{ identityAttributes: object[] }>(identitySchemas))
    for (const each of identityAttributes)
      expect(each).toMatchObject({ type: Buffer.from('"string"'), description: expect.stringMatching(/.+/) });
  const { identityAttributes } = identitySchemas.jp1im_client;
  expect(identityAttributes).toMatchObject([
    { name: "manager", requiredForImport: false, optionalForImport: true },
    { name: "id", requiredForImport: true, optionalForImport: false },
  ]);
});

test.each<[string, Attrs, Attrs, Attrs]>([
  [
    "jp1im_client",
    { id: "legacy-viewer" },
    { id: "legacy-viewer" },
    { manager: "tokyo", id: "legacy-viewer" },
  ],
  [
    "jp1im_lower_manager",
    { host: "immhost-osaka" },
    { host: "immhost-osaka" },
    { manager: "tokyo", host: "immhost-osaka" },
  ],
  [
    "jp1im_agent_secrets",
    { host: "web1" },
    { id: "tokyo/agent/immhost01/web1", manager_host: "immhost01" },
    { manager: "tokyo", manager_host: "immhost01", host: "web1", match: null },
  ],
  [
    "jp1im_agent_secrets",
    { manager: "tokyo", manager_host: "immhost01", host: "web2" },
    { agents: ["immhost01/web2"] },
    { manager: "tokyo", manager_host: "immhost01", host: "web2", match: null },
  ],
  [
    "jp1im_initial_secret",
    {},
    { address: "tokyo/initial-secret", generation: 1, issued_at: null },
    { manager: "tokyo" },
  ],
  [
    "jp1im_desired_state",
    { path: "./jp1im.yaml" },
    { yaml: DOCUMENT, base_path: ".", changes: {} },
    { path: "./jp1im.yaml" },
  ],
])(
  "%s is imported by its identity %j, and the answer has the whole identity",
  async (typeName, given, state, whole) => {
    const client = await open();
    const identity = identityOf(typeName, given);
    const { importedResources } = await client.must("importResourceState", { typeName, identity });
    const [imported] = importedResources;
    expect(objectFrom(typeName, imported.state)).toMatchObject(state);
    expect(identityFrom(typeName, imported.identity)).toEqual(whole);
    const current = { currentState: imported.state, currentIdentity: imported.identity };
    const read = await client.must("readResource", { typeName, ...current });
    expect(identityFrom(typeName, read.newIdentity)).toEqual(whole);
  },
);

test.each<[string, Attrs, string]>([
  [
    "jp1im_client",
    { manager: "osaka", id: "legacy-viewer" },
    '`manager` of the identity is "osaka", and this provider\'s manager is "tokyo"',
  ],
  ["jp1im_initial_secret", { manager: "osaka" }, '`manager` of the identity is "osaka"'],
  ["jp1im_agent_secrets", { manager: "osaka", host: "web1" }, '`manager` of the identity is "osaka"'],
  ["jp1im_agent_secrets", { manager: "tokyo" }, "Set `host`, and also `manager_host`"],
  ["jp1im_agent_secrets", { host: "web1", match: "web*" }, "has both `host` and `match`"],
  ["jp1im_client", { id: "nobody" }, "tokyo/client/nobody is not on the manager"],
  ["jp1im_agent_secrets", { match: "web*" }, "needs no import"],
  ["jp1im_desired_state", { path: "nowhere.yaml" }, 'The document "nowhere.yaml" cannot be read'],
  ["jp1im_client", { id: null }, "`id` of the identity is missing, or null"],
  ["jp1im_lower_manager", { host: null }, "`host` of the identity is missing, or null"],
  ["jp1im_desired_state", { path: null }, "`path` of the identity is missing, or null"],
])("%s with the identity %j is refused", async (typeName, given, expected) => {
  const client = await open();
  const identity = identityOf(typeName, given);
  const answer = await client.call("importResourceState", { typeName, identity });
  expect(JSON.stringify(errorsIn(answer)).replaceAll("\\", "")).toContain(expected);
});

test("an import by its address has an identity as well, and Terraform that knows none gives none", async () => {
  const client = await open();
  const request = { typeName: "jp1im_client", id: "tokyo/client/legacy-viewer" };
  const { importedResources } = await client.must("importResourceState", request);
  expect(identityFrom("jp1im_client", importedResources[0].identity)).toEqual({
    manager: "tokyo",
    id: "legacy-viewer",
  });
});

test("a plan has the identity as soon as all of it is known", async () => {
  const client = await open();
  const typeName = "jp1im_agent_secrets";
  const plan = async (config: Attrs) => {
    const proposedNewState = objectOf(typeName, config);
    const nothing = { msgpack: Buffer.from([0xc0]) };
    const request = { typeName, priorState: nothing, proposedNewState, config: proposedNewState };
    return identityFrom(typeName, (await client.must("planResourceChange", request)).plannedIdentity);
  };
  expect(await plan({ host: "web1", secrets_wo: { a: "1" } })).toMatchObject({ host: "web1" });
  expect(await plan({ match: "web*", secrets_wo: { b: "1" } })).toMatchObject({ match: "web*", host: null });
  expect(await plan({ host: unknown, secrets_wo: { a: "1" } })).toBeNull();
});

test("an identity that was stored is read as it is", async () => {
  const client = await open();
  const rawIdentity = { json: Buffer.from('{"manager":"tokyo","id":"app","gone":1}') };
  const request = { typeName: "jp1im_client", version: 0, rawIdentity };
  const { upgradedIdentity } = await client.must("upgradeResourceIdentity", request);
  expect(identityFrom("jp1im_client", upgradedIdentity)).toEqual({ manager: "tokyo", id: "app" });
});
