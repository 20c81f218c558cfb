import { ManagerError } from "../api/manager-error";
import type { AgentRef } from "../model/address";
import type { DesiredManager } from "../model/desired-state";
import type { KindName } from "../model/kind-names";
import type { Unplanned } from "../model/plan";
import type { StateStore, StateView } from "../state/port";
import type { AgentDesired, AgentUnit } from "./agent-secrets/agent-unit";
import { failedRequest } from "./failed-request";

/** The import of what is declared on one manager, as a kind sees it. */
export interface KindImportContext {
  readonly desired: DesiredManager;
  readonly state: StateView;
  readonly scope: {
    covers(address: string): boolean;
    /** Whether this exact address was requested. */
    names(address: string): boolean;
  };
  /** What exists on the manager; every method rejects with a `ManagerError` and with nothing else. */
  readonly observer: {
    names(kind: KindName): Promise<readonly string[]>;
    agentSecrets(agent: AgentRef): Promise<readonly string[]>;
  };
  readonly draft: ImportDraft;
  readonly recorder: ImportRecorder | undefined;
  /** Calls `work` for every agent in scope with declared secrets. */
  forEachAgent(work: (unit: AgentUnit) => Promise<void>): Promise<void>;
  agentDesired(unit: AgentUnit): AgentDesired;
}

/** Records what is imported; absent in a rehearsal. */
export type ImportRecorder = Pick<StateStore, "put" | "patchAgent">;

/** Collects the outcome for the resources of each place. */
export interface ImportDraft {
  add(
    became: "imported" | "already-ours" | "not-there",
    place: string,
    names: readonly string[],
    addressOf: (name: string) => string,
  ): void;
  unknown(...unplanned: readonly Unplanned[]): void;
}

/** The declared resources of one place: the clients of a manager, or the secrets of one agent. */
export interface ImportedPlace {
  readonly address: string;
  /** Declared and requested. */
  readonly names: readonly string[];
  readonly addressOf: (name: string) => string;
  readonly isOurs: (name: string) => boolean;
  /** What exists there; rejects with a `ManagerError`. */
  readonly list: () => Promise<readonly string[]>;
}

/** Adds the outcome of each declared resource to the draft, and returns the names to import. */
export async function sortImported(
  { draft }: KindImportContext,
  { address, names, addressOf, isOurs, list }: ImportedPlace,
): Promise<ReadonlySet<string>> {
  const ours = names.filter(isOurs);
  const others = names.filter((name) => !isOurs(name));
  draft.add("already-ours", address, ours, addressOf);
  if (others.length === 0) return new Set();
  try {
    const there = new Set(await list());
    const imported = others.filter((name) => there.has(name));
    const missing = others.filter((name) => !there.has(name));
    draft.add("imported", address, imported, addressOf);
    draft.add("not-there", address, missing, addressOf);
    return new Set(imported);
  } catch (error) {
    if (!(error instanceof ManagerError)) throw error;
    draft.unknown(failedRequest(address, error));
    return new Set();
  }
}

/** Whether the state owns a resource at an address. It owns only the files of a retired one. */
export function isOwned(state: StateView, address: string): boolean {
  const record = state.record(address);
  return record !== undefined && !("status" in record && record.status === "retired");
}
