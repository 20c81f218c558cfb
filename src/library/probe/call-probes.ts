import { ManagerError } from "../../api/manager-error";
import { lowerManagerAddress } from "../../model/address";
import type { callGaps } from "../../model/gaps/call-gaps";
import { fieldsOf } from "../../model/options";
import { OTHER_ANSWER } from "../../model/probe";
import type { Probes } from "./compare";
import { doneOrRefused, isDone, NotTried } from "./judge-reply";
import type { Lab } from "./lab";

const LIST = "agents/secrets";

export const callProbes: Probes<keyof typeof callGaps> = {
  "body-limit": bodyLimit,
  "wrong-method": async (lab) => {
    const { status } = await lab.ask(LIST, undefined, { method: "GET" });
    return status === 404 || status === 405 ? String(status) : OTHER_ANSWER;
  },
  "unknown-key": async (lab) =>
    doneOrRefused(await lab.ask(LIST, { ...lab.reference, jp1imProbe: "" }), "ignored", "refused"),
  "request-login": requestLogin,
  sessions,
  "agent-host-case": (lab) => otherCase(lab, "agenthost"),
  "manager-host-case": (lab) => otherCase(lab, "managerhost"),
  "body-brackets": async (lab) => doneOrRefused(await lab.ask(LIST, [lab.reference]), "accepted", "refused"),
  "os-case": async (lab) => {
    const os = (await agentOf(lab)).os;
    if (typeof os !== "string") return OTHER_ANSWER;
    if (os === os.toLowerCase()) return "lower";
    return /^[A-Z][a-z]+$/.test(os) ? "capitalised" : OTHER_ANSWER;
  },
  "addon-field": async (lab) => {
    const { addons } = await agentOf(lab);
    const addon = Array.isArray(addons) ? fieldsOf(addons[0]) : {};
    if (Object.keys(addon).length === 0) throw new NotTried("the agent has no add-on");
    if (typeof addon.enabled === "boolean") return "enabled";
    return typeof addon["enabled "] === "boolean" ? "enabled-and-space" : OTHER_ANSWER;
  },
  warnings: async (lab) => warningsIn(fieldsOf((await lab.ask("agents")).body).messageList),
  "lower-manager-delete-missing": async (lab) => {
    if ((await lab.lowerManagers()).includes(lab.host)) throw new NotTried("the name is taken");
    const reply = await lab.ask(
      "subManagers/deleteInfo",
      { subManagers: [lab.host] },
      { writes: (manager) => [lowerManagerAddress(manager, lab.host)] },
    );
    const isWarned = isDone(reply) && fieldsOf(reply.body).messageList !== undefined;
    return isWarned ? "warned" : doneOrRefused(reply, "accepted", "refused");
  },
};

const KIB = 1024;
const sizes = [
  ["64-kib", 64 * KIB],
  ["256-kib", 256 * KIB],
  ["1-mib", KIB ** 2],
  ["4-mib", 4 * KIB ** 2],
] as const;

/** Pads the body with spaces, so that a long one requests nothing more. */
async function bodyLimit(lab: Lab): Promise<string> {
  let largest = "under-64-kib";
  for (const [answer, bytes] of sizes) {
    const reply = await lab.ask(LIST, JSON.stringify(lab.reference).padEnd(bytes));
    if (reply.status === 413) break;
    if (!isDone(reply)) return OTHER_ANSWER;
    largest = answer;
  }
  return largest;
}

/** The declared password is right, because the session exists: one refused login does not lock the user. */
async function requestLogin(lab: Lab): Promise<string> {
  const { hasSession, open } = lab.settings;
  if (!hasSession) return "accepted";
  const other = await open("user");
  try {
    const { status } = await other.send({ method: "GET", resource: "subManagers" });
    // 403 only means that the user lacks the permission for the call.
    if (status === 200 || status === 403) return "accepted";
    return status === 401 ? "refused" : OTHER_ANSWER;
  } finally {
    await other.close();
  }
}

async function sessions(lab: Lab): Promise<string> {
  const { hasSession, logins, open } = lab.settings;
  if (!hasSession) throw new NotTried("the manager is declared with `session: false`");
  await lab.allKeys();
  const before = logins();
  const second = await open("session");
  try {
    await second.port.listAgentSecrets(lab.settings.agent);
  } catch (error) {
    const { request, code } = error instanceof ManagerError ? error.details : {};
    if (request === "POST login" && code === "manager-denied") return "refused";
    throw error;
  } finally {
    // A session that ends at the logout was not ended by the login.
    if (logins() === before) await lab.allKeys();
    await second.close();
  }
  return logins() === before ? "many" : "one";
}

async function otherCase(lab: Lab, field: "agenthost" | "managerhost"): Promise<string> {
  const { [field]: host } = lab.reference;
  const swapped = [...host]
    .map((letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()))
    .join("");
  if (swapped === host) throw new NotTried("the host has no letters");
  const listed = await lab.settings.raw.port.listAgents();
  const agents = listed.complete ? listed.value : listed.partial;
  if (agents.some((agent) => [agent.host, agent.managerHost].includes(swapped))) {
    throw new NotTried("both spellings of the host are listed");
  }
  return doneOrRefused(await lab.ask(LIST, { ...lab.reference, [field]: swapped }), "accepted", "refused");
}

/** The agent's entry in the list, not decoded. */
async function agentOf(lab: Lab): Promise<Readonly<Record<string, unknown>>> {
  const { agents } = fieldsOf((await lab.ask("agents")).body);
  const { agenthost, managerhost } = lab.reference;
  const listed = (Array.isArray(agents) ? agents : [])
    .map(fieldsOf)
    .find((agent) => agent.agenthost === agenthost && agent.managerhost === managerhost);
  if (listed === undefined) throw new NotTried("the agent is not in the list any more", true);
  return listed;
}

function warningsIn(list: unknown): string {
  if (list === undefined) throw new NotTried("the list of agents came without a warning");
  const entries = Array.isArray(list) ? list.map(fieldsOf) : [];
  const isKnown = entries.every(
    ({ messageId, message }) => /^KAJY\d{5}-W$/.test(String(messageId)) && typeof message === "string",
  );
  if (entries.length === 0 || !isKnown) return OTHER_ANSWER;
  const ids = new Set(entries.map(({ messageId }) => messageId));
  return ids.size === entries.length ? "joined" : "one-for-each-host";
}
