import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectOf, ProviderClient } from "./provider-client";

const TYPE = "jp1im_agent_secrets";
const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass } }
    agents: [{ host: web1, secrets: { set.by.hand: kept } }]
`;

afterEach(closeClients);

async function planned(config: Attrs) {
  const client = await ProviderClient.open((await Rig.create(WORLD)).platform());
  const wire = objectOf(TYPE, { ...config, secrets_wo: { "set.by.hand": "x" } });
  return client.call("planResourceChange", { typeName: TYPE, config: wire, proposedNewState: wire });
}

test("a resource with `match` takes what is there, and one of a single agent has to be imported, where the state is new", async () => {
  expect(errorsIn(await planned({ match: "web*" }))).toEqual([]);
  const [error] = errorsIn(await planned({ host: "web1" }));
  expect(`${error.summary}\n${error.detail}`).toContain("no-state");
});
