/**
 * The secrets of one agent: at most 1,000 keys, whose values cannot be read back by `listAgentSecrets` (5.18.3).
 * Planning is pure: desired, observed and prior are handed in.
 */
import {
  type AgentRef,
  agentAddress,
  escapeSegment,
  secretAddressOn,
  secretsPlace,
} from "../../model/address";
import type { Action, Change, Reason } from "../../model/change";
import type { Policy } from "../../model/desired-state";
import { Limits } from "../../model/limits";
import type { Operation } from "../../model/operation";
import type { UncomparedReason, Unplanned } from "../../model/plan";
import {
  IMPORTED,
  isFingerprint,
  type KeyFingerprints,
  type KeyVersions,
  type KnownAnswer,
  PENDING,
} from "../../state/port";
import { compareVersions, type DesiredVersions, type VersionComparison } from "../compare-versions";
import { NamesByReason } from "../names-by-reason";
import { KeptCollector, type Pruner } from "../prune";
import type { UnitPlan } from "../unit-plan";
import { KeyList } from "./key-list";
import { operationsOf } from "./operations";

/** What is declared for one agent. */
export interface DesiredAgentSecrets {
  readonly keys: ReadonlySet<string>;
  /** The fingerprint of a key's declared value; `undefined` if values are not compared. */
  fingerprint(key: string): string | undefined;
  /** Over all keys and values; absent if values are not compared, or one is missing. */
  readonly digest?: string;
  /** The versions of the sources; absent if none of them has versions. */
  readonly versions?: DesiredVersions;
  /** Whether a key's source gives no value. True only for imported keys that exist. */
  lacks?(key: string): boolean;
}

export interface PriorAgentSecrets {
  /** Number of owned keys. */
  readonly count: number;
  readonly digest?: string;
  /** The answer with the keys of `digest`. */
  readonly answer?: KnownAnswer;
  /** Over the versions of the sources at the last write. */
  readonly versions?: string;
  /** Parses the agent's record, so it is called only if the digests differ. */
  fingerprints(): KeyFingerprints;
  /** The versions of the sources at the last write; parses, too. */
  keyVersions?(): KeyVersions;
}

export interface AgentSecretsInputs {
  readonly manager: string;
  readonly agent: AgentRef;
  readonly desired: DesiredAgentSecrets;
  /** The keys on the agent now. */
  readonly observed: readonly string[];
  readonly prior: PriorAgentSecrets;
  readonly unverified: Policy["unverified"];
  readonly pruner: Pruner;
  /** Limits the plan to some keys; absent for all. */
  readonly inScope?: (key: string) => boolean;
  /** Does not forget owned keys that are neither declared nor on the agent. */
  readonly keepsGone?: boolean;
  /** Keys of which it is unknown now whether they are declared: owned ones stay as they are. */
  readonly undecided?: ReadonlySet<string>;
}

/**
 * The plan of an agent whose answer equals the recorded one. It is made before the manager is asked, so that the
 * answer need not be parsed. `undefined` if planning needs more than the recorded names.
 */
export function planKnownAnswer(inputs: Omit<AgentSecretsInputs, "observed">): UnitPlan | undefined {
  const { desired, prior, inScope, undecided } = inputs;
  const { size } = desired.keys;
  const isKnown = prior.answer && !inScope && !undecided && prior.count === size && isDigestSame(inputs);
  if (!prior.answer || !isKnown) return undefined;
  const draft = new Draft(inputs);
  draft.counts.unchanged = size;
  for (const key of prior.answer.others) draft.undeclared(key, false);
  return draft.deletes.length > 0 ? undefined : planned(draft, []);
}

export function planAgentSecrets(inputs: AgentSecretsInputs): UnitPlan {
  const { size } = inputs.desired.keys;
  if (isInSync(inputs)) return planExtras(inputs, { unchanged: size });
  if (isSameVersion(inputs)) return planExtras(inputs, { notCompared: size, sameVersion: size });
  return planKeys(inputs);
}

/**
 * True if the digest of the last apply is today's, and every declared key exists. The owned keys are then exactly the
 * declared ones, and no fingerprint has to be compared.
 */
function isInSync(inputs: AgentSecretsInputs): boolean {
  return isDigestSame(inputs) && isAllThere(inputs);
}

function isDigestSame({ desired, prior }: Pick<AgentSecretsInputs, "desired" | "prior">): boolean {
  return desired.digest !== undefined && desired.digest === prior.digest;
}

/** The same without any value: every source has the version that it had when all was in sync. */
function isSameVersion(inputs: AgentSecretsInputs): boolean {
  const { desired, prior } = inputs;
  if (desired.digest !== undefined || !desired.versions?.areFirm || prior.versions === undefined)
    return false;
  return desired.versions.digest() === prior.versions && isAllThere(inputs);
}

function isAllThere({ desired, observed, prior, inScope, undecided }: AgentSecretsInputs): boolean {
  if (inScope || undecided) return false;
  if (prior.count !== desired.keys.size || observed.length < desired.keys.size) return false;
  return observed.length - KeyList.of(observed).others(desired.keys).length === desired.keys.size;
}

/** All declared keys are in sync; plans the other keys, which are not owned. */
function planExtras(inputs: AgentSecretsInputs, counts: Partial<Counts>): UnitPlan {
  const draft = new Draft(inputs);
  Object.assign(draft.counts, counts);
  for (const key of KeyList.of(inputs.observed).others(inputs.desired.keys)) draft.undeclared(key, false);
  return finish(inputs, draft);
}

function planKeys(inputs: AgentSecretsInputs): UnitPlan {
  const { desired, observed, prior, undecided = new Set() } = inputs;
  const inScope = (key: string) => (inputs.inScope?.(key) ?? true) && !undecided.has(key);
  const fingerprints = prior.fingerprints();
  const there = KeyList.of(observed).keys;
  const draft = new Draft(inputs);
  for (const key of undecided) {
    if ((inputs.inScope?.(key) ?? true) && fingerprints.has(key)) draft.unread(key, "not-listed");
  }
  for (const key of desired.keys) {
    if (!inScope(key)) continue;
    const grade = there.has(key) ? gradeValue(inputs, key, fingerprints.get(key)) : "missing";
    if (grade === "unchanged") draft.counts.unchanged++;
    else if (grade === "not-compared") draft.unread(key, gradeVersion(inputs, key));
    else if (grade === "keep") draft.kept.add("unverified-keep", key);
    else if (grade === "not-supplied") draft.kept.add("not-supplied", key);
    else draft.write(key, grade);
  }
  for (const key of observed) {
    if (inScope(key) && !desired.keys.has(key)) draft.undeclared(key, fingerprints.has(key));
  }
  for (const key of inputs.keepsGone ? [] : fingerprints.keys()) {
    if (inScope(key) && !there.has(key) && !desired.keys.has(key)) draft.change(key, "forget", "gone");
  }
  return finish(inputs, draft);
}

/** Grades a value that was not read, by the version of its source. */
function gradeVersion({ desired, prior }: AgentSecretsInputs, key: string): VersionComparison {
  return compareVersions(desired.versions?.of(key), prior.keyVersions?.().get(key));
}

type Grade = "unchanged" | "not-compared" | "keep" | "not-supplied" | "changed" | "unverified";

function gradeValue(inputs: AgentSecretsInputs, key: string, written: string | null | undefined): Grade {
  // Our own interrupted write is repeated even with `keep`, which is about values that others wrote.
  if (written === PENDING) return "unverified";
  if (written === IMPORTED && inputs.desired.lacks?.(key)) return "not-supplied";
  // Without values it is unknown whether there is one to write.
  if (written === IMPORTED && inputs.desired.fingerprint(key) === undefined) return "not-compared";
  if (!isFingerprint(written)) return inputs.unverified === "keep" ? "keep" : "unverified";
  const declared = inputs.desired.fingerprint(key);
  if (declared === undefined) return "not-compared";
  return declared === written ? "unchanged" : "changed";
}

/** Collects the changes of one agent. */
class Draft {
  readonly counts: Counts = { unchanged: 0, notCompared: 0, sameVersion: 0 };
  readonly uncompared = new NamesByReason<UncomparedReason>();
  readonly changes: Change[] = [];
  /** The key of each change. */
  readonly keys: string[] = [];
  readonly creates: string[] = [];
  readonly updates: string[] = [];
  readonly deletes: string[] = [];
  readonly kept = new KeptCollector();
  keptOwned = 0;
  readonly address: string;
  readonly #inputs: Omit<AgentSecretsInputs, "observed">;
  readonly #place: string;
  #last = "";
  #isSorted = true;

  constructor(inputs: Omit<AgentSecretsInputs, "observed">) {
    this.#inputs = inputs;
    this.address = agentAddress(inputs.manager, inputs.agent);
    this.#place = secretsPlace(this.address);
  }

  write(key: string, reason: "missing" | "changed" | "unverified" | "rotated"): void {
    (reason === "missing" ? this.creates : this.updates).push(key);
    const fingerprint = this.#inputs.desired.fingerprint(key);
    const version = this.#inputs.desired.versions?.of(key);
    const source = version && !version.isHint ? version.digest : undefined;
    this.change(key, reason === "missing" ? "create" : "update", reason, fingerprint, source);
  }

  /** Adds an existing value that was not read. */
  unread(key: string, grade: VersionComparison | "not-listed"): void {
    if (grade === "rotated") {
      this.write(key, grade);
      return;
    }
    this.counts.notCompared++;
    if (grade === "same-version") this.counts.sameVersion++;
    else this.uncompared.add(grade, key);
  }

  undeclared(key: string, owned: boolean): void {
    const verdict = this.#inputs.pruner.judge(key, owned, () => secretAddressOn(this.address, key));
    if (verdict.delete) {
      this.deletes.push(key);
      this.change(key, "delete", verdict.reason);
    } else {
      this.kept.add(verdict.kept, key);
      if (owned) this.keptOwned++;
    }
  }

  /** Whether in the end exactly the declared keys are owned, with every value known. */
  get leavesDeclared(): boolean {
    const { desired, inScope, undecided } = this.#inputs;
    const known = this.counts.unchanged + this.creates.length + this.updates.length;
    return !inScope && !undecided && this.keptOwned === 0 && known === desired.keys.size;
  }

  /** A plan may have a million of these: a plain object literal takes a third less memory than one with spreads. */
  change(key: string, action: Action, reason: Reason, fingerprint?: string, version?: string): void {
    const segment = escapeSegment(key);
    if (segment <= this.#last) this.#isSorted = false;
    this.#last = segment;
    this.keys.push(key);
    const address = this.#place + segment;
    const kind = "secret";
    if (fingerprint === undefined && version === undefined) {
      this.changes.push({ address, kind, action, reason });
    } else if (fingerprint !== undefined && version === undefined) {
      this.changes.push({ address, kind, action, reason, fingerprint });
    } else {
      this.changes.push({
        ...{ address, kind, action, reason },
        ...(fingerprint !== undefined && { fingerprint }),
        ...(version !== undefined && { source_version: version }),
      });
    }
  }

  /** The changes by address. Comparing keys saves comparing addresses, which are long. */
  sorted(): Required<Pick<UnitPlan, "changes" | "secrets">> {
    const { address: agent, changes, keys } = this;
    if (this.#isSorted) return { changes, secrets: { agent, keys } };
    const segments = keys.map(escapeSegment);
    const order = [...keys.keys()].sort((a, b) => ((segments[a] ?? "") < (segments[b] ?? "") ? -1 : 1));
    const inOrder = <T>(list: readonly T[]) => order.map((index) => list[index] as T);
    return { changes: inOrder(changes), secrets: { agent, keys: inOrder(keys) } };
  }
}

interface Counts {
  unchanged: number;
  notCompared: number;
  sameVersion: number;
}

function finish(inputs: AgentSecretsInputs, draft: Draft): UnitPlan {
  const { address } = draft;
  const after = inputs.observed.length - draft.deletes.length + draft.creates.length;
  if (draft.creates.length > 0 && after > Limits.secretsPerAgent) {
    return {
      ...planned(draft, []),
      changes: [],
      secrets: { agent: address, keys: [] },
      blocked: [agentFull(address, after)],
      leavesDeclared: false,
    };
  }
  return planned(draft, operationsOf(inputs, draft));
}

/** Most agents are in sync, and naming the counts is several times as fast as spreading them. */
function planned(draft: Draft, operations: readonly Operation[]): UnitPlan {
  const { address, counts } = draft;
  const { changes, secrets } = draft.sorted();
  return {
    changes,
    secrets,
    operations,
    kept: draft.kept.list(address),
    uncompared: draft.uncompared.list(address),
    unchanged: counts.unchanged,
    notCompared: counts.notCompared,
    sameVersion: counts.sameVersion,
    blocked: [],
    leavesDeclared: draft.leavesDeclared,
  };
}

function agentFull(address: string, after: number): Unplanned {
  const detail = `it would hold ${after} secrets and the manager allows ${Limits.secretsPerAgent}: declare fewer, or remove some that are not declared`;
  return { address, code: "agent-full", detail };
}
