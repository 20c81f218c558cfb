import type { Attrs } from "../../src/terraform/resources/resource-type";
import { resourceTypes } from "../../src/terraform/resources/resource-types";
import { unknown } from "../../src/terraform/values/type";
import { closeClients, errorsIn, objectFrom, objectOf } from "./provider-client";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    agents: [{ host: web1 }]
`);

afterEach(closeClients);

async function open() {
  const { rig, client } = await openProvider(WORLD);
  await client.configure({ password: unknown });
  return { rig, client };
}

test.each([...resourceTypes.keys()])(
  "%s can be created by a provider block whose password is known only at the apply",
  async (typeName) => {
    const { rig, client } = await open();
    const wire = objectOf(typeName, {});
    const { plannedState, diagnostics } = await client.must("planResourceChange", {
      ...{ typeName, config: wire, proposedNewState: wire },
    });
    expect(diagnostics[0].summary).toBe("`password` of the provider is known only after an apply");
    const attributes = Object.entries(resourceTypes.get(typeName)?.attributes ?? {});
    const expected = attributes.map(([name, { given }]) => [
      name,
      given === "computed" || given === "either" ? unknown : null,
    ]);
    expect(objectFrom(typeName, plannedState)).toEqual(Object.fromEntries(expected));
    expect(rig.simulation.requests()).toEqual([]);
  },
);

test("what exists already cannot be refreshed by it, and the error says why", async () => {
  const { client } = await open();
  const typeName = "jp1im_client";
  const state: Attrs = { id: "app", generation: 1, address: "tokyo/client/app" };
  const answer = await client.call("readResource", { typeName, currentState: objectOf(typeName, state) });
  const [{ summary, detail, attribute }] = errorsIn(answer);
  expect(summary).toBe("`password` of the provider is known only after an apply");
  expect(detail).toContain("-target");
  expect(attribute).toBeNull();
});

test("once it is known, the manager is asked", async () => {
  const { rig, client } = await open();
  await client.configure();
  const typeName = "jp1im_agent_secrets";
  const wire = objectOf(typeName, { host: "web1", secrets_wo: { a: "b" } });
  const { diagnostics } = await client.must("planResourceChange", {
    typeName,
    config: wire,
    proposedNewState: wire,
  });
  expect(diagnostics).toEqual([]);
  expect(rig.simulation.requests()).not.toEqual([]);
});
