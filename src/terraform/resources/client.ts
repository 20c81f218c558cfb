import { clientAddress, parseAddress } from "../../model/address";
import { isReservedClientId } from "../../model/limits";
import { type Fault, fault } from "../fault";
import type { Connection } from "../provider/connection";
import { adopt } from "./adopt";
import { identifying, namedIdentity } from "./identity";
import { issuedAttributes } from "./issued/attributes";
import { issueFaults } from "./issued/issue-faults";
import { issuedLifecycle } from "./issued/lifecycle";
import { generationOf } from "./issued/older-state";
import { withManagerCheck } from "./manager-check";
import type { Attrs, Imported, ResourceType, Result } from "./resource-type";
import { unreachableFault } from "./unreachable-faults";
import { wrongAddress } from "./wrong-address";

const addressOf = ({ id }: Attrs, manager: string) => clientAddress(manager, String(id));

const names = {
  "clients[0].id": "`id`",
  "clients[0].generation": "`generation`",
  "clients[0].rotateAfter": "`rotate_after`",
  "clients[0].deliverTo": "`deliver_to`",
};

export const client: ResourceType = {
  name: "jp1im_client",
  description:
    "An IM client: the ID and the secret with which an application calls the manager's APIs for events and trend data. The secret is issued once and delivered; Terraform never sees it.",
  attributes: {
    id: {
      type: "string",
      given: "required",
      replaces: true,
      description: "1-280 printable ASCII characters without `:`; not beginning with `AGENT_` or `MANAGER_`.",
    },
    ...issuedAttributes,
  },
  identity: namedIdentity("id", identifying("required", "The client's ID."), clientAddress),
  validate: async (config, platform) => [...idFaults(config), ...(await issueFaults(config, platform))],
  read: withManagerCheck(read),
  ...issuedLifecycle({
    typeName: "jp1im_client",
    namedBy: "id",
    addressOf,
    declaration: ({ id }, issue) => ({ clients: [{ id, ...issue }] }),
    names,
  }),
  import: importClient,
};

/** The plan checks the other rules of an ID. */
function idFaults({ id }: Attrs): readonly Fault[] {
  if (typeof id !== "string" || !isReservedClientId(id)) return [];
  const summary = `\`id\` is ${JSON.stringify(id)}: IDs of agents and managers begin like that`;
  return [fault(["id"], summary, "Choose an ID that begins with neither AGENT_ nor MANAGER_.")];
}

/** The list is complete, or an error: a client that it lacks is gone. */
async function read(state: Attrs, connection: Connection): Promise<Result> {
  const { run } = connection;
  const address = addressOf(state, run.name);
  try {
    if (!(await run.answers.names("client")).includes(String(state.id))) return { state: null };
  } catch (error) {
    return { state, faults: unreachableFault(error, address, connection) };
  }
  return {
    state: { ...state, address, generation: generationOf((await run.state()).record(address), state) },
  };
}

/** Imports a client. Its users keep the secret until somebody raises the generation. */
async function importClient(address: string, connection: Connection, token: string): Promise<Imported> {
  const { run } = connection;
  const parsed = parseAddress(address);
  if (parsed?.kind !== "client" || parsed.manager !== run.name)
    throw wrongAddress(address, `${run.name}/client/ID`);
  // An import does not use the sink.
  const desired = await run.declare({ clients: [{ id: parsed.id, deliverTo: { file: "unused" } }] }, names);
  await adopt({ desired, targets: [address] }, connection, token);
  return { state: { id: parsed.id, address, generation: 1 } };
}
