/** The API requests that a plan will send, each with what was true when the plan was created. */
import type { KindName, KindRequests } from "./kind-names";

export type * from "./requests";

/** One API request that the plan will send. `stage` orders the operations of one manager. */
export type Operation = {
  readonly id: string;
  readonly stage: number;
  readonly manager: string;
} & KindRequests[KindName];
