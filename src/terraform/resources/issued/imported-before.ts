import type { ManagerPart } from "../../../library/manager-run/manager-part";
import { type Fault, fault } from "../../fault";
import type { Connection } from "../../provider/connection";
import { hclText } from "../../values/hcl";
import type { PlannedChange } from "../resource-type";

/**
 * Refuses to create a resource that was imported before. Its users keep the secret, so an apply would report a
 * creation although it issues and delivers nothing. A planned import and `terraform state rm` leave such a record.
 */
export async function importedBeforeFaults(
  { prior, isReplaced }: Pick<PlannedChange, "prior" | "isReplaced">,
  address: string,
  part: ManagerPart,
  { run }: Connection,
): Promise<Fault[]> {
  if (prior !== undefined || isReplaced) return [];
  const record = (await run.state()).record(address);
  if (record === undefined || !("status" in record) || record.status !== "imported") return [];
  const { changes } = await run.plan(part);
  // The manager no longer has it.
  if (changes.some(({ reason }) => reason === "missing")) return [];
  const summary = `${address} was imported, and this would create it: no secret would be issued or delivered`;
  const ways = [
    `An \`import\` block with \`id = ${hclText(address)}\` takes it over as it is, and its secret stays valid; raise \`generation\` afterwards to issue it again.`,
    "If the resource only has another name now, a `moved` block renames it.",
  ];
  return [fault(undefined, summary, ways.join("\n"))];
}
