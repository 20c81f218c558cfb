import { ManagerError } from "../../api/manager-error";
import type { Agent, Answer, ManagerPort } from "../../api/port";
import { agentAddress } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import { type Check, type CheckName, checkNames } from "../../model/health";
import { matches } from "../../resources/agent-secrets/selection";
import { type LoginMethod, proveLogin } from "../inputs/prove-login";
import { diagnosticsOfFault } from "../manager-diagnostic";
import { type CheckList, type CheckResult, failed } from "./check-list";

const loginChecks: Readonly<Record<LoginMethod, CheckName>> = {
  session: "session-login",
  user: "request-login",
};

/** Tries the declared login method, and the other one; returns the check that the calls depend on. */
export async function checkLogins(
  list: CheckList,
  declared: LoginMethod,
  portOf: (method: LoginMethod) => Promise<ManagerPort>,
): Promise<CheckName> {
  const other = declared === "session" ? "user" : "session";
  await list.run(loginChecks[declared], ["version"], async () => {
    await proveLogin(await portOf(declared), declared);
    return { detail: "it works, and is the declared one" };
  });
  await list.run(loginChecks[other], ["version"], async () => {
    const refused = list.checks.find(({ check }) => check === loginChecks[declared]);
    // A refused session means a wrong user or password, and JP1/Base locks users after a few failures.
    if (refused?.status === "failed" && declared === "session")
      return {
        status: "skipped",
        detail: "not tried: it takes the same user and password, and each refusal may lock the user",
      };
    return otherLogin(await portOf(other), other, refused?.status);
  });
  return loginChecks[declared];
}

async function otherLogin(
  port: ManagerPort,
  method: LoginMethod,
  declared: Check["status"] | undefined,
): Promise<CheckResult> {
  const setting = method === "session" ? "`session: true`" : "`session: false`";
  try {
    await proveLogin(port, method);
    return { detail: `it works as well; ${setting} would use it` };
  } catch (error) {
    const [diagnostic] = diagnosticsOfFault(error);
    if (declared === "failed" && diagnostic) return failed(diagnostic);
    return { detail: "not accepted, and not needed: the declared one works" };
  }
}

/** Tries each call that only reads. Writes need the same permissions and cannot be tried. */
export async function checkReads(
  list: CheckList,
  login: CheckName,
  port: () => Promise<ManagerPort>,
  manager: DesiredManager,
): Promise<void> {
  const { clients, lowerManagers, agents, name } = manager;
  const read = (check: CheckName, isNeeded: boolean, look: () => Promise<CheckResult>) =>
    list.run(check, [login], () => (isNeeded ? look() : unlessDenied(check, look)));
  await read("clients", clients.length > 0, async () => {
    return { detail: countOf((await (await port()).listClients()).length, "client") };
  });
  await read("lower-managers", lowerManagers.length > 0, async () => {
    const hosts = await (await port()).listLowerManagers();
    return {
      detail: `${countOf(hosts.length, "lower manager")}${hosts.length > 0 ? `: ${hosts.join(", ")}` : ""}`,
    };
  });
  let seen: readonly Agent[] = [];
  await read("agents", agents.length > 0, async () => {
    const answer = await (await port()).listAgents();
    seen = answer.complete ? answer.value : answer.partial;
    return agentsResult(answer);
  });
  await read("agent-secrets", agents.length > 0, async () => {
    const agent = seen.find((each) => agents.some(({ selector }) => matches(selector, each))) ?? seen[0];
    if (agent === undefined) return { status: "skipped", detail: "no agent is seen" };
    return secretsResult(agentAddress(name, agent), async () => (await port()).listAgentSecrets(agent));
  });
}

/** Manager hosts named in one line. */
const SHOWN = 10;

function agentsResult(answer: Answer<readonly Agent[]>): CheckResult {
  const agents = answer.complete ? answer.value : answer.partial;
  const counts = new Map<string, number>();
  for (const { managerHost } of agents) counts.set(managerHost, (counts.get(managerHost) ?? 0) + 1);
  const hosts = [...counts].slice(0, SHOWN).map(([host, count]) => `${host} ${count}`);
  if (counts.size > SHOWN) hosts.push(`and ${counts.size - SHOWN} more manager hosts`);
  const detail = `${countOf(agents.length, "agent")}${hosts.length > 0 ? `: ${hosts.join(", ")}` : ""}`;
  if (answer.complete) return { detail };
  const missing = answer.warnings.map(({ messageId, message }) => `${messageId}: ${message}`).join("; ");
  return {
    ...{ status: "failed", code: "manager-partial" },
    detail: `${detail}; not every manager answers: ${missing}`,
    remedy: "check that the lower managers which it names run, and that this manager reaches them",
  };
}

/** An agent that is down proves nothing about the permission. */
async function secretsResult(address: string, read: () => Promise<readonly string[]>): Promise<CheckResult> {
  try {
    return { detail: `${countOf((await read()).length, "key")} on ${address}`, address };
  } catch (error) {
    if (!(error instanceof ManagerError) || error.details.code !== "manager-failed") throw error;
    const [diagnostic] = diagnosticsOfFault(error);
    return {
      ...(diagnostic && failed(diagnostic)),
      status: "warning",
      detail: error.details.summary,
      address,
    };
  }
}

/** A permission that nothing declared needs may be missing. */
async function unlessDenied(check: CheckName, look: () => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ManagerError) || error.details.code !== "manager-denied") throw error;
    const { remedy } = error.details;
    const detail = `not permitted (${checkNames[check]}), and nothing declared needs it`;
    return { status: "warning", detail, remedy };
  }
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
