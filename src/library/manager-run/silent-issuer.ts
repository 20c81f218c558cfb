import type { Plan, Unplanned } from "../../model/plan";
import type { Connections } from "../inputs/connect-declared";
import { diagnosticsOfFault } from "../manager-diagnostic";
import type { ManagerPart } from "./manager-part";

/** An issue ends the former secret, so that a plan proves beforehand that the manager that issues it lets this user in. */
export async function silentIssuer(
  { operations }: Plan,
  { issuer }: ManagerPart,
  issuing: Connections,
): Promise<readonly Unplanned[]> {
  if (issuer === undefined || !operations.some(({ manager }) => manager === issuer.name)) return [];
  try {
    await (await issuing.connect(issuer.name)).listLowerManagers();
    return [];
  } catch (error) {
    return diagnosticsOfFault(error).map(({ code, summary: detail, remedy }) => {
      return { address: issuer.name, code, detail, ...(remedy !== undefined && { remedy }) };
    });
  }
}
