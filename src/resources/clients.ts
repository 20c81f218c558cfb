/** The IM clients of one manager (manual 3.7.2, 5.4.4-5.4.6): an issued secret is shown once and never again. */
import { clientAddress } from "../model/address";
import type { DesiredClient } from "../model/desired-state";
import type { Action, Change, Operation, Reason, Unplanned } from "../model/plan";
import type { IssuedRecord } from "../state/port";
import { KeptCollector, type Pruner } from "./prune";
import { Stage, type UnitPlan } from "./unit-plan";

export interface ClientsInputs {
  readonly manager: string;
  readonly desired: readonly DesiredClient[];
  /** IDs of all clients on the manager now. */
  readonly observed: readonly string[];
  /** What the state holds, by ID. */
  readonly prior: ReadonlyMap<string, IssuedRecord>;
  readonly pruner: Pruner;
  /** Whether the undelivered secret of an address is kept, and only its delivery is missing. */
  readonly isRecoverable: (address: string) => boolean;
  readonly inScope?: (id: string) => boolean;
}

export function planClients(inputs: ClientsInputs): UnitPlan {
  const { manager, desired, observed, prior, pruner, inScope = () => true } = inputs;
  const there = new Set(observed);
  const declared = new Set(desired.map((client) => client.id));
  const draft = new Draft(manager);
  const blocked: Unplanned[] = [];
  const kept = new KeptCollector();
  let unchanged = 0;
  for (const client of desired.filter(({ id }) => inScope(id))) {
    const grade = gradeClient(client, there.has(client.id), prior.get(client.id));
    if (grade === "unchanged") unchanged++;
    else if (grade === "undelivered" && isRecoverable(inputs, client)) draft.deliver(client);
    else if (grade === "not-ours") blocked.push(notOurs(manager, client.id));
    else draft.issue(client, grade, prior.get(client.id));
  }
  for (const id of observed.filter((each) => inScope(each) && !declared.has(each))) {
    const verdict = pruner.judge(id, prior.has(id), () => clientAddress(manager, id));
    if (verdict.delete) draft.delete(id, verdict.reason);
    else kept.add(verdict.kept, id);
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
    unchanged,
    notCompared: 0,
  };
}

type Grade = "unchanged" | "not-ours" | "missing" | "undelivered" | "generation";

function gradeClient(client: DesiredClient, isThere: boolean, prior: IssuedRecord | undefined): Grade {
  if (!isThere) return "missing";
  if (!prior) return "not-ours";
  if (prior.status === "issuing") return "undelivered";
  return prior.generation === client.generation ? "unchanged" : "generation";
}

function isRecoverable(inputs: ClientsInputs, { id, generation }: DesiredClient): boolean {
  const isPresent = inputs.prior.get(id)?.generation === generation;
  return isPresent && inputs.isRecoverable(clientAddress(inputs.manager, id));
}

function notOurs(manager: string, id: string): Unplanned {
  const detail = `a client with this ID exists and was not issued by this tool, so its secret cannot be known`;
  const address = clientAddress(manager, id);
  const remedy = `\`jp1im import ${address}\` makes it ours as it is, its secret where it is now; or declare another ID`;
  return { address, code: "not-ours", detail, remedy };
}

/** The changes of one manager's clients as they are found. */
class Draft {
  readonly changes: Change[] = [];
  readonly #manager: string;
  readonly #deletes: string[] = [];
  readonly #issues: string[] = [];
  #replaces = false;

  constructor(manager: string) {
    this.#manager = manager;
  }

  issue(client: DesiredClient, reason: Extract<Grade, Reason>, prior: IssuedRecord | undefined): void {
    const action = reason === "missing" ? "create" : "replace";
    const from = reason === "generation" && prior ? { from: prior.generation } : {};
    this.#change(client.id, action, reason, { generation: { ...from, to: client.generation } });
    this.#issues.push(client.id);
    if (action === "replace") this.#deletes.push(client.id);
    this.#replaces ||= action === "replace";
  }

  /** Its secret is kept from the last run: nothing is sent to the manager. */
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

  /** All deletions in one request; one request for each issue. */
  operations(): Operation[] {
    const manager = this.#manager;
    const deleted = new Set(this.#deletes);
    const deletes: Operation = {
      id: `${manager}/client#delete`,
      stage: this.#replaces ? Stage.deleteReplacedClients : Stage.deleteClients,
      manager,
      type: "delete-clients",
      ids: this.#deletes.sort(),
    };
    const issues = this.#issues.sort().map(
      (id): Operation => ({
        id: `${clientAddress(manager, id)}#issue`,
        stage: Stage.issueClient,
        manager,
        type: "issue-client",
        client_id: id,
        registered: deleted.has(id),
      }),
    );
    return this.#deletes.length > 0 ? [deletes, ...issues] : issues;
  }

  #change(id: string, action: Action, reason: Reason, more: Pick<Change, "generation"> = {}): void {
    this.changes.push({ address: clientAddress(this.#manager, id), kind: "client", action, reason, ...more });
  }
}
