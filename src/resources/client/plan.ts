/** The IM clients of one manager (manual 3.7.2): an issued secret is shown once and never again. */

import { clientAddress } from "../../model/address";
import type { Action, Change, Reason } from "../../model/change";
import type { DesiredClient } from "../../model/desired-state";
import type { Operation } from "../../model/operation";
import type { Due, Unplanned } from "../../model/plan";
import { suggest } from "../../model/shell-command";
import type { LockHolder } from "../../model/state-listing";
import type { IssuedRecord } from "../../state/port";
import { movedSink, type Places } from "../moved-sink";
import { KeptCollector, type Pruner } from "../prune";
import { dueFor, noRotation, type Rotation, rotationReason, undeliveredReason } from "../rotation";
import { Stage } from "../stages";
import type { UnitPlan } from "../unit-plan";
import { withheldDeletion } from "../withheld-deletion";
import { isGenerationOf, retirementOf } from "./generations";

export interface ClientsInputs {
  readonly manager: string;
  readonly desired: readonly DesiredClient[];
  /** IDs of all clients on the manager now. */
  readonly observed: readonly string[];
  /** What the state holds, by ID. */
  readonly prior: ReadonlyMap<string, IssuedRecord>;
  readonly pruner: Pruner;
  /** Whether the undelivered secret of an address is kept, so that only its delivery is missing. */
  readonly isRecoverable: (address: string) => boolean;
  readonly rotation?: Rotation;
  readonly places: Places;
  readonly inScope?: (id: string) => boolean;
}

export function planClients(inputs: ClientsInputs): UnitPlan {
  const { manager, desired, observed, prior, inScope = () => true } = inputs;
  const there = new Set(observed);
  const declared = new Set(desired.map((client) => client.id));
  const grades = new Map(
    desired.map((client) => [client, gradeClient(inputs, client, there.has(client.id))] as const),
  );
  const draft = new Draft(manager);
  const blocked: Unplanned[] = [];
  const kept = new KeptCollector();
  const due: Due[] = [];
  let unchanged = 0;
  for (const [client, grade] of grades) {
    if (!inScope(client.id)) continue;
    if (grade === "unchanged") {
      const moved = movedSink(prior.get(client.id), client.deliverTo, inputs.places);
      if (moved) blocked.push(moved);
      else unchanged++;
      due.push(...dueOf(inputs, client));
    } else if (grade === "undelivered" && isRecoverable(inputs, client)) draft.deliver(client);
    else if (grade === "not-ours") blocked.push(notOurs(manager, client.id));
    else if (typeof grade === "object") blocked.push(ofJob(manager, client.id, grade.usedBy));
    else draft.issue(client, grade, prior.get(client.id));
  }
  const [taken] = blocked.filter(({ code }) => code === "not-ours");
  for (const id of observed.filter((each) => inScope(each) && !declared.has(each))) {
    const verdict = judgeUndeclared(inputs, grades, id);
    if (verdict.delete && verdict.reason !== "retired" && taken)
      blocked.push(withheldDeletion(clientAddress(manager, id), "it is", { ...taken, is: "blocked" }));
    else if (verdict.delete) draft.delete(id, verdict.reason);
    else kept.add(verdict.kept, id, verdict.until);
  }
  for (const id of prior.keys()) {
    if (inScope(id) && !there.has(id) && !declared.has(id)) draft.forget(id);
  }
  const { changes } = draft;
  return {
    changes,
    operations: draft.operations(),
    kept: kept.list(`${manager}/client`),
    blocked,
    due,
    unchanged,
    notCompared: 0,
  };
}

type Grade =
  | { readonly usedBy: LockHolder }
  | "unchanged"
  | "not-ours"
  | Extract<Reason, "missing" | "undelivered" | "generation" | "requested" | "due" | "vanished">;

function gradeClient(inputs: ClientsInputs, client: DesiredClient, isThere: boolean): Grade {
  const { manager, rotation = noRotation } = inputs;
  const prior = inputs.prior.get(client.id);
  if (!isThere) return "missing";
  if (!prior) return "not-ours";
  // A job's client is deleted with the job, and its secret is in no sink.
  if (prior.usedBy && !client.usedBy) return { usedBy: prior.usedBy };
  if (rotation.requested.has(clientAddress(manager, client.id))) return "requested";
  const [due] = dueOf(inputs, client);
  if (prior.status === "issuing") return undeliveredReason(due, rotation);
  // Back to an earlier generation, whose secret in the sink was replaced: it must be reissued.
  if (prior.generation !== client.generation || prior.supersededAt !== undefined) return "generation";
  return rotationReason(due, rotation) ?? "unchanged";
}

function dueOf(
  { prior, places, rotation = noRotation }: ClientsInputs,
  client: DesiredClient,
): readonly Due[] {
  const record = prior.get(client.id);
  const due = record && dueFor(record, client, { now: rotation.now, places });
  return due ? [due] : [];
}

/** An earlier generation of a declared client is not just undeclared: it stays until its overlap is over. */
function judgeUndeclared(
  { manager, prior, pruner, places, rotation = noRotation }: ClientsInputs,
  grades: ReadonlyMap<DesiredClient, Grade>,
  id: string,
) {
  const record = prior.get(id);
  const verdict = {
    until: undefined,
    ...pruner.judge(id, record !== undefined, () => clientAddress(manager, id)),
  };
  if (!verdict.delete || !record) return verdict;
  for (const [client, grade] of grades) {
    if (!isGenerationOf(client, id, record)) continue;
    const isInSync = grade === "unchanged" && !movedSink(prior.get(client.id), client.deliverTo, places);
    const retirement = retirementOf(record, client, isInSync, rotation.now);
    return retirement.retire
      ? ({ delete: true, reason: "retired" } as const)
      : ({ delete: false, kept: "overlap", until: retirement.until } as const);
  }
  return verdict;
}

function isRecoverable(inputs: ClientsInputs, { id, generation }: DesiredClient): boolean {
  const isPresent = inputs.prior.get(id)?.generation === generation;
  return isPresent && inputs.isRecoverable(clientAddress(inputs.manager, id));
}

function notOurs(manager: string, id: string): Unplanned {
  const detail =
    "a client with this ID exists, and the state has no record of it; its secret cannot be read back";
  const address = clientAddress(manager, id);
  const remedy = `${suggest("import", address)} records it as it is, and its secret stays valid; or declare another ID`;
  return { address, code: "not-ours", detail, remedy };
}

function ofJob(manager: string, id: string, { who, pid, host, since }: LockHolder): Unplanned {
  const address = clientAddress(manager, id);
  const detail = `a job has issued a client with this ID for its own use since ${since}, of ${who} (process ${pid} on ${host}), and deletes it when it ends`;
  const remedy =
    "declare another ID, or give the job another one; where the job was killed, the next job on the same state deletes the client";
  return { address, code: "not-ours", detail, remedy };
}

/** Collects the changes of one manager's clients. */
class Draft {
  readonly changes: Change[] = [];
  readonly #manager: string;
  readonly #deletes: string[] = [];
  readonly #replaced: string[] = [];
  readonly #created: string[] = [];

  constructor(manager: string) {
    this.#manager = manager;
  }

  issue(client: DesiredClient, reason: Extract<Grade, Reason>, prior: IssuedRecord | undefined): void {
    const action = reason === "missing" ? "create" : "replace";
    const from = prior && prior.generation !== client.generation ? { from: prior.generation } : {};
    const issuedAt = reason === "requested" && prior?.issuedAt !== undefined && { issued_at: prior.issuedAt };
    this.#change(client.id, action, reason, {
      ...issuedAt,
      generation: { ...from, to: client.generation },
    });
    (action === "create" ? this.#created : this.#replaced).push(client.id);
  }

  /** Plans the delivery of a kept secret: nothing is sent to the manager. */
  deliver({ id, generation }: DesiredClient): void {
    this.#change(id, "update", "undelivered", { generation: { to: generation } });
  }

  delete(id: string, reason: Reason): void {
    this.#change(id, "delete", reason);
    this.#deletes.push(id);
  }

  forget(id: string): void {
    this.#change(id, "forget", "gone");
  }

  /**
   * All deletions in one request; one request for each issue. New clients are issued before the deletion, because one
   * of them may be the successor of an undeclared one; replaced clients are issued right after it.
   */
  operations(): Operation[] {
    const [created, replaced] = [this.#created.sort(), this.#replaced.sort()];
    return [
      ...created.map((id) => this.#issue(id, Stage.issueNewClient, false)),
      ...this.#deletion([...this.#deletes, ...replaced].sort()),
      ...replaced.map((id) => this.#issue(id, Stage.issueReplacedClient, true)),
    ];
  }

  /** If the plan issues nothing, clients are deleted early, like everything else. */
  #deletion(ids: readonly string[]): Operation[] {
    const manager = this.#manager;
    if (ids.length === 0) return [];
    const isAlone = this.#created.length + this.#replaced.length === 0;
    const stage = isAlone ? Stage.deleteClients : Stage.deleteClientsBetweenIssues;
    return [{ id: `${manager}/client#delete`, stage, manager, type: "delete-clients", ids }];
  }

  #issue(id: string, stage: number, registered: boolean): Operation {
    return {
      id: `${clientAddress(this.#manager, id)}#issue`,
      stage,
      manager: this.#manager,
      type: "issue-client",
      client_id: id,
      registered,
    };
  }

  #change(
    id: string,
    action: Action,
    reason: Reason,
    more: Pick<Change, "generation" | "issued_at"> = {},
  ): void {
    this.changes.push({ address: clientAddress(this.#manager, id), kind: "client", action, reason, ...more });
  }
}
