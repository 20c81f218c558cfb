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
    "The manager's initial secret, which agent installers, lower managers and applications that enrol themselves need. There is one for each manager, and issuing replaces the former one. Destroying the resource only forgets it: nothing revokes an initial secret but the next one.",
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
  const summary = `Nobody can tell whether ${run.name} has issued an initial secret`;
  const detail =
    "No call of the manager shows it. From now on it counts as issued, and whoever has it keeps it. If there is none, or nobody has it any more, raise `generation`.";
  return { state: { address, generation: 1 }, faults: [fault(undefined, summary, detail, "warning")] };
}
