import type { ManagerPort } from "../../src/api/port";
import { SecretValue } from "../../src/model/secret-value";
import { contract } from "../simulator/contract";
import { connect, refuse, rejection, startServer } from "./small-server";

const web01 = { host: "web01", managerHost: "immhost01" };

/** Every call of the port that needs a permission, by its operation in the OpenAPI document. */
const CALLS: Readonly<Record<string, (port: ManagerPort) => Promise<unknown>>> = {
  issueInitialSecret: (port) => port.issueInitialSecret(),
  issueClientSecret: (port) => port.issueClient("a"),
  listClients: (port) => port.listClients(),
  deleteClients: (port) => port.deleteClients(["a"]),
  listLowerManagers: (port) => port.listLowerManagers(),
  addLowerManager: (port) => port.putLowerManager("osaka", new SecretValue("s")),
  deleteLowerManagers: (port) => port.deleteLowerManagers(["osaka"]),
  listAgents: (port) => port.listAgents(),
  listAgentSecrets: (port) => port.listAgentSecrets(web01),
  changeAgentSecrets: (port) => port.changeAgentSecrets(web01, { add: [], delete: ["k"] }),
};

const REMEDIES = {
  "*": /JP1_Console_Admin on the JP1 resource group \*$/,
  agent: /JP1_Console_Admin on the agent's own JP1 resource group;/,
  any: /JP1_Console_Admin on the JP1 resource group of the agents/,
};

/** The manager offers it, and this tool never deletes an agent. */
const UNUSED = ["deleteAgents"];

const permitted = Object.values(contract.paths)
  .flatMap((methods) => Object.values(methods))
  .flatMap(({ operationId, "x-permission": permission }) =>
    permission && !UNUSED.includes(operationId) ? [[operationId, permission.resourceGroup] as const] : [],
  );

test("every call that needs a permission is here", () => {
  expect(permitted.map(([operation]) => operation).sort()).toEqual(Object.keys(CALLS).sort());
});

test.each(permitted)(
  "the remedy for a %s that is not permitted asks for group %s and no more",
  async (operation, group) => {
    const server = await startServer((_request, response) => refuse(response, 403, "KAJY01000-E"));
    const port = connect(server.url);
    const call = CALLS[operation];
    if (!call) throw new Error(`no call for ${operation}`);
    const { code, remedy } = await rejection(call(port));
    expect([code, remedy]).toEqual(["manager-denied", expect.stringMatching(REMEDIES[group])]);
    await port.close();
    await server.close();
  },
);

test("the remedy for an agent without the right on it names the agent's own resource group", async () => {
  const server = await startServer((_request, response) => refuse(response, 400, "KAJY68205-E"));
  const port = connect(server.url);
  const { remedy } = await rejection(port.listAgentSecrets(web01));
  expect(remedy).toMatch(
    /`jp1im get agents`, and that .* JP1_Console_Admin on the agent's own JP1 resource group$/,
  );
  await port.close();
  await server.close();
});
