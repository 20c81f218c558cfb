/** What may change between a plan and its apply must be open in the plan: Terraform plans once more, and refuses a difference. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic, unknown, type Value } from "../../src/terraform/values/type";
import { closeClients, objectFrom, objectOf } from "./provider-client";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    agents: [{ host: web1 }]
`);
const deliver_to = new Dynamic(["object", { file: "string" }], { file: "app.secret" });

afterEach(closeClients);

async function open(typeName: string, config: Attrs) {
  const { client } = await openProvider(WORLD);
  const request = (declared: Attrs) => {
    const wire = objectOf(typeName, declared);
    return { typeName, config: wire, proposedNewState: wire };
  };
  const first = request(config);
  const planned = await client.must("planResourceChange", first);
  const { newState: priorState, private: priorPrivate } = await client.must("applyResourceChange", {
    ...{ ...first, plannedState: planned.plannedState, plannedPrivate: planned.plannedPrivate },
  });
  /** As for a change of the configuration: computed attributes are proposed as they were. */
  const plan = async (declared: Attrs): Promise<Attrs> => {
    const { proposedNewState: _, ...asked } = request(declared);
    const proposedNewState = objectOf(typeName, { ...objectFrom(typeName, priorState), ...declared });
    const wire = { ...asked, proposedNewState, priorState, priorPrivate };
    const { plannedState } = await client.must("planResourceChange", wire);
    return objectFrom(typeName, plannedState) ?? {};
  };
  return { plan, prior: objectFrom(typeName, priorState) ?? {} };
}

test.each<[string, Attrs, Attrs, readonly string[]]>([
  [
    "jp1im_agent_secrets",
    { host: "web1", secrets_wo: { "smtp.password": "smtp-1" } },
    { prune: "none" },
    ["written_at"],
  ],
  ["jp1im_client", { id: "app", deliver_to }, { rotate_after: "90d" }, ["issued_at", "next_rotation"]],
])(
  "%s leaves open what a write changes as soon as anything is applied",
  async (typeName, config, more, names) => {
    const { plan, prior } = await open(typeName, config);
    const valuesOf = (state: Attrs): (Value | undefined)[] => names.map((name) => state[name]);
    expect(valuesOf(await plan(config))).toEqual(valuesOf(prior));
    expect(valuesOf(await plan({ ...config, ...more }))).toEqual(names.map(() => unknown));
  },
);
