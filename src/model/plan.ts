/**
 * A plan: sorted, serialisable data. It has no functions and no secret values, so that it can be saved, reviewed and
 * posted. `schemas/plan.schema.json` is its published form, and every plan of the tests is checked against it.
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
  /** The files of the desired state; an apply of the saved plan reads them again. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  /** The state that the plan was made from; its place as the run named it. */
  readonly state: {
    readonly location: string;
    readonly lineage: string;
    /** Serials of the managers that an apply of the plan may write to. */
    readonly serials: Readonly<Record<string, number>>;
    /** Names the last copy that was put in the state's place; absent where none was. */
    readonly put_id?: string | undefined;
    /** Names the key of the fingerprints; absent in a plan without secrets, which has none. */
    readonly key_id?: string | undefined;
  };
  readonly options: PlanScope;
  /** Managers that were planned from the state alone although the run asks managers; absent if there are none. */
  readonly not_asked?: readonly string[];
  /** Sorted by address; resources in sync are only counted. */
  readonly changes: readonly Change[];
  /** Sorted by stage, then by ID. */
  readonly operations: readonly Operation[];
  /** Changes of resources that are visible only after another change of this plan. Approving the plan approves them. */
  readonly deferred: readonly DeferredChange[];
  /** Number of agents that each selector matches, if it can be counted now; absent in plans of earlier versions. */
  readonly selectors?: readonly MatchedSelector[];
  /** Selectors whose agents this plan does not know completely. */
  readonly open_selectors: readonly OpenSelector[];
  /** Declared or owned resources about which nothing is known now: never written, never pruned. */
  readonly unknown: readonly Unplanned[];
  /** Declared resources that cannot be reached without a person's decision. */
  readonly blocked: readonly Unplanned[];
  /** Undeclared resources that stay. */
  readonly kept: readonly Kept[];
  /**
   * Issued secrets that are older than `rotateAfter`, or no longer where they were delivered, and that this plan does
   * not rotate.
   */
  readonly due: readonly Due[];
  /** Existing values that were not read and whose sources do not show whether they changed. */
  readonly uncompared: readonly Uncompared[];
  readonly summary: PlanSummary;
  readonly diagnostics: readonly Diagnostic[];
}

export type PlanMode = "apply" | "destroy";

/** The scope of a plan. */
export interface PlanScope {
  /** Names of managers; empty for all. */
  readonly managers: readonly string[];
  /** The part of the fleet; absent for all of it. */
  readonly shard?: Shard | undefined;
  /** Addresses; a target covers all below it. Empty for all. */
  readonly targets: readonly string[];
  /** False: planned from the state alone, without asking any manager. */
  readonly refresh: boolean;
  /** False: no secret value was resolved, so values are *not compared*. */
  readonly secrets: boolean;
  /** Addresses of clients and initial secrets to reissue although they are as declared. */
  readonly rotate?: readonly string[] | undefined;
  /** True: created with `--new-state`; its apply uses it, too. */
  readonly new_state?: true;
}

export interface Unplanned {
  readonly address: string;
  readonly code: Diagnostic["code"];
  readonly detail: string;
  /** The remedy for this one, if it is better than that of the code. */
  readonly remedy?: string | undefined;
}

/** Resources of one place that stay, and the reason. */
export interface Kept {
  /** Address of the place: the agent, or the manager followed by the kind. */
  readonly address: string;
  readonly reason: KeptReason;
  readonly count: number;
  /** The first few names, sorted. */
  readonly names: readonly string[];
  /** When it will be deleted, in UTC, if that is decided. */
  readonly until?: string;
}

/** An issued secret that has reached its rotation age, or that is no longer where it was delivered. */
export interface Due {
  readonly address: string;
  /** UTC; absent if the state does not know when it was issued, or if its age is not the reason. */
  readonly since?: string;
  /** How it can be rotated: `policy.rotateDue` or `--rotate`, or its generation because it has a template. */
  readonly by: "rotate" | "generation";
  /** Places that no longer have the delivered secret, for messages: `file out/fluentd-web.secret`. */
  readonly vanished?: readonly string[] | undefined;
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

/** Values of one place that cannot be compared without reading them, and the reason. */
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
  /** A file with the same time as at the last write, which does not prove that it is unchanged. */
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
  /** Owned secrets below deleted lower managers: the state forgets them. */
  readonly lost: number;
  /** Resources in sync. */
  readonly unchanged: number;
  /** Existing resources whose values were not compared (`--no-secrets`). */
  readonly not_compared: number;
  /** Resources of `not_compared` whose sources have the version that was last written. */
  readonly same_version: number;
  /** Undeclared resources that stay. */
  readonly kept: number;
  /**
   * Issued secrets that are due for rotation and stay, including those that are no longer where they were delivered.
   */
  readonly due: number;
  readonly unknown: number;
  readonly blocked: number;
  /** Requests that the plan will send. */
  readonly requests: number;
}
