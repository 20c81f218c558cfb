import { ManagerError } from "../../api/manager-error";
import { agentAddress } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { isSameHost } from "../../model/host";
import type { Unplanned } from "../../model/plan";
import { serverIdentity } from "../../model/server-identity";
import { suggest } from "../../model/shell-command";
import { failedRequest } from "../../resources/failed-request";
import type { ManagerRecord } from "../../state/port";
import type { PriorState } from "../prior-state";
import type { Observer } from "./observer";
import { ownHosts } from "./own-hosts";

/** Whether a declared manager is the one that the state was written for. */
export type Identity =
  | { readonly is: "same" }
  | { readonly is: "other"; readonly refusal: Diagnostic }
  /** Its address changed, and what it shows proves nothing. */
  | { readonly is: "unknown"; readonly why: Unplanned };

const same: Identity = { is: "same" };

/**
 * A state belongs to the manager that it was written for: on another manager, resources that only have the same names
 * would be deleted as owned ones. While `url` and `host` are the recorded ones, nothing is checked. If they changed,
 * the owned resources must exist there. `observer` is absent if the manager must not be asked.
 */
export async function checkIdentity(
  desired: DesiredManager,
  prior: PriorState,
  observer: Observer | undefined,
): Promise<Identity> {
  const recorded = prior.identity;
  if (!recorded || prior.owned === 0 || isWhereItWas(recorded, desired)) return same;
  if (!observer) return { is: "unknown", why: notAsked(desired.name) };
  try {
    const evidence = await collectEvidence(recorded, prior, observer);
    if (!evidence.isWhole && evidence.answering.size === 0)
      return { is: "unknown", why: partial(desired.name) };
    const doubt = doubtOf(evidence, recorded, desired);
    return doubt === undefined ? same : other(desired, recorded, doubt);
  } catch (error) {
    if (error instanceof ManagerError) return { is: "unknown", why: failedRequest(desired.name, error) };
    throw error;
  }
}

function notAsked(address: string): Unplanned {
  const detail = "its address changed, and it was not asked whether it is still the same manager";
  return { address, code: "other-manager", detail };
}

function partial(address: string): Unplanned {
  const detail =
    "its address changed, and its agent list does not cover every manager now, so that nothing shows whether it is still the same manager";
  return { address, code: "manager-partial", detail };
}

function isWhereItWas(recorded: ManagerRecord, { url, host }: DesiredManager): boolean {
  // A change between HTTP and TLS does not make it another manager.
  return serverIdentity(recorded.url) === serverIdentity(url) && isSameHost(recorded.host, host);
}

interface Evidence {
  /** Number of owned resources that exist there, and of those that do not. */
  readonly present: number;
  readonly missing: number;
  /** Number of owned lower managers and of agents with owned secrets, and of those that exist there. */
  readonly hosts: number;
  /** Whether the agent list covers every manager. */
  readonly isWhole: boolean;
  /**
   * Hosts that agents outside of all lower managers report to, in lower case: the manager's own host, if it has
   * agents.
   */
  readonly answering: ReadonlySet<string>;
  /** The hosts that the manager is known to have, in lower case. */
  readonly known: ReadonlySet<string>;
}

async function collectEvidence(
  { host }: ManagerRecord,
  { manager, named, agents }: PriorState,
  observer: Observer,
): Promise<Evidence> {
  const [ids, hosts, answer] = await Promise.all([
    observer.names("client"),
    observer.names("lower-manager"),
    observer.agents(),
  ]);
  const listed = (answer?.complete ? answer.value : answer?.partial) ?? [];
  // A resource with only an intent need not exist.
  const issued = [...named.client].filter(([, { status }]) => status !== "issuing").map(([id]) => id);
  const clientCount = countThere(issued, ids);
  const hostCounts = [
    countThere([...named["lower-manager"].keys()].map(lowerCase), hosts.map(lowerCase)),
    countThere(
      [...agents.keys()],
      listed.map((agent) => agentAddress(manager, agent)),
      answer?.complete ?? false,
    ),
  ];
  const counts = [clientCount, ...hostCounts];
  return {
    isWhole: answer?.complete ?? false,
    present: counts.reduce((sum, { present }) => sum + present, 0),
    missing: counts.reduce((sum, { missing }) => sum + missing, 0),
    hosts: hostCounts.reduce((sum, { present }) => sum + present, 0),
    answering: ownHosts(
      listed.map(({ managerHost }) => managerHost),
      hosts,
    ),
    known: ownHosts([host, ...[...agents.values()].map(({ agent }) => agent.managerHost)], hosts),
  };
}

function countThere(owned: readonly string[], listed: readonly string[], isComplete = true) {
  const there = new Set(listed);
  const present = owned.filter((name) => there.has(name)).length;
  return { present, missing: isComplete ? owned.length - present : 0 };
}

/**
 * Why this may not be the recorded manager. Equal names alone are weak evidence: two environments often use the same
 * ones. If the manager has agents of its own, the host that they report to is better evidence.
 */
function doubtOf(evidence: Evidence, recorded: ManagerRecord, desired: DesiredManager): string | undefined {
  const { present, missing, hosts: foundHosts, isWhole, answering, known } = evidence;
  const hosts = [...answering].sort().join(", ");
  const isKnownHost = [...answering].some((host) => known.has(host));
  const keepsHost = isSameHost(recorded.host, desired.host);
  if (answering.size > 0 && !isKnownHost) return `its agents report to ${hosts}`;
  // A test environment often has the same clients, which must never be deleted because of their names alone. It
  // seldom has all the same hosts below it.
  const isAllThere = isWhole && missing === 0 && foundHosts > 0;
  if (answering.size === 0 && keepsHost && isAllThere) return undefined;
  if (answering.size === 0)
    return `it has no agent of its own that would tell its host, and holds ${present} of the ${present + missing} clients, lower managers and agents that the state owns there`;
  if (!keepsHost && answering.has(lowerCase(recorded.host)) && !answering.has(lowerCase(desired.host)))
    return `its agents report to ${hosts}, so that \`host: ${desired.host}\` is wrong`;
  if (present + missing > 0 && present <= missing)
    return `it holds ${present} of the ${present + missing} clients, lower managers and agents that the state owns there`;
  return undefined;
}

function lowerCase(host: string): string {
  return host.toLowerCase();
}

function other(desired: DesiredManager, recorded: ManagerRecord, doubt: string): Identity {
  const { name, url, host, position } = desired;
  const rebuild = `run ${suggest("rebuild", "--manager", name, "--replaces", recorded.host)}`;
  const replaced = isSameHost(host, recorded.host) ? `declare its new \`host\` and ${rebuild}` : rebuild;
  const ways = [
    "correct `url` and `host`",
    `if it is the same manager at another address, run ${suggest("import", name, "--same-manager")}`,
    `if ${name} was replaced, ${replaced}`,
    `if it is another manager, keep what the state knows of the former one with ${suggest("state", "mv", name, "OTHER-NAME")}`,
  ];
  return {
    is: "other",
    refusal: {
      code: "other-manager",
      severity: "error",
      summary: `${name} seems to be another manager than the one that the state was written for: the state knows ${recorded.url} with host ${recorded.host}, and ${url} with host ${host} is declared; ${doubt}`,
      remedy: ways.join("; "),
      address: name,
      position,
    },
  };
}
