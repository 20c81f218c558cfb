import { managerOf } from "../../model/address";
import { changesBeside } from "../../model/agent-spans";
import type { Change } from "../../model/change";
import { issuesOf } from "../../model/declared";
import type { DesiredClient, DesiredInitialSecret } from "../../model/desired-state";
import { addPlace, type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { DeclaredPlace } from "../../model/sink-place";
import { recordsOf } from "../../resources/issued-records";
import { operationKind } from "../../resources/kinds";
import { otherOwnersOf, ownershipOf, requireReleasable } from "../../resources/own-sink-files";
import type { Delivery, Fingerprints } from "../../secrets/port";
import type { IssuedRecord, StateRecord, StateView } from "../../state/port";
import { type PlannedRun, unitsOf } from "../plan/make-plan";

/** Whether a change is the delivery of a secret that an earlier run issued and could not deliver. */
export function isDelivery({ kind, action }: Change): boolean {
  return action === "update" && (kind === "client" || kind === "initial-secret");
}

/** A secret to deliver, and its destination. */
export interface Deliverable {
  readonly address: string;
  readonly declared: DesiredClient | DesiredInitialSecret;
}

/** What the proof needs. */
export interface ProofContext {
  readonly state: StateView;
  readonly delivery: Pick<Delivery, "prove">;
  readonly fingerprints: Fingerprints;
  /** Whether the apply will hold the lock of a manager's state. */
  readonly mayWrite: (manager: string) => boolean;
}

/**
 * Proves, before anything is issued, that every sink for a secret is writable, and reports all faults. It writes only
 * with `byWriting`.
 */
export async function proveSinks(
  deliverables: Iterable<Deliverable>,
  { state, delivery, fingerprints, mayWrite }: ProofContext,
  byWriting = false,
): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  let locked: readonly StateRecord[] | undefined;
  for (const { address, declared } of deliverables) {
    try {
      const own = recordsOf(state, address, declared);
      const ownership = {
        ...ownershipOf(own, fingerprints),
        otherOwner: (place: DeclaredPlace) => firstOwner(place, own, state.records())?.address,
        requireReleasable: (place: DeclaredPlace) => {
          locked ??= [...state.records()].filter(({ manager }) => !mayWrite(manager));
          requireReleasable(firstOwner(place, own, locked));
        },
      };
      await delivery.prove(declared.deliverTo, ownership, byWriting);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      diagnostics.push(...addPlace(error.diagnostics, { address, position: declared.position }));
    }
  }
  return diagnostics;
}

function firstOwner(...of: Parameters<typeof otherOwnersOf>): IssuedRecord | undefined {
  const [first] = otherOwnersOf(...of);
  return first;
}

/** The secrets that a planned run will deliver. */
export function deliverablesOf(planned: PlannedRun): Deliverable[] {
  const { operations, changes } = planned.plan;
  const issued = operations.flatMap((operation) => operationKind(operation).delivers?.(operation) ?? []);
  const deliveries = [...changesBeside(changes)].filter(isDelivery).map(({ address }) => address);
  return [...issued, ...deliveries].flatMap((address) => {
    const declared = declaredAt(planned, address);
    return declared ? [{ address, declared }] : [];
  });
}

/** The client or initial secret that is declared at an address. */
export function declaredAt(
  { units }: PlannedRun,
  address: string,
): DesiredClient | DesiredInitialSecret | undefined {
  const { desired } = unitsOf(units, managerOf(address));
  return issuesOf(desired).find((each) => each.address === address)?.declared;
}
