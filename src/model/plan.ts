/**
 * A plan: sorted, serialisable data. No closure and no secret value is in it, so that it can be saved, reviewed
 * and posted. `schemas/plan.schema.json` is its published form, and every plan of the tests is checked against it.
 */
import type { Change, DeferredChange } from "./change";
import type { Diagnostic } from "./diagnostic";
import type { Operation } from "./operation";
import type { MatchedSelector, OpenSelector } from "./selector";
import type { Shard } from "./shard";

export const PLAN_FORMAT_VERSION = "2.0";

export interface Plan {
  readonly format_version: typeof PLAN_FORMAT_VERSION;
  readonly jp1im_version: string;
  readonly mode: PlanMode;
  /** UTC, `YYYY-MM-DDThh:mm:ssZ`. */
  readonly created_at: string;
  /** What the desired state was read from; an apply of the saved plan reads the same files again. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  /** The state that the plan was made from; where it is as the run named it. */
  readonly state: {
    readonly location: string;
    readonly lineage: string;
    /** Of each manager that an apply of the plan may write to. */
    readonly serials: Readonly<Record<string, number>>;
    /** Names the key of the fingerprints; absent in a plan without secrets, which has none. */
    readonly key_id?: string;
  };
  readonly options: PlanScope;
  /** Managers that were planned from the state alone although the run asks managers; absent where there is none. */
  readonly not_asked?: readonly string[];
  /** In the order of their addresses; what is in sync is only counted. */
  readonly changes: readonly Change[];
  /** In the order of their stages, then IDs. */
  readonly operations: readonly Operation[];
  /** Changes of what can be seen only after another change of this plan; whoever approves the plan approves them. */
  readonly deferred: readonly DeferredChange[];
  /** How many agents each selector matches, as far as that can be counted now; absent in plans of before. */
  readonly selectors?: readonly MatchedSelector[];
  /** Selectors of which this plan cannot tell all the agents. */
  readonly open_selectors: readonly OpenSelector[];
  /** Declared or owned resources about which nothing is known now: never written, never pruned. */
  readonly unknown: readonly Unplanned[];
  /** Declared resources that cannot be reached from here without a person's decision. */
  readonly blocked: readonly Unplanned[];
  /** What is undeclared and stays. */
  readonly kept: readonly Kept[];
  /** Issued secrets that are older than declared, or are no longer where they were delivered, and are not rotated by this plan. */
  readonly due: readonly Due[];
  /** Values that are there, were not read, and of which their sources do not tell whether they changed. */
  readonly uncompared: readonly Uncompared[];
  readonly summary: PlanSummary;
  readonly diagnostics: readonly Diagnostic[];
}

export type PlanMode = "apply" | "destroy";

/** What a plan was limited to. */
export interface PlanScope {
  /** Names of managers; empty for all. */
  readonly managers: readonly string[];
  /** The part of the fleet; absent for all of it. */
  readonly shard?: Shard;
  /** Addresses; a target covers all below it. Empty for all. */
  readonly targets: readonly string[];
  /** False: planned from the state alone, without asking any manager. */
  readonly refresh: boolean;
  /** False: no secret value was resolved, so values are *not compared*. */
  readonly secrets: boolean;
  /** Addresses of clients and initial secrets to issue anew although they are as declared. */
  readonly rotate?: readonly string[];
  /** True: made with `--new-state`, with which it is applied as well. */
  readonly new_state?: true;
}

export interface Unplanned {
  readonly address: string;
  readonly code: Diagnostic["code"];
  readonly detail: string;
  /** What to do about this one, where that is more than the code says. */
  readonly remedy?: string;
}

/** Things of one place that stay as they are, and why. */
export interface Kept {
  /** Address of the place: the agent, or the manager followed by the kind. */
  readonly address: string;
  readonly reason: KeptReason;
  readonly count: number;
  /** The first few names, sorted. */
  readonly names: readonly string[];
  /** When it will be deleted, in UTC, where that is settled. */
  readonly until?: string;
}

/** An issued secret that has reached the age at which it is to be rotated, or that is no longer where it was delivered. */
export interface Due {
  readonly address: string;
  /** UTC; absent where the state does not know when it was issued, and where its age is no reason. */
  readonly since?: string;
  /** How it can be rotated: `policy.rotateDue` or `--rotate`, or its generation because it has a template. */
  readonly by: "rotate" | "generation";
  /** Places where it was delivered to and is no longer, as a person reads them: `file out/fluentd-web.secret`. */
  readonly vanished?: readonly string[];
}

export type KeptReason =
  /** An earlier generation of a client, which stays valid beside its successor. */
  | "overlap"
  /** Not in the state. */
  | "not-ours"
  /** Belongs to the manager or to the agent itself. */
  | "reserved"
  /** Named by the policy's `protect`. */
  | "protected"
  /** The policy is `prune: none`. */
  | "prune-none"
  /** Declared, value unknown, and the policy is `unverified: keep`. */
  | "unverified-keep"
  /** Declared and imported, and its source gives no value yet. */
  | "not-supplied";

/** Values of one place about which nothing is known without reading them, and why. */
export interface Uncompared {
  /** Address of the place: the agent, or the manager followed by the kind. */
  readonly address: string;
  readonly reason: UncomparedReason;
  readonly count: number;
  /** The first few names, sorted. */
  readonly names: readonly string[];
}

export type UncomparedReason =
  /** A selector asks for more than names, and the manager was not asked for its agents. */
  | "not-listed"
  /** The source cannot tell a version, or cannot be asked for it from here. */
  | "no-version"
  /** None was recorded at the last write. */
  | "not-recorded"
  /** A file with the time that it had at the last write; that is a hint and no proof. */
  | "same-hint"
  /** A file with another time. */
  | "other-hint";

export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly forget: number;
  /** Changes that wait for another change of the plan. */
  readonly deferred: number;
  /** Entries of `open_selectors`. */
  readonly open_selectors: number;
  /** Secrets of ours below lower managers that are deleted: they are forgotten. */
  readonly lost: number;
  /** Resources in sync. */
  readonly unchanged: number;
  /** Resources that are there, but whose values were not compared (`--no-secrets`). */
  readonly not_compared: number;
  /** Those of `not_compared` whose sources have the version that was last written. */
  readonly same_version: number;
  /** Undeclared things that stay. */
  readonly kept: number;
  /** Issued secrets that are due for rotation, and stay; also those that are no longer where they were delivered. */
  readonly due: number;
  readonly unknown: number;
  readonly blocked: number;
  /** Requests that the plan will send. */
  readonly requests: number;
}
