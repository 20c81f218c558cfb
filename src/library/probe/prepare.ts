import { ManagerError } from "../../api/manager-error";
import type { RawPort } from "../../api/raw-port";
import type { DesiredManager } from "../../model/desired-state";
import { type Diagnostic, failure } from "../../model/diagnostic";
import { Limits } from "../../model/limits";
import type { Leftovers, ScratchIntent } from "../../model/probe-intent";
import { findAgent } from "./find-agent";
import type { Journal } from "./journal";
import { drawPrefix, fillerName, isScratch, SCRATCH, scratchHost, scratchNames } from "./scratch";
import type { ProbeSession } from "./session";

export interface Prepared {
  readonly scratch: ScratchIntent;
  readonly journal: Journal;
  readonly warnings: readonly Diagnostic[];
}

/** Finds the agent, and unused names. Only reads. Rejects with a `ManagerError` or a `DiagnosticError`. */
export async function prepare(
  { manager, platform }: ProbeSession,
  { port }: RawPort,
  {
    agent: named = "",
    skip = [],
  }: { readonly agent?: string | undefined; readonly skip?: readonly string[] | undefined },
  leftovers: Leftovers | undefined,
): Promise<Prepared> {
  // Leftovers of an earlier probe are removed by then.
  const isStaying = (name: string) => leftovers === undefined || !isScratch(leftovers.prefix, name);
  const agent = findAgent(named, await port.listAgents(), manager.name);
  const keys = (await port.listAgentSecrets(agent)).filter(isStaying);
  const ids = (await port.listClients().catch(unlessDenied))?.filter(isStaying);
  const prefix = drawPrefix(platform.random);
  const there = [...keys, ...(ids ?? [])].filter((name) => name.toLowerCase().startsWith(SCRATCH));
  if (there.some((name) => name.toLowerCase().startsWith(prefix))) throw taken(manager, prefix);
  const { a, b, c, otherA } = scratchNames(prefix);
  const room = Limits.secretsPerAgent - keys.length;
  const host = scratchHost(prefix);
  return {
    scratch: {
      ...{ agent, keys: [a, b, c, otherA] },
      fillers:
        room > 0 && !skip.includes("secret-limit")
          ? [fillerName(prefix, 1), fillerName(prefix, room)]
          : undefined,
      clients: ids === undefined ? [] : [a, b, c, otherA],
      absent: [host, `MANAGER_INTEGRATED_${host}`, `MANAGER__INTEGRATED_${host}`],
    },
    journal: { url: manager.url, agent, prefix, clients: ids !== undefined },
    warnings: there.length === 0 ? [] : [strangers(manager, there)],
  };
}

/** Ignores a missing permission: a user of one department may manage its agents and no clients. */
function unlessDenied(error: unknown): undefined {
  if (error instanceof ManagerError && error.details.code === "manager-denied") return undefined;
  throw error;
}

function taken({ name }: DesiredManager, prefix: string): Error {
  return failure({
    code: "probe-leftovers",
    summary: `${name} has something already whose name begins with ${prefix}`,
    remedy: "run the probe again: it draws other names",
    address: name,
  });
}

/** Limit for shown names of what another machine's probe may have left. */
const SHOWN = 5;

/** Warns of scratch objects that no local journal claims. */
function strangers({ name }: DesiredManager, names: readonly string[]): Diagnostic {
  const shown = names.slice(0, SHOWN).join(", ");
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return {
    ...{ code: "probe-leftovers", severity: "warning", address: name },
    summary: `${name} has objects of a probe that left no journal here, and they are left alone: ${shown}${more}`,
    remedy: "if no probe runs elsewhere, delete them by hand",
  };
}
