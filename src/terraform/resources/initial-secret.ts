import { initialSecretAddress } from "../../model/address";
import { fault } from "../fault";
import type { Connection } from "../provider/connection";
import { adopt } from "./adopt";
import { managerAttribute, ownManager } from "./identity";
import { issuedAttributes } from "./issued/attributes";
import { issueFaults } from "./issued/issue-faults";
import { issuedLifecycle } from "./issued/lifecycle";
import { generationOf } from "./issued/older-state";
import { withManagerCheck } from "./manager-check";
import type { Attrs, Imported, ResourceType, Result } from "./resource-type";
import { wrongAddress } from "./wrong-address";

export const initialSecret: ResourceType = {
  name: "jp1im_initial_secret",
  description:
    "The manager's initial secret. Agent installers, lower managers and applications that enrol themselves need it. A manager has one initial secret, and issuing a new one replaces it. Destroying the resource only forgets it: an initial secret stays valid until the next one is issued.",
  attributes: issuedAttributes,
  identity: {
    attributes: { manager: managerAttribute },
    of: (_state, manager) => ({ manager }),
    address: ({ manager }, { run }) => initialSecretAddress(ownManager(manager, run)),
  },
  validate: issueFaults,
  read: withManagerCheck(read),
  ...issuedLifecycle({
    typeName: "jp1im_initial_secret",
    addressOf: (_config, manager) => initialSecretAddress(manager),
    declaration: (_config, issue) => ({ initialSecret: issue }),
    names: {
      "initialSecret.generation": "`generation`",
      "initialSecret.rotateAfter": "`rotate_after`",
      "initialSecret.deliverTo": "`deliver_to`",
    },
  }),
  import: importInitialSecret,
};

/** No call of the manager shows the secret, so only the state knows about it. */
async function read(state: Attrs, { run }: Connection): Promise<Result> {
  const address = initialSecretAddress(run.name);
  return {
    state: { ...state, address, generation: generationOf((await run.state()).record(address), state) },
  };
}

/** Imports the initial secret as issued. Its users keep it until somebody raises the generation. */
async function importInitialSecret(
  address: string,
  connection: Connection,
  token: string,
): Promise<Imported> {
  const { run } = connection;
  const own = initialSecretAddress(run.name);
  if (address !== own) throw wrongAddress(address, own);
  // An import does not use the sink.
  const desired = await run.declare({ initialSecret: { deliverTo: { file: "unused" } } }, {});
  await adopt({ desired, targets: [own] }, connection, token);
  const summary = `The provider cannot tell whether ${run.name} has issued an initial secret`;
  const detail =
    "No call of the manager shows it. The provider now treats it as issued, and it stays valid. If there is none, or if nobody has it any more, raise `generation`.";
  return { state: { address, generation: 1 }, faults: [fault(undefined, summary, detail, "warning")] };
}
