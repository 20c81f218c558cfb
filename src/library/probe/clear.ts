import { ManagerError } from "../../api/manager-error";
import type { RawPort } from "../../api/raw-port";
import type { AgentRef } from "../../model/address";
import { isScratch } from "./scratch";

/** Names in one request: few enough for any limit of a body. */
const BATCH = 100;
/** A manager that refuses batches gets at most this many names one by one. */
const ONE_BY_ONE = 20;

export interface Cleared {
  readonly present: readonly string[];
  /** The names that still exist. */
  readonly left: readonly string[];
}

/** Deletes the keys of an agent that begin with the prefix, and no other. Rejects with a `ManagerError`. */
export function clearKeys({ port }: RawPort, agent: AgentRef, prefix: string): Promise<Cleared> {
  return clear(
    async () => (await port.listAgentSecrets(agent)).filter((key) => isScratch(prefix, key)),
    (keys) => port.changeAgentSecrets(agent, { add: [], delete: keys }),
  );
}

/** The same of clients. */
export function clearClients({ port }: RawPort, prefix: string): Promise<Cleared> {
  return clear(
    async () => (await port.listClients()).filter((id) => isScratch(prefix, id)),
    (ids) => port.deleteClients(ids),
  );
}

async function clear(
  list: () => Promise<readonly string[]>,
  remove: (names: readonly string[]) => Promise<void>,
): Promise<Cleared> {
  const present = await list();
  if (present.length === 0) return { present, left: [] };
  for (let from = 0; from < present.length; from += BATCH) {
    await remove(present.slice(from, from + BATCH)).catch(unlessUnanswered);
  }
  const left = await list();
  for (const name of left.slice(0, ONE_BY_ONE)) await remove([name]).catch(unlessUnanswered);
  return { present, left: left.length === 0 ? left : await list() };
}

/** Ignores a refusal, because the rest is listed again; rethrows if there is no answer. */
function unlessUnanswered(error: unknown): void {
  if (!(error instanceof ManagerError) || error.details.status === undefined) throw error;
}
