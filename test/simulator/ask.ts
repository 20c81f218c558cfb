import type { SimulatedAnswer } from "../../src/simulator/answer";
import { seededRandom } from "../../src/simulator/seeded-random";
import { Simulation } from "../../src/simulator/simulation";
import type { ManagerDefinition, WorldDefinition } from "../../src/simulator/world-definition";
import { breaches } from "./contract";
import "./exercised";

export const NOW = Date.UTC(2024, 1, 29, 12, 34, 56);

export const ADMIN = bearer("jp1admin", "password");

export function bearer(id: string, secret: string): string {
  return `Bearer ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

/** Managers that take a user with each request: an integrated one with one lower manager that it has added, one that it could add, and an agent on each. */
export function world(
  changes: Partial<ManagerDefinition> = {},
  more: Partial<WorldDefinition> = {},
): WorldDefinition {
  const users = { jp1admin: { password: "password" } };
  return {
    apiVersion: "jp1im-simulator/v1",
    managers: {
      tokyo: {
        host: "immhost01",
        perRequestLogin: true,
        users,
        initialSecret: "tokyo-initial",
        subordinates: ["immhost-osaka", "immhost-kobe", "immhost-gone"],
        lowerManagers: ["immhost-osaka"],
        agents: [{ host: "web01", secrets: { a: "1", b: "2" } }],
        ...changes,
      },
      osaka: {
        host: "immhost-osaka",
        perRequestLogin: true,
        users,
        initialSecret: "osaka-initial",
        agents: [{ host: "batch01", secrets: { c: "3" } }],
      },
      kobe: {
        host: "immhost-kobe",
        perRequestLogin: true,
        users,
        initialSecret: "kobe-initial",
        agents: [{ host: "db01" }],
      },
    },
    ...more,
  };
}

/** With a clock that stands still and records how long it was slept on. */
export function simulate(definition: WorldDefinition = world()) {
  const slept: number[] = [];
  const clock = { now: () => NOW, elapsed: () => NOW, sleep: async (ms: number) => void slept.push(ms) };
  const simulation = new Simulation(definition, { clock, random: seededRandom(1) });
  return { simulation, slept };
}

export interface Asked {
  readonly status: number;
  readonly text: string;
  /** Parsed, of whatever shape. */
  readonly json: ReturnType<typeof JSON.parse>;
  readonly messageId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AskOptions {
  readonly manager?: string;
  readonly method?: string;
  /** Added to the usual headers; `undefined` takes one away. */
  readonly headers?: Record<string, string | undefined>;
  /** The answer comes from a fault, which need not keep the contract. */
  readonly anyAnswer?: boolean;
}

const READS = ["secret/client/list", "subManagers", "/im/api/version"];

/** Sends one request and checks the answer against the contract. A dropped connection has status 0. */
export async function ask(
  simulation: Simulation,
  path: string,
  body?: unknown,
  options: AskOptions = {},
): Promise<Asked> {
  const whole = path.startsWith("/") ? path : `/im/api/v1/${path}`;
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const method = options.method ?? (READS.includes(path) ? "GET" : "POST");
  const headers = {
    authorization: ADMIN,
    ...(method === "POST" ? { "content-length": String(Buffer.byteLength(text)) } : {}),
    ...(text === "" ? {} : { "content-type": "application/json" }),
    ...options.headers,
  };
  const answer = await simulation.handle(options.manager ?? "tokyo", {
    method,
    path: whole,
    headers,
    body: text,
  });
  const asked = toAsked(answer);
  if (asked.status !== 0 && options.anyAnswer !== true) expect(breaches(method, whole, asked)).toEqual([]);
  return asked;
}

/** The keys that an agent holds, its own left out. */
export async function keysOf(simulation: Simulation, agent = web01, manager = "tokyo"): Promise<string[]> {
  const { json } = await ask(simulation, "agents/secrets", agent, { manager });
  return json.secrets
    .map(({ key }: { key: string }) => key)
    .filter((key: string) => !key.startsWith("immgr."));
}

export const web01 = { agenthost: "web01", managerhost: "immhost01" };
export const batch01 = { agenthost: "batch01", managerhost: "immhost-osaka" };

export function add(...keys: string[]) {
  return { add: { secrets: keys.map((key) => ({ key, secret: `value of ${key}` })) } };
}

export function remove(...keys: string[]) {
  return { delete: { secrets: keys.map((key) => ({ key })) } };
}

function toAsked(answer: SimulatedAnswer): Asked {
  if (answer.type === "dropped")
    return { status: 0, text: "", json: undefined, messageId: undefined, headers: {} };
  const isJson = answer.headers["content-type"]?.startsWith("application/json") === true;
  const json = isJson ? JSON.parse(answer.body) : undefined;
  return {
    status: answer.status,
    text: answer.body,
    json,
    messageId: json?.messageId,
    headers: answer.headers,
  };
}
