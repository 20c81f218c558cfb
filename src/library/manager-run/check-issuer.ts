import type { Plan, Unplanned } from "../../model/plan";
import type { Connections } from "../inputs/connect-declared";
import { unplannedOfFault } from "../manager-diagnostic";
import type { ManagerPart } from "./manager-part";

/**
 * Checks that the manager which will issue a secret accepts this user, because an issue ends the former secret.
 * Returns why not.
 */
export async function checkIssuer(
  { operations }: Plan,
  { issuer }: ManagerPart,
  issuing: Connections,
): Promise<readonly Unplanned[]> {
  if (issuer === undefined || !operations.some(({ manager }) => manager === issuer.name)) return [];
  try {
    await (await issuing.connect(issuer.name)).listLowerManagers();
    return [];
  } catch (error) {
    return unplannedOfFault(error, issuer.name);
  }
}
