import type { Attrs } from "../../src/terraform/resources/resource-type";
import { closeClients, errorsIn, objectOf } from "./provider-client";
import { openProvider, tokyoOf } from "./tokyo-world";

const TYPE = "jp1im_agent_secrets";
const WORLD = tokyoOf(`    agents: [{ host: web1, secrets: { set.by.hand: kept } }]
`);

afterEach(closeClients);

async function planned(config: Attrs) {
  const { client } = await openProvider(WORLD);
  const wire = objectOf(TYPE, { ...config, secrets_wo: { "set.by.hand": "x" } });
  return client.call("planResourceChange", { typeName: TYPE, config: wire, proposedNewState: wire });
}

test("a resource with `match` takes what is there, and one of a single agent has to be imported, where the state is new", async () => {
  expect(errorsIn(await planned({ match: "web*" }))).toEqual([]);
  const [error] = errorsIn(await planned({ host: "web1" }));
  expect(`${error.summary}\n${error.detail}`).toContain("no-state");
});
