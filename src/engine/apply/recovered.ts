import type { SinkReference } from "../../model/desired-state";
import type { EffectKind } from "../../model/outcome";
import type { Change } from "../../model/plan";
import {
  DeliveryError,
  type PlaceDelivery,
  type RecoveredSecret,
  type SecretToDeliver,
} from "../../secrets/port";
import { isObsolete } from "../kept-secrets";
import type { Applying } from "./applying";
import { deliveredRecord, draftsOf, newToken, placesOf, supersedeOthers } from "./issued-records";
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
    // The sink may be another one by now, which is ours only once the state names it.
    const places = [...new Set([...placesOf(record), ...delivery.places(declared.deliverTo)])].sort();
    const drafts = [...draftsOf(record), ...delivery.drafts(declared.deliverTo, token)];
    state.put({ ...record, places, drafts });
    await state.flush();
    const { id, secret } = kept;
    try {
      await deliver(applying, address, declared.deliverTo, { id, secret, token }, placesOf(record));
    } catch (error) {
      applying.note(address, { effect: "kept" });
      throw error;
    }
    if ("id" in declared) supersedeOthers(state, record.manager, declared, applying.clock.now());
    const { supersededAt: _supersededAt, ...present } = record;
    const delivered = { issuedAt: kept.issuedAt, token, delivery };
    state.put(deliveredRecord({ ...present, places, drafts }, declared.deliverTo, delivered));
    await state.flush();
    applying.succeed(address, delivery.describe(declared.deliverTo));
  } catch (error) {
    applying.fail([address], error);
  }
}

/** Delivers a secret, and takes down what became of it at each place. */
export async function deliver(
  applying: Applying,
  address: string,
  sink: SinkReference,
  secret: SecretToDeliver,
  earlier: readonly string[],
): Promise<void> {
  const { delivery } = applying.context;
  try {
    await delivery.deliver(sink, secret, earlier);
    applying.note(address, ...delivery.places(sink).map((at) => ({ effect: "delivered" as const, at })));
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
      remedy: "mend the sink and run again: the next run delivers it, and issues nothing",
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
