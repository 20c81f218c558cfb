/** The lower managers of one integrated manager (manual 3.7.2). */
import { lowerManagerAddress } from "../../model/address";
import type { Action, Change, Reason } from "../../model/change";
import type { DesiredLowerManager, Policy } from "../../model/desired-state";
import type { Operation } from "../../model/operation";
import type { UncomparedReason } from "../../model/plan";
import { IMPORTED, isFingerprint, type LowerManagerRecord, PENDING } from "../../state/port";
import { compareVersions, type DesiredVersion, type VersionComparison } from "../compare-versions";
import { NamesByReason } from "../names-by-reason";
import { KeptCollector, type Pruner } from "../prune";
import { Stage } from "../stages";
import type { UnitPlan } from "../unit-plan";

export interface LowerManagersInputs {
  readonly manager: string;
  readonly desired: readonly DesiredLowerManager[];
  /** Hosts registered on the manager now. */
  readonly observed: readonly string[];
  /** What the state holds, by host. */
  readonly prior: ReadonlyMap<string, LowerManagerRecord>;
  /**
   * The fingerprint of a declared initial secret with a source, comparable with that of a record; without a record,
   * as a write would record it. `undefined` if values are not compared.
   */
  readonly fingerprint: (lower: DesiredLowerManager, record?: LowerManagerRecord) => string | undefined;
  /** The version of that source, if it has one; comparable in the same way. */
  readonly version?: (lower: DesiredLowerManager, record?: LowerManagerRecord) => DesiredVersion | undefined;
  /** Whether its source gives no value. True only for an imported and registered one. */
  readonly lacks?: (lower: DesiredLowerManager) => boolean;
  readonly unverified: Policy["unverified"];
  readonly pruner: Pruner;
  /** Hosts that do not know this manager, as far as they were asked: being registered is then not enough. */
  readonly disconnected?: ReadonlySet<string> | undefined;
  readonly inScope?: ((host: string) => boolean) | undefined;
}

export function planLowerManagers(given: LowerManagersInputs): UnitPlan {
  const inputs = asListed(given);
  const { manager, desired, observed, prior, pruner, inScope = () => true } = inputs;
  const there = new Set(observed);
  const declared = new Set(desired.map((lower) => lower.host));
  const draft = new Draft(inputs);
  const kept = new KeptCollector();
  const uncompared = new NamesByReason<UncomparedReason>();
  const counts = { unchanged: 0, notCompared: 0, sameVersion: 0 };
  for (const lower of desired.filter(({ host }) => inScope(host))) {
    const grade = there.has(lower.host) ? gradeRegistered(inputs, lower) : "missing";
    if (grade === "unchanged") counts.unchanged++;
    else if (grade === "same-version") {
      counts.notCompared++;
      counts.sameVersion++;
    } else if (isUncompared(grade)) {
      counts.notCompared++;
      uncompared.add(grade, lower.host);
    } else if (grade === "keep") kept.add("unverified-keep", lower.host);
    else if (grade === "not-supplied") kept.add("not-supplied", lower.host);
    else if (grade === "adopted") draft.change(lower.host, "no-op", "adopted");
    else draft.put(lower, grade);
  }
  for (const host of observed.filter((each) => inScope(each) && !declared.has(each))) {
    const verdict = pruner.judge(host, prior.has(host), () => lowerManagerAddress(manager, host));
    if (verdict.delete) draft.delete(host, verdict.reason);
    else kept.add(verdict.kept, host);
  }
  for (const host of prior.keys()) {
    if (inScope(host) && !there.has(host) && !declared.has(host)) draft.change(host, "forget", "gone");
  }
  const { changes } = draft;
  return {
    changes,
    operations: draft.operations(),
    kept: kept.list(`${manager}/lower-manager`),
    uncompared: uncompared.list(`${manager}/lower-manager`),
    blocked: [],
    ...counts,
  };
}

/**
 * The same with every host as the manager lists it. Host names ignore case, and another spelling would add a lower
 * manager a second time.
 */
function asListed(inputs: LowerManagersInputs): LowerManagersInputs {
  const { desired, observed, prior, disconnected } = inputs;
  const spellings = new Map(observed.map((host) => [host.toLowerCase(), host]));
  const listed = (host: string) => spellings.get(host.toLowerCase()) ?? host;
  return {
    ...inputs,
    desired: desired.map((lower) => ({ ...lower, host: listed(lower.host) })),
    prior: new Map([...prior].map(([host, record]) => [listed(host), record])),
    disconnected: disconnected && new Set([...disconnected].map(listed)),
  };
}

/** Whether a change connects a lower manager, so that its agents become visible. */
export function isJoining({ kind, reason }: Change): boolean {
  return kind === "lower-manager" && (reason === "missing" || reason === "disconnected");
}

type Grade =
  | "unchanged"
  | "keep"
  | "not-supplied"
  | "adopted"
  | "changed"
  | "unverified"
  | "disconnected"
  | VersionComparison;

function isUncompared(grade: Grade | "missing"): grade is UncomparedReason {
  return (
    grade === "no-version" || grade === "not-recorded" || grade === "same-hint" || grade === "other-hint"
  );
}

function gradeRegistered(inputs: LowerManagersInputs, lower: DesiredLowerManager): Grade {
  const record = inputs.prior.get(lower.host);
  if (inputs.disconnected?.has(lower.host)) return "disconnected";
  // With `issueOn` no value is declared, so only the registration can be compared. Issuing a new initial secret just
  // to register the host again would invalidate the present one for all its users.
  if (lower.initialSecret.from === "manager") return record ? "unchanged" : "adopted";
  const written = record?.fingerprint;
  if (written === PENDING) return "unverified";
  if (written === IMPORTED && inputs.lacks?.(lower)) return "not-supplied";
  const declared = inputs.fingerprint(lower, record);
  // Without values it is unknown whether there is one to send.
  const isUnread = declared === undefined && (written === IMPORTED || isFingerprint(written));
  if (isUnread) return compareVersions(inputs.version?.(lower, record), record?.version);
  if (!isFingerprint(written)) return inputs.unverified === "keep" ? "keep" : "unverified";
  return declared === written ? "unchanged" : "changed";
}

/** Collects the changes of one manager's lower managers. */
class Draft {
  readonly changes: Change[] = [];
  readonly #inputs: LowerManagersInputs;
  readonly #manager: string;
  readonly #puts: Operation[] = [];
  readonly #deletes: string[] = [];

  constructor(inputs: LowerManagersInputs) {
    this.#inputs = inputs;
    this.#manager = inputs.manager;
  }

  put(
    lower: DesiredLowerManager,
    reason: "missing" | "changed" | "unverified" | "rotated" | "disconnected",
  ): void {
    const { host, initialSecret } = lower;
    const fingerprint = this.#inputs.fingerprint(lower);
    const version = this.#inputs.version?.(lower);
    this.change(host, reason === "missing" ? "create" : "update", reason, {
      fingerprint,
      source_version: version && !version.isHint ? version.digest : undefined,
    });
    this.#puts.push({
      id: `${lowerManagerAddress(this.#manager, host)}#put`,
      stage: Stage.putLowerManager,
      manager: this.#manager,
      type: "put-lower-manager",
      host,
      issue_on: initialSecret.from === "manager" ? initialSecret.manager : undefined,
      registered: reason !== "missing",
    });
  }

  delete(host: string, reason: Reason): void {
    this.change(host, "delete", reason);
    this.#deletes.push(host);
  }

  change(
    host: string,
    action: Action,
    reason: Reason,
    value: Pick<Change, "fingerprint" | "source_version"> = {},
  ): void {
    const address = lowerManagerAddress(this.#manager, host);
    this.changes.push({ address, kind: "lower-manager", action, reason, ...value });
  }

  /** One request for each host to add; all deletions in one. */
  operations(): Operation[] {
    if (this.#deletes.length === 0) return this.#puts;
    const deletion: Operation = {
      id: `${this.#manager}/lower-manager#delete`,
      stage: Stage.deleteLowerManagers,
      manager: this.#manager,
      type: "delete-lower-managers",
      hosts: this.#deletes.sort(),
    };
    return [...this.#puts, deletion];
  }
}
