import type { StateView } from "../../../library/manager-run/takeovers";
import { type Fault, fault } from "../../fault";
import type { Connection } from "../../provider/connection";
import type { Attrs } from "../resource-type";

type Recorded = ReturnType<StateView["record"]>;
type Issued = Extract<Recorded, { readonly kind: "client" | "initial-secret" }>;

/**
 * Refuses a plan and an apply if the provider's own state lacks an issue that Terraform's state records. A run with
 * such an old state would end the delivered secret.
 */
export async function olderStateFaults(
  prior: Attrs | undefined,
  address: string,
  { run }: Connection,
): Promise<Fault[]> {
  const record = (await run.state()).record(address);
  if (prior === undefined || !isIssued(record) || !isOlder(record, prior)) return [];
  const summary = `The state in ${run.location} is older than Terraform's: it has not recorded the issue of ${address} that Terraform knows of`;
  const ways = [
    "It may be a copy, a backup, or the state of another checkout. Set `state` in the provider block to the place of the newer state, or restore the newer state.",
    `If the newer state is lost, run \`terraform state rm\` and add an \`import\` block, with \`generation = ${record.generation}\` and without \`rotate_after\`: the secret in use stays valid. A higher \`generation\` issues another secret.`,
    "If the plan was made only for a `terraform destroy`, run that command with `-refresh=false`, which skips the plan.",
  ];
  return [fault(undefined, summary, ways.join("\n"))];
}

/** The recorded generation, or the later one that Terraform's state has. */
export function generationOf(record: Recorded, state: Attrs): Attrs[string] {
  return (isIssued(record) && !isOlder(record, state) ? record.generation : state.generation) ?? null;
}

function isOlder(record: Issued, known: Attrs): boolean {
  if (record.status !== "delivered") return false;
  const { generation, issued_at: issuedAt } = known;
  if (typeof generation === "number" && record.generation < generation) return true;
  return typeof issuedAt === "string" && Date.parse(record.issuedAt ?? "") < Date.parse(issuedAt);
}

function isIssued(record: Recorded): record is Issued {
  return record?.kind === "client" || record?.kind === "initial-secret";
}
