import type { Change } from "../../model/plan";
import type { RecoveredSecret } from "../../secrets/port";
import type { Applying } from "./applying";
import { deliveredRecord, placesOf, supersedeOthers } from "./issued-records";
import { declaredAt } from "./prove-sinks";

/** Delivers what an earlier run kept. The manager is not asked: the secret was issued then, and is valid. */
export async function applyDelivery(applying: Applying, { address }: Change): Promise<void> {
  const { state, delivery, recovery } = applying.context;
  const record = state.record(address);
  const declared = declaredAt(applying.planned, address);
  try {
    const kept = await recovery.take(address);
    if (!kept || !declared || (record?.kind !== "client" && record?.kind !== "initial-secret")) {
      throw new Error(`${address} was planned to be delivered, and is not kept`);
    }
    // The sink may be another one by now, which is ours only once the state names it.
    const places = [...new Set([...placesOf(record), ...delivery.places(declared.deliverTo)])].sort();
    state.put({ ...record, places });
    await state.flush();
    await delivery.deliver(declared.deliverTo, { id: kept.id, secret: kept.secret }, placesOf(record));
    if ("id" in declared) supersedeOthers(state, record.manager, declared, applying.clock.now());
    const { supersededAt: _supersededAt, ...present } = record;
    state.put(deliveredRecord({ ...present, places }, declared.deliverTo, kept.issuedAt, delivery));
    await state.flush();
    applying.succeed(address, delivery.describe(declared.deliverTo));
  } catch (error) {
    applying.fail([address], error);
  }
}

/** After a failed delivery: keeps the secret, says where, and passes the failure on. */
export async function keepUndelivered(applying: Applying, secret: RecoveredSecret): Promise<void> {
  try {
    const path = await applying.context.recovery.keep(secret);
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

/** What is delivered, issued anew or gone by now is kept no longer. */
export async function dropRecovered({ context }: Applying): Promise<void> {
  for (const address of context.recoverable) {
    const record = context.state.record(address);
    const isOpen = record !== undefined && "status" in record && record.status === "issuing";
    if (!isOpen) await context.recovery.drop(address);
  }
}
