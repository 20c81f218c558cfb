import type { DesiredClient, DesiredInitialSecret } from "../../model/desired-state";
import type { SecretValue } from "../../model/secret-value";
import type { IssuedRecord } from "../../state/port";
import type { ApplyContext } from "../context";
import { deliveredRecord, recordsOf } from "./issued-records";
import { beginning, ownershipOf } from "./own-files";

/** An issued secret on its way to where it is declared to be delivered. */
export interface IssuedDelivery {
  /** As it is in the state: of the intent. */
  readonly record: IssuedRecord;
  readonly declared: DesiredClient | DesiredInitialSecret;
  readonly id: string;
  readonly secret: SecretValue;
  /** The manager's `lastUpdateTime`. */
  readonly issuedAt: string;
  /** Names this delivery. */
  readonly token: string;
}

/**
 * Delivers a secret, and resolves to the record that says so, for the caller to write. At every moment the state tells which
 * files are ours: before it is written, a file is one of ours by what it will hold, and after it by its place. Rejects with
 * a `DiagnosticError`.
 */
export async function deliverIssued(
  { state, delivery, fingerprints }: Pick<ApplyContext, "state" | "delivery" | "fingerprints">,
  { record, declared, id, secret, issuedAt, token }: IssuedDelivery,
): Promise<IssuedRecord> {
  const known = recordsOf(state, record.address, declared);
  const begin = beginning(record, state, fingerprints);
  await delivery.deliver(
    declared.deliverTo,
    { id, secret, token },
    { ...ownershipOf(known, fingerprints), begin },
  );
  const { drafts = [], ...rest } = record;
  // Its own drafts are gone; those that earlier runs left are for somebody to remove.
  const own = new Set(delivery.drafts(declared.deliverTo, token));
  const left = drafts.filter((draft) => !own.has(draft));
  const kept = { ...rest, ...(left.length > 0 && { drafts: left }) };
  return deliveredRecord(kept, await delivery.places(declared.deliverTo), issuedAt);
}
