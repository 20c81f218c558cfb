import type { DesiredClient, DesiredInitialSecret } from "../model/desired-state";
import type { PlaceDelivery } from "../model/enrolment";
import type { EffectKind } from "../model/outcome";
import type { SecretValue } from "../model/secret-value";
import { type Delivery, DeliveryError, type Fingerprints, type RecoveredSecret } from "../secrets/port";
import type { IssuedRecord, StateStore } from "../state/port";
import type { KindApplyContext } from "./apply-context";
import { deliveredRecord, recordsOf } from "./issued-records";
import { beginDelivery, ownershipOf } from "./own-sink-files";

export interface DeliveryTools {
  readonly state: StateStore;
  readonly delivery: Pick<Delivery, "deliver" | "drafts" | "places">;
  readonly fingerprints: Fingerprints;
}

/** An issued secret that is being delivered to its declared sinks. */
export interface IssuedDelivery {
  /** The record of the intent, as it is in the state. */
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
 * Delivers a secret, and resolves to the record that says so, for the caller to write. At every moment the state
 * shows which files are owned: before the write by the content that a file will have, and after it by its place.
 * Rejects with a `DiagnosticError`.
 */
export async function deliverIssued(
  { state, delivery, fingerprints }: DeliveryTools,
  { record, declared, id, secret, issuedAt, token }: IssuedDelivery,
): Promise<IssuedRecord> {
  const known = recordsOf(state, record.address, declared);
  const begin = beginDelivery(record, known, state, fingerprints);
  await delivery.deliver(
    declared.deliverTo,
    { id, secret, token },
    { ...ownershipOf(known, fingerprints), begin },
  );
  const { drafts = [], ...rest } = record;
  // Its own drafts are gone; those of earlier runs still have to be removed.
  const own = new Set(delivery.drafts(declared.deliverTo, token));
  const left = drafts.filter((draft) => !own.has(draft));
  const kept = { ...rest, drafts: left.length > 0 ? left : undefined };
  return deliveredRecord(kept, await delivery.places(declared.deliverTo), issuedAt);
}

/** Delivers a secret, records the effect at each place, and resolves to the record of the delivery. */
export async function deliver(applying: KindApplyContext, issued: IssuedDelivery): Promise<IssuedRecord> {
  const { record, declared } = issued;
  const { address } = record;
  const { delivery } = applying.context;
  try {
    const delivered = await deliverIssued(applying.context, issued);
    const places = await delivery.places(declared.deliverTo);
    applying.note(address, ...places.map(({ shown }) => ({ effect: "delivered" as const, at: shown })));
    return delivered;
  } catch (error) {
    if (error instanceof DeliveryError)
      applying.note(
        address,
        ...error.places.map(({ place, status }) => ({ effect: effectOf[status], at: place })),
      );
    throw error;
  }
}

const effectOf = {
  delivered: "delivered",
  unconfirmed: "unconfirmed",
  failed: "not-delivered",
} as const satisfies Record<PlaceDelivery["status"], EffectKind>;

/** After a failed delivery: keeps the secret, reports where, and rethrows the failure. */
export async function keepUndelivered(applying: KindApplyContext, secret: RecoveredSecret): Promise<void> {
  try {
    const path = await applying.context.recovery.keep(secret);
    applying.note(secret.address, { effect: "kept", at: path });
    applying.warn({
      code: "sink-unwritable",
      severity: "warning",
      summary: `the issued secret is kept in ${path}, encrypted to the state's key`,
      remedy: "fix the sink and run again: the next run delivers it, and issues nothing",
      address: secret.address,
    });
  } catch (error) {
    applying.fail([secret.address], error);
  }
}
