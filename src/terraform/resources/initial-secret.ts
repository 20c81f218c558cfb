import { initialSecretAddress } from "../../model/address";
import { FaultError, fault } from "../fault";
import type { Connection } from "../provider/connection";
import { managerAttribute, ownManager } from "./identity";
import { issuedAttributes } from "./issued/attributes";
import { issuedLife } from "./issued/issued";
import type { Attrs, ResourceType, Result } from "./resource-type";

export const initialSecret: ResourceType = {
  name: "jp1im_initial_secret",
  description:
    "The manager's initial secret, which agent installers, lower managers and applications that enrol themselves need. There is one for each manager, and issuing replaces the former one. Destroying the resource only forgets it: nothing revokes an initial secret but the next one.",
  attributes: issuedAttributes,
  identity: {
    attributes: { manager: managerAttribute },
    of: (_state, manager) => ({ manager }),
    address: ({ manager }, run) => initialSecretAddress(ownManager(manager, run)),
  },
  validate: () => [],
  read,
  ...issuedLife({
    typeName: "jp1im_initial_secret",
    addressOf: (_config, manager) => initialSecretAddress(manager),
    declaration: (_config, issue) => ({ initialSecret: issue }),
    names: {
      "initialSecret.generation": "`generation`",
      "initialSecret.rotateAfter": "`rotate_after`",
      "initialSecret.deliverTo": "`deliver_to`",
    },
  }),
  import: importNone,
};

/** No call of the manager shows it: what was recorded is all there is. */
async function read(state: Attrs, { run }: Connection): Promise<Result> {
  const record = (await run.state()).record(initialSecretAddress(run.name));
  return {
    state: {
      ...state,
      generation: record?.kind === "initial-secret" ? record.generation : (state.generation ?? null),
    },
  };
}

async function importNone(): Promise<Attrs> {
  throw new FaultError([
    fault(
      undefined,
      "An initial secret cannot be imported",
      "No call of the manager shows whether one was issued. An apply issues a new one, and the former one stops working.",
    ),
  ]);
}
