import type { AgentRef } from "./address";

/** What a probe will do: it creates and deletes nothing else. */
export interface ProbeIntent {
  readonly manager: string;
  readonly url: string;
  /** What an earlier probe left, which is removed first; absent if none left a journal. */
  readonly leftovers?: Leftovers | undefined;
  /** Absent if nothing is created and only leftovers are removed. */
  readonly scratch?: ScratchIntent | undefined;
}

/** Every object that a probe may create, and every missing one that it tries to delete. */
export interface ScratchIntent {
  readonly agent: AgentRef;
  readonly keys: readonly string[];
  /** First and last of the keys that fill the agent up to its limit; absent if that gap is not probed. */
  readonly fillers?: readonly [string, string] | undefined;
  readonly clients: readonly string[];
  /** Unused names whose deletion is tried. */
  readonly absent: readonly string[];
}

/** What an earlier probe has left, as the manager lists it. */
export interface Leftovers {
  readonly agent: AgentRef;
  /** The prefix of all their names. */
  readonly prefix: string;
  readonly keys: readonly string[];
  readonly clients: readonly string[];
}
