import type { Change } from "../../model/change";
import type { EffectKind } from "../../model/outcome";
import { DeliveryError, type PlaceDelivery, type RecoveredSecret } from "../../secrets/port";
import type { IssuedRecord } from "../../state/port";
import { isObsolete } from "../values/kept-secrets";
import type { Applying } from "./applying";
import { deliverIssued, type IssuedDelivery } from "./deliver";
import { draftsOf, newToken, supersedeOthers } from "./issued-records";
import { declaredAt } from "./prove-sinks";

/** Delivers what an earlier run kept. The manager is not asked: the secret was issued then, and is valid. */
export async function applyDelivery(applying: Applying, { address }: Change): Promise<void> {
  const { state, delivery, recovery, random } = applying.context;
  const record = state.record(address);
  const declared = declaredAt(applying.planned, address);
  try {
    if (!declared || (record?.kind !== "client" && record?.kind !== "initial-secret")) {
      throw new Error(`${address} was planned to be delivered, and is not in the state`);
    }
    const kept = await recovery.take(address, record.issue);
    if (!kept) throw new Error(`${address} was planned to be delivered, and is not kept`);
    const token = newToken(random);
    const drafts = [...draftsOf(record), ...delivery.drafts(declared.deliverTo, token)];
    const present = { ...record, drafts };
    state.put(present);
    await state.flush();
    const { id, secret, issuedAt } = kept;
    let recorded: IssuedRecord;
    try {
      recorded = await deliver(applying, { record: present, declared, id, secret, issuedAt, token });
    } catch (error) {
      applying.note(address, { effect: "kept" });
      throw error;
    }
    const { supersededAt: _supersededAt, ...delivered } = recorded;
    if ("id" in declared) supersedeOthers(state, record.manager, declared, applying.clock.now());
    state.put(delivered);
    await state.flush();
    applying.succeed(address, delivery.describe(declared.deliverTo));
  } catch (error) {
    applying.fail([address], error);
  }
}

/** Delivers a secret, takes down what became of it at each place, and resolves to the record of the delivery. */
export async function deliver(applying: Applying, issued: IssuedDelivery): Promise<IssuedRecord> {
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

/** After a failed delivery: keeps the secret, says where, and passes the failure on. */
export async function keepUndelivered(applying: Applying, secret: RecoveredSecret): Promise<void> {
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

/**
 * What is delivered, replaced or deleted by now is kept no longer. Only after the state says so, durably: what it knows
 * nothing of may be the only copy of a valid secret.
 */
export async function dropObsolete(applying: Applying): Promise<void> {
  const { kept, recovery, state } = applying.context;
  const isGone = (address: string | undefined) => address !== undefined && applying.hasRemoved(address);
  for (const each of kept) if (isObsolete(each, state) || isGone(each.address)) await recovery.drop(each);
  await recovery.dropDrafts();
}
