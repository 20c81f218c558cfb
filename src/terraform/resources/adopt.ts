import type { ManagerPart } from "../../library/manager-run/manager-part";
import type { ManagerRun } from "../../library/manager-run/manager-run";
import { takeOver } from "../../library/manager-run/takeovers";
import { lowerManagerAddress, parseAddress } from "../../model/address";
import { isSameHost } from "../../model/host";
import { type Fault, FaultError, fault } from "../fault";
import type { Connection } from "../provider/connection";
import { isRecorded } from "./takeover";

/**
 * Records an existing resource of the manager in the provider's own state. It sends no write. Throws a `FaultError`
 * if the resource does not exist.
 */
export async function adopt(part: ManagerPart, { run }: Connection, token: string): Promise<void> {
  const before = await run.state();
  const recorded = part.targets.filter((address) => isRecorded(before, address));
  const { refused, unknown } = await run.adopt(part);
  const absent = refused.filter(({ reason }) => reason !== "unknown");
  const faults = [
    ...(await Promise.all(absent.map(({ address }) => absence(address, run)))),
    ...unknown.map(({ address, detail, remedy = "Import again when it answers." }) =>
      fault(
        undefined,
        `The provider could not check whether ${address} is on the manager`,
        `${detail}\n${remedy}`,
      ),
    ),
  ];
  if (faults.length > 0) throw new FaultError(faults);
  if (recorded.length > 0) await run.holding((state) => takeOver(state, run.name, token, { of: recorded }));
}

async function absence(address: string, run: ManagerRun): Promise<Fault> {
  const listed = await listedSpelling(address, run);
  const detail =
    listed === undefined
      ? "There is nothing to import: an apply creates it."
      : `The manager lists it as ${JSON.stringify(listed)}: import \`${lowerManagerAddress(run.name, listed)}\`.`;
  return fault(undefined, `${address} is not on the manager`, detail);
}

/** Host names ignore case. An address has the spelling of the manager's list. */
async function listedSpelling(address: string, run: ManagerRun): Promise<string | undefined> {
  const addressed = parseAddress(address);
  if (addressed?.kind !== "lower-manager") return undefined;
  return (await run.answers.names("lower-manager")).find((host) => isSameHost(host, addressed.host));
}
