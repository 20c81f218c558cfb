import { agentAddress, parseAddress, secretAddressOn } from "../../model/address";
import { isSameHost } from "../../model/host";
import { type Fault, fault } from "../fault";
import { firstOf } from "../first-of";
import type { Connection } from "../provider/connection";

/** How often, and after which pause, to check whether another resource starts to delete the remaining keys. */
const LOOKS = 10;
const PAUSE_MS = 200;

/**
 * An error if a destroy would remove a lower manager before the keys below it, because nothing can delete them
 * afterwards. Terraform destroys resources without references to one another in any order, so this waits for destroys
 * in progress.
 */
export async function keysBelowFaults(host: string, connection: Connection): Promise<Fault[]> {
  const { run, claims, sleep } = connection;
  if (!(await run.answers.names("lower-manager")).some((each) => isSameHost(each, host))) return [];
  let left = await keysBelow(host, connection);
  for (let looks = 0; looks < LOOKS && left.length > 0; looks++) {
    if (await claims.waitForDeletions(left)) looks = 0;
    else await sleep(PAUSE_MS);
    left = await keysBelow(host, connection);
  }
  return left.length > 0 ? [keysLeft(host, left)] : [];
}

/** Keys that the state records and that no destroyed resource has left there. */
async function keysBelow(host: string, { run, claims }: Connection): Promise<readonly string[]> {
  const state = await run.state();
  const agents = [...state.records()].flatMap((record) =>
    record.kind === "agent" && record.manager === run.name && isSameHost(record.agent.managerHost, host)
      ? [record.address]
      : [],
  );
  return agents.flatMap((agent) =>
    [...state.fingerprints(agent).keys()]
      .map((key) => secretAddressOn(agent, key))
      .filter((address) => !claims.isLeft(address)),
  );
}

function keysLeft(host: string, addresses: readonly string[]): Fault {
  const secrets = addresses.flatMap((address) => {
    const addressed = parseAddress(address);
    return addressed?.kind === "secret" ? [addressed] : [];
  });
  const keys = firstOf(new Set(secrets.map(({ key }) => JSON.stringify(key))));
  const agents = firstOf(new Set(secrets.map(({ agent }) => `${agent.managerHost}/${agent.host}`)));
  const [first] = secrets;
  const forget = first && `jp1im state rm ${agentAddress(first.manager, first.agent)} --state FOLDER`;
  const detail = [
    `These agents are out of reach once ${host} is no longer a lower manager. First destroy the resources that wrote the keys: refer to the \`host\` of this resource in their \`manager_host\`, or add \`depends_on\`, and Terraform uses that order by itself. If this apply destroys those resources too, apply again.`,
    "If the lower manager is replaced, `create_before_destroy` in its `lifecycle` keeps it until the keys are deleted.",
    `To leave the keys there, run \`${forget}\`: the provider then forgets the keys of one agent. FOLDER is \`state\` of the provider block.`,
  ];
  return fault(undefined, `${host} is not deleted: ${keys} would stay on ${agents}`, detail.join("\n"));
}
