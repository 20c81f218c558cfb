/** Faults as data: in code, in world files and in the control API. */
import type { ErrorId, WarningId } from "./messages";
import type { AgentState, ManagerState } from "./states";

/** The requests that a fault affects, and its effect. Every given criterion must hold. */
export interface Fault {
  /** Name of the manager asked. */
  readonly manager?: string;
  readonly method?: string;
  /** After `/im/api/v1/`, or the whole path; `*` and `?` are wildcards, and `*` alone is every path. */
  readonly path?: string;
  /** A text that the body must contain: `"web01"`. */
  readonly bodyIncludes?: string;
  /** Number of matching requests that pass first: with 4, the first four. */
  readonly skip?: number;
  /** Limit for the number of affected requests. */
  readonly times?: number;
  /** Probability of affecting a matching request, 0-1, from the world's random numbers. */
  readonly probability?: number;
  readonly effect: FaultEffect;
}

export type FaultEffect =
  /** Waits before the request is processed, or before its answer is sent. */
  | { readonly type: "latency"; readonly ms: number; readonly when?: "before" | "after" }
  /** Closes the connection without an answer. `after`: the request was carried out. */
  | { readonly type: "drop"; readonly when: "before" | "after" }
  /** Answers with an error object. `after`: the request was carried out nevertheless. */
  | {
      readonly type: "status";
      readonly status: number;
      readonly messageId?: ErrorId | (string & {});
      readonly when?: "before" | "after";
      /** Seconds, or an HTTP date. */
      readonly retryAfter?: string;
    }
  /** Answers anything at all, as a proxy would; the request is not carried out. */
  | { readonly type: "raw"; readonly status: number; readonly contentType?: string; readonly body: string }
  /** Adds a warning to a 200, and leaves its list as it is. */
  | { readonly type: "warning"; readonly messageId: WarningId; readonly hosts: readonly string[] }
  /** Ends the session that the request came with: 401 until the next login. */
  | { readonly type: "expire-session" }
  /** 413 for a body of more bytes than that. */
  | { readonly type: "body-limit"; readonly bytes: number }
  /** A batch stops with an error after this many items, which stay done. */
  | { readonly type: "interrupt"; readonly items: number }
  /** The manager is in that state during the request. */
  | { readonly type: "manager-state"; readonly host: string; readonly state: ManagerState }
  /** The agent is in that state during the request. */
  | { readonly type: "agent-state"; readonly host: string; readonly state: AgentState };

export type EffectOf<T extends FaultEffect["type"]> = Extract<FaultEffect, { type: T }>;
