/** Hosts whose spelling in the configuration changes in nothing but its case. */
import { agentKeys } from "../../src/terraform/data/name-lists";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { readObject, writeObject } from "../../src/terraform/rpc/objects";
import { closeClients, errorsIn, objectFrom, objectOf } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents: [{ host: web1, os: linux }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, initialSecret: osaka-initial }
`);

afterEach(closeClients);

test.each<[string, Attrs, Attrs]>([
  [
    "jp1im_lower_manager",
    { host: "immhost-osaka", initial_secret_wo: "osaka-initial" },
    { host: "IMMHOST-OSAKA", initial_secret_wo: "osaka-initial" },
  ],
  [
    "jp1im_agent_secrets",
    { host: "web1", manager_host: "immhost01", secrets_wo: { a: "1" } },
    { host: "WEB1", manager_host: "IMMHOST01", secrets_wo: { a: "1" } },
  ],
])(
  "%s is neither replaced nor written again, keeps its identity, and is destroyed",
  async (typeName, config, spelled) => {
    const { rig, client } = await openProvider(WORLD);
    const first = await client.must("planResourceChange", {
      ...{ typeName, config: objectOf(typeName, config), proposedNewState: objectOf(typeName, config) },
    });
    const created = await client.must("applyResourceChange", {
      ...{ typeName, config: objectOf(typeName, config) },
      ...{ plannedState: first.plannedState, plannedPrivate: first.plannedPrivate },
    });
    await client.configure();
    rig.takeWrites();
    const proposed = { ...objectFrom(typeName, created.newState), ...spelled };
    const request = {
      ...{ typeName, config: objectOf(typeName, spelled), priorState: created.newState },
    };
    const planned = await client.must("planResourceChange", {
      ...{ ...request, proposedNewState: objectOf(typeName, proposed) },
      ...{ priorPrivate: created.private, priorIdentity: created.newIdentity },
    });
    expect(planned.requiresReplace).toEqual([]);
    expect(planned.plannedIdentity).toEqual(created.newIdentity);
    const { plannedState, plannedPrivate, plannedIdentity } = planned;
    const applied = await client.must("applyResourceChange", {
      ...{ ...request, plannedState, plannedPrivate, plannedIdentity },
    });
    expect(objectFrom(typeName, applied.newState)).toMatchObject({ host: spelled.host });
    expect(applied.newIdentity).toEqual(created.newIdentity);
    expect(rig.takeWrites()).toEqual([]);

    const nothing = { msgpack: Buffer.from([0xc0]) };
    const destroyed = await client.call("applyResourceChange", {
      ...{ typeName, config: nothing, plannedState: nothing },
      ...{ priorState: applied.newState, plannedPrivate: applied.private },
    });
    expect(errorsIn(destroyed)).toEqual([]);
    expect(rig.takeWrites()).toHaveLength(1);
  },
);

test("agents' secrets are created under the spelling of the manager's list", async () => {
  const { rig, client } = await openProvider(WORLD);
  const life = new ResourceLife(client, "jp1im_agent_secrets");
  const config = { host: "WEB1", manager_host: "IMMHOST01", secrets_wo: { a: "1" } };
  const created = await life.apply(config);
  expect(created).toMatchObject({
    ...{ errors: [], warnings: [] },
    state: { ...{ host: "WEB1", agents: ["immhost01/web1"] }, id: "tokyo/agent/immhost01/web1" },
  });
  await client.configure();
  expect((await life.refresh()).state).toEqual(created.state);
  rig.takeWrites();
  expect(await life.plan(config)).toMatchObject({ state: created.state, errors: [], warnings: [] });
  expect((await life.destroy()).errors).toEqual([]);
  expect(rig.takeWrites()).toHaveLength(1);
});

test("two resources with one agent in two spellings are refused", async () => {
  const { client } = await openProvider(WORLD);
  const plan = (host: string) =>
    new ResourceLife(client, "jp1im_agent_secrets").plan({ host, secrets_wo: { a: host } });
  expect((await plan("web1")).errors).toEqual([]);
  expect((await plan("WEB1")).errors.join()).toContain(
    'Another resource gives "a" to immhost01/web1 as well',
  );
});

test("the keys of an agent are read under the spelling of the manager's list", async () => {
  const { client } = await openProvider(WORLD);
  await new ResourceLife(client, "jp1im_agent_secrets").apply({ host: "web1", secrets_wo: { a: "1" } });
  const { attributes } = agentKeys;
  const config = writeObject(attributes, { host: "WEB1", manager_host: null, keys: null });
  const { state } = await client.must("readDataSource", { typeName: agentKeys.name, config });
  expect(readObject(attributes, state)).toMatchObject({
    host: "WEB1",
    keys: ["a", "immgr.clientSecret", "immgr.initialSecret"],
  });
});

test("a client whose ID changes in its case is another client", async () => {
  const { client } = await openProvider(WORLD);
  const typeName = "jp1im_client";
  const [prior, next] = ["app", "App"].map((id) => objectOf(typeName, { id, generation: 1 }));
  const { requiresReplace } = await client.call("planResourceChange", {
    ...{ typeName, config: next, proposedNewState: next, priorState: prior },
  });
  expect(requiresReplace).toHaveLength(1);
});
