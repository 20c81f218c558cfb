import type { Attrs } from "../../src/terraform/resources/resource-type";
import { closeClients, errorsIn, objectOf } from "./provider-client";
import { ResourceLife } from "./resource-life";
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
  expect(error.summary).toContain("knows nothing of tokyo");
});

test("an import of something else is not enough, and the refusal says so", async () => {
  const { client } = await openProvider(
    tokyoOf(`    clients: { legacy-viewer }
    agents: [{ host: web1, secrets: { set.by.hand: kept } }]
`),
  );
  await client.must("importResourceState", { typeName: "jp1im_client", id: "tokyo/client/legacy-viewer" });
  const { errors } = await new ResourceLife(client, TYPE).plan({
    host: "web1",
    secrets_wo: { "set.by.hand": "x" },
  });
  expect(errors.join()).toContain(
    "knows only what was imported of tokyo, and what is declared exists there already",
  );
  await client.must("importResourceState", { typeName: TYPE, id: "tokyo/agent/immhost01/web1" });
});
