/**
 * The initial secret of one manager (manual 3.7.1). There is one, no call reads it, and issuing replaces it; so only
 * the state shows whether it is as declared.
 */
import { initialSecretAddress } from "../../model/address";
import type { Action, Change, Reason } from "../../model/change";
import type { DesiredInitialSecret } from "../../model/desired-state";
import type { IssuedRecord } from "../../state/port";
import { movedSink, type Places } from "../moved-sink";
import { dueFor, noRotation, type Rotation, rotationReason, undeliveredReason } from "../rotation";
import { Stage } from "../stages";
import { emptyUnitPlan, type UnitPlan } from "../unit-plan";

export interface InitialSecretInputs {
  readonly manager: string;
  readonly desired: DesiredInitialSecret | undefined;
  readonly prior: IssuedRecord | undefined;
  /** Whether adding a lower manager needs a new one. */
  readonly needed: boolean;
  /** Whether the undelivered one is kept, so that only its delivery is missing. */
  readonly isRecoverable: boolean;
  /** Whether one that is no longer declared stays owned, as with `prune: none`. */
  readonly keepsUndeclared?: boolean;
  readonly rotation?: Rotation;
  readonly places: Places;
}

export function planInitialSecret(inputs: InitialSecretInputs): UnitPlan {
  const { manager, desired, prior, needed, isRecoverable, rotation = noRotation } = inputs;
  const address = initialSecretAddress(manager);
  const grade = gradeInitialSecret(inputs, rotation);
  const issue = {
    id: `${address}#issue`,
    stage: Stage.issueInitialSecret,
    manager,
    type: "issue-initial-secret",
    deliver: desired !== undefined,
  } as const;
  if (!desired && prior && !needed && inputs.keepsUndeclared) {
    const names = ["initial-secret"];
    return { ...emptyUnitPlan, kept: [{ address: manager, reason: "prune-none", count: 1, names }] };
  }
  if (!desired) {
    const changes = prior ? [change(address, "forget", "undeclared")] : [];
    return { ...emptyUnitPlan, changes, operations: needed ? [issue] : [] };
  }
  if (grade === "undelivered" && isRecoverable && !needed && prior?.generation === desired.generation) {
    const delivered: Change = { ...change(address, "update", grade), generation: { to: desired.generation } };
    return { ...emptyUnitPlan, changes: [delivered] };
  }
  if (grade === "unchanged") {
    const due = prior && dueFor(prior, desired, { now: rotation.now, places: inputs.places });
    const moved = movedSink(prior, desired.deliverTo, inputs.places);
    const stays = moved ? { blocked: [moved] } : { unchanged: 1 };
    return { ...emptyUnitPlan, ...stays, due: due ? [due] : [] };
  }
  const from = prior && prior.generation !== desired.generation ? { from: prior.generation } : {};
  const issuedAt = grade === "requested" && prior?.issuedAt !== undefined && { issued_at: prior.issuedAt };
  const issued: Change = {
    ...change(address, grade === "missing" ? "create" : "replace", grade),
    ...issuedAt,
    generation: { ...from, to: desired.generation },
  };
  return { ...emptyUnitPlan, changes: [issued], operations: [issue] };
}

type Grade =
  | "unchanged"
  | Extract<Reason, "missing" | "undelivered" | "generation" | "reissued" | "requested" | "due" | "vanished">;

function gradeInitialSecret(
  { manager, desired, prior, needed, places }: InitialSecretInputs,
  rotation: Rotation,
): Grade {
  if (!prior) return "missing";
  if (rotation.requested.has(initialSecretAddress(manager))) return "requested";
  const due = desired && dueFor(prior, desired, { now: rotation.now, places });
  if (prior.status === "issuing") return undeliveredReason(due, rotation);
  if (desired && prior.generation !== desired.generation) return "generation";
  if (needed) return "reissued";
  return rotationReason(due, rotation) ?? "unchanged";
}

function change(address: string, action: Action, reason: Reason): Change {
  return { address, kind: "initial-secret", action, reason };
}
