import { managerOf } from "../../model/address";
import type { DesiredClient } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { PlaceDelivery } from "../../model/enrolment";
import { deliverIssued } from "../../resources/deliver-issued";
import {
  type Delivery,
  DeliveryError,
  type Fingerprints,
  type RecoveredSecret,
  type Recovery,
} from "../../secrets/port";
import { keptName } from "../../secrets/recovery";
import type { IssuedRecord, StateStore } from "../../state/port";
import type { Storage } from "../../state/storage";
import { unplaced } from "../inputs/declare";
import { diagnosticsOfFault } from "../manager-diagnostic";

export const WAY_OUT =
  "an issued secret is never shown again, and the initial secret cannot delete a client: have a user with JP1_Console_Admin delete it and start again, or enroll under another --client-id";

export interface EnrolmentDeliveryInputs {
  readonly address: string;
  /** Where the enrolment's record is. */
  readonly storage: Storage;
  readonly client: DesiredClient;
  readonly delivery: Delivery;
  readonly recovery: Recovery;
  /** Identifies the delivery; its drafts are in the record. */
  readonly token: string;
  /** The state with the record of the intent. */
  readonly state: StateStore;
  readonly fingerprints: Fingerprints;
}

export type Delivered = { readonly issuedAt: string } | FailedDelivery;

export interface FailedDelivery {
  readonly failed: readonly Diagnostic[];
  /** The result at each sink. */
  readonly places: readonly PlaceDelivery[];
}

/**
 * Delivers the secret of an enrolment to its sink. First it keeps the secret, encrypted, because issuing another one
 * needs admin rights.
 */
export async function keepAndDeliver(
  inputs: EnrolmentDeliveryInputs,
  issued: Pick<RecoveredSecret, "secret" | "issuedAt">,
): Promise<Delivered> {
  const { address, client, recovery } = inputs;
  const { id, generation } = client;
  // If it cannot be kept, it is delivered anyway.
  const file = await recovery.keep({ address, generation, id, ...issued }).catch(() => undefined);
  const delivered = await deliver(inputs, issued);
  return "failed" in delivered ? withWayOut(delivered, id, file) : delivered;
}

/** Delivers what an earlier start has kept. */
export async function deliverKept(
  inputs: EnrolmentDeliveryInputs,
  kept: RecoveredSecret,
): Promise<Delivered> {
  const delivered = await deliver(inputs, kept);
  const file = keptPath(inputs.storage, inputs.address);
  return "failed" in delivered ? withWayOut(delivered, kept.id, file) : delivered;
}

async function deliver(
  inputs: EnrolmentDeliveryInputs,
  { secret, issuedAt }: Pick<RecoveredSecret, "secret" | "issuedAt">,
): Promise<Delivered> {
  const { address, client, recovery, token, state } = inputs;
  const record = state.record(address);
  if (record?.kind !== "client") throw new Error(`the intent of ${address} is not recorded`);
  let delivered: IssuedRecord;
  try {
    const parts = { record, declared: client, id: client.id, secret, issuedAt, token };
    delivered = await deliverIssued(inputs, parts);
  } catch (error) {
    const places = error instanceof DeliveryError ? error.places : [];
    return { failed: diagnosticsOfFault(error).map(unplaced), places };
  }
  state.put(delivered);
  await state.flush();
  // It is delivered and recorded; if it cannot be removed now, the next start removes it.
  await recovery.drop({ manager: record.manager, name: keptName(address) }).catch(() => undefined);
  return { issuedAt };
}

function withWayOut({ failed, places }: FailedDelivery, id: string, file: string | undefined): Delivered {
  const way: Diagnostic =
    file === undefined
      ? {
          code: "sink-unwritable",
          severity: "error",
          summary: `the client ${JSON.stringify(id)} was issued, and its secret is lost`,
          remedy: WAY_OUT,
        }
      : {
          code: "sink-unwritable",
          severity: "warning",
          summary: `the issued secret is kept in ${file}, encrypted to the initial secret`,
          remedy:
            "fix the sink and start again with the same initial secret: it is delivered then, and nothing is issued",
        };
  return { failed: [...failed, way], places };
}

/** Whether an earlier start left a secret because it could not deliver it, or was interrupted during the delivery. */
export async function isKept(storage: Storage, address: string): Promise<boolean> {
  const text = await storage.kept(managerOf(address)).read(keptName(address));
  return text !== undefined;
}

/** Where it is kept, for messages. */
export function keptPath(storage: Storage, address: string): string {
  return storage.kept(managerOf(address)).describe(keptName(address));
}

/** Removes what a start left behind that was interrupted after its delivery, if the folder is writable. */
export async function dropLeftOver(storage: Storage, address: string): Promise<void> {
  if (!(await isKept(storage, address))) return;
  await storage
    .kept(managerOf(address))
    .remove(keptName(address))
    .catch(() => undefined);
}
