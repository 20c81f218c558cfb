/** What a step has to show of whatever it does not state. */
import { isReservedClientId } from "../../src/model/limits";
import type { WorldDefinition } from "../../src/simulator/world-definition";
import type { Rig } from "../rig/rig";

/** Secrets of agents by key, by `MANAGER HOST`. */
type Secrets = ReadonlyMap<string, Readonly<Record<string, string>>>;

const RESERVED_KEYS = ["immgr.clientSecret", "immgr.initialSecret"];
const SHOWN = 5;

/** What nobody has declared in a scenario's world, by place and reason: it stays, whatever a step does. */
export function foreignIn({ managers }: WorldDefinition): Record<string, readonly string[]> {
  const named = Object.entries(managers).flatMap(
    ([manager, { host, clients = {}, lowerManagers, agents }]) => {
      const ids = [...Object.keys(clients), ...(agents ?? []).map((agent) => `AGENT_${agent.host}`)].sort();
      return [
        [`${manager}/client reserved`, ids.filter(isReservedClientId)] as const,
        [`${manager}/client not-ours`, ids.filter((id) => !isReservedClientId(id))] as const,
        [`${manager}/lower-manager not-ours`, lowerManagers ?? []] as const,
        [`${manager}/agent reserved`, RESERVED_KEYS] as const,
        ...(agents ?? []).map(
          ({ host: agent, secrets = {} }) =>
            [
              `${manager}/agent/${host}/${agent} not-ours`,
              Object.keys(secrets).filter(isNoReservedKey),
            ] as const,
        ),
      ];
    },
  );
  return Object.fromEntries(named.map(([place, names]) => [place, names.slice(0, SHOWN)]));
}

function isNoReservedKey(key: string): boolean {
  return !RESERVED_KEYS.includes(key);
}

export function secretsOn({ simulation }: Rig): Secrets {
  const { managers } = simulation.truth();
  return new Map(
    Object.entries(managers).flatMap(([manager, { agents = [] }]) =>
      agents.map(({ host, secrets = {} }) => [`${manager} ${host}`, secrets] as const),
    ),
  );
}

/** Of an agent's secrets, only those have changed that a request names. */
export function checkAgents(before: Secrets, after: Secrets, writes: readonly string[]): void {
  for (const [agent, secrets] of after) {
    const changes = changesOf(agent, writes);
    const former = before.get(agent) ?? {};
    const changed = Object.keys({ ...former, ...secrets }).filter((key) => former[key] !== secrets[key]);
    const unnamed = changed.filter((key) => changes.every((write) => signOf(key, write) === undefined));
    expect([agent, unnamed]).toEqual([agent, []]);
  }
}

/** The last request about an agent that was answered has had its effect: what it writes is there, what it deletes is not. */
export function checkKeys(after: Secrets, writes: readonly string[]): void {
  for (const [agent, secrets] of after) {
    const last = changesOf(agent, writes).at(-1);
    const namesakes = [...after.keys()].filter((each) => hostOf(each) === hostOf(agent));
    if (last === undefined || last.includes(" -> ") || namesakes.length > 1) continue;
    const written = [...last.matchAll(/ \+([\w.]+)(?= |$)/g)].map(([, key = ""]) => key);
    const missing = written.filter((key) => !(key in secrets));
    const surplus = Object.keys(secrets).filter((key) => signOf(key, last) === "-");
    expect([last, missing, surplus]).toEqual([last, [], []]);
  }
}

function changesOf(agent: string, writes: readonly string[]): readonly string[] {
  return writes.filter((write) => write.includes(` agents/secrets/change ${hostOf(agent)} `));
}

function hostOf(agent: string): string {
  return agent.slice(agent.indexOf(" ") + 1);
}

/** Whether a request writes a key or deletes it, if it names it. */
function signOf(key: string, write: string): string | undefined {
  return ["+", "-"].find((sign) => `${write} `.includes(` ${sign}${key} `));
}

/** What `age` writes, which shows nothing of what it holds. */
const ENCRYPTED = /^age-encryption\.org\/|^-----BEGIN AGE/;

/** Each client whose secret was issued has a valid one, which a file has. */
export function checkIssued(rig: Rig, writes: readonly string[]): void {
  const { managers } = rig.simulation.truth();
  const isIn = (text: string, secret: unknown) => text.includes(String(secret)) || ENCRYPTED.test(text);
  const files = rig.files.paths().map((path) => rig.files.peek(path)?.toString("utf8") ?? "");
  const issued = writes
    .map((write) => /^(\S+) secret\/client\/generateInfo (\S+)$/.exec(write) ?? [])
    .filter(({ length }) => length > 0);
  for (const [write, manager = "", id = ""] of issued) {
    const secret = managers[manager]?.clients?.[id];
    expect([write, typeof secret, files.some((text) => isIn(text, secret))]).toEqual([write, "string", true]);
  }
}
