/** Faults as data, in code, in world files and over the control surface alike. */
import type { ErrorId, WarningId } from "./messages";
import type { AgentState, ManagerState } from "./states";

/** Which requests are hit, and what happens to them. Every criterion given must hold. */
export interface Fault {
  /** Name of the manager asked. */
  readonly manager?: string;
  readonly method?: string;
  /** After `/im/api/v1/`, or the whole path; `*` and `?` are wildcards, and `*` alone is every path. */
  readonly path?: string;
  /** A text that the body must hold: `"web01"`. */
  readonly bodyIncludes?: string;
  /** Lets so many matching requests through first: 4 spares the first four. */
  readonly skip?: number;
  /** Strikes so often and no more. */
  readonly times?: number;
  /** Chance to strike a matching request, 0-1, drawn from the world's randomness. */
  readonly probability?: number;
  readonly effect: FaultEffect;
}

export type FaultEffect =
  /** Waits before the request is looked at, or before its answer is sent. */
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
  /** A batch stops with an error after so many of its items; those stay done. */
  | { readonly type: "interrupt"; readonly items: number }
  /** That manager is in that state as long as the request lasts. */
  | { readonly type: "manager-state"; readonly host: string; readonly state: ManagerState }
  /** That agent is in that state as long as the request lasts. */
  | { readonly type: "agent-state"; readonly host: string; readonly state: AgentState };

export type EffectOf<T extends FaultEffect["type"]> = Extract<FaultEffect, { type: T }>;
