/** Hosts whose spelling in the configuration changes in nothing but its case. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { closeClients, errorsIn, objectFrom, objectOf } from "./provider-client";
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

test("a client whose ID changes in its case is another client", async () => {
  const { client } = await openProvider(WORLD);
  const typeName = "jp1im_client";
  const [prior, next] = ["app", "App"].map((id) => objectOf(typeName, { id, generation: 1 }));
  const { requiresReplace } = await client.call("planResourceChange", {
    ...{ typeName, config: next, proposedNewState: next, priorState: prior },
  });
  expect(requiresReplace).toHaveLength(1);
});
