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
    "It may be a copy, a backup, or that of another checkout. Name the place of the newer one as `state` in the provider block, or put that back.",
    `If it is lost, \`terraform state rm\` and an \`import\` block keep the secret that is in use, with \`generation = ${record.generation}\` and without \`rotate_after\`; a raised \`generation\` issues another one.`,
    "Where the plan was made for a `terraform destroy` alone, give that command `-refresh=false`, which leaves the plan out.",
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
