/**
 * The secrets of one agent: at most 1,000 keys, whose values cannot be read back by `listAgentSecrets` (5.18.3).
 * Planning is pure: desired, observed and prior are handed in.
 */
import { Limits } from "../../model/limits";
import type { Operation } from "../../model/operation";
import type { Unplanned } from "../../model/plan";
import { IMPORTED, isFingerprint, type KeyFingerprints, PENDING } from "../../state/port";
import { compareVersions, type VersionComparison } from "../compare-versions";
import type { UnitPlan } from "../unit-plan";
import { AgentDraft, type Counts } from "./agent-draft";
import type { AgentSecretsInputs } from "./agent-inputs";
import { KeyList } from "./key-list";
import { operationsOf } from "./operations";
import { createsOf } from "./writes";

/**
 * The plan of an agent whose answer equals the recorded one. It is made before the manager is asked, so that the
 * answer need not be parsed. `undefined` if planning needs more than the recorded names.
 */
export function planKnownAnswer(inputs: Omit<AgentSecretsInputs, "observed">): UnitPlan | undefined {
  const { desired, prior, inScope, undecided } = inputs;
  const { size } = desired.keys;
  const isKnown = prior.answer && !inScope && !undecided && prior.count === size && isDigestSame(inputs);
  if (!prior.answer || !isKnown) return undefined;
  const draft = new AgentDraft(inputs);
  draft.counts.unchanged = size;
  for (const key of prior.answer.others) draft.undeclared(key, false);
  return draft.deletes.length > 0 ? undefined : planned(draft, []);
}

export function planAgentSecrets(inputs: AgentSecretsInputs): UnitPlan {
  const { size } = inputs.desired.keys;
  if (isInSync(inputs)) return planExtras(inputs, { unchanged: size });
  if (isSameVersion(inputs)) return planExtras(inputs, { notCompared: size, sameVersion: size });
  const unexpected = isAllThere(inputs) ? unexpectedEntries(inputs) : undefined;
  return unexpected ? planUnexpected(inputs, unexpected) : planKeys(inputs);
}

function unexpectedEntries({ desired, prior }: AgentSecretsInputs): KeyFingerprints | undefined {
  const expected = desired.digest === undefined ? undefined : desired.expected?.();
  return expected && prior.unexpected?.(expected);
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
  return finish(inputs, draftOfExtras(inputs, counts));
}

/** The declared keys are the owned ones, and all but a few are in sync. */
function planUnexpected(inputs: AgentSecretsInputs, unexpected: KeyFingerprints): UnitPlan {
  const draft = draftOfExtras(inputs, { unchanged: inputs.desired.keys.size - unexpected.size });
  for (const [key, written] of unexpected) planGraded(inputs, draft, key, gradeValue(inputs, key, written));
  return finish(inputs, draft);
}

function draftOfExtras(inputs: AgentSecretsInputs, counts: Partial<Counts>): AgentDraft {
  const draft = new AgentDraft(inputs);
  Object.assign(draft.counts, counts);
  for (const key of KeyList.of(inputs.observed).others(inputs.desired.keys)) draft.undeclared(key, false);
  return draft;
}

function planKeys(inputs: AgentSecretsInputs): UnitPlan {
  const { desired, observed, prior, undecided = new Set() } = inputs;
  const inScope = (key: string) => (inputs.inScope?.(key) ?? true) && !undecided.has(key);
  const fingerprints = prior.fingerprints();
  const there = KeyList.of(observed).keys;
  const draft = new AgentDraft(inputs);
  for (const key of undecided) {
    if ((inputs.inScope?.(key) ?? true) && fingerprints.has(key)) draft.unread(key, "not-listed");
  }
  for (const key of desired.keys) {
    if (!inScope(key)) continue;
    const grade = there.has(key) ? gradeValue(inputs, key, fingerprints.get(key)) : "missing";
    planGraded(inputs, draft, key, grade);
  }
  for (const key of observed) {
    if (inScope(key) && !desired.keys.has(key)) draft.undeclared(key, fingerprints.has(key));
  }
  for (const key of inputs.keepsGone ? [] : fingerprints.keys()) {
    if (inScope(key) && !there.has(key) && !desired.keys.has(key)) draft.forget(key);
  }
  return finish(inputs, draft);
}

function planGraded(
  inputs: AgentSecretsInputs,
  draft: AgentDraft,
  key: string,
  grade: Grade | "missing",
): void {
  if (grade === "unchanged") draft.counts.unchanged++;
  else if (grade === "not-compared") draft.unread(key, gradeVersion(inputs, key));
  else if (grade === "keep") draft.kept.add("unverified-keep", key);
  else if (grade === "not-supplied") draft.kept.add("not-supplied", key);
  else draft.write(key, grade);
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

function finish(inputs: AgentSecretsInputs, draft: AgentDraft): UnitPlan {
  const { address } = draft;
  const creates = createsOf(draft.writes);
  const after = inputs.observed.length - draft.deletes.length + creates;
  if (creates > 0 && after > Limits.secretsPerAgent) {
    return {
      ...planned(draft, []),
      changes: [],
      blocked: [agentFull(address, after)],
      leavesDeclared: false,
    };
  }
  return planned(draft, operationsOf(inputs, draft));
}

/** Most agents are in sync, and naming the counts is several times as fast as spreading them. */
function planned(draft: AgentDraft, operations: readonly Operation[]): UnitPlan {
  const { address, counts } = draft;
  return {
    changes: draft.changes,
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
