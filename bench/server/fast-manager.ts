import { answerOf } from "./http";
import { changed, type KeyList, keyList } from "./key-list";

export interface FleetSettings {
  readonly agents: number;
  /** That the desired state declares for each agent. */
  readonly keys: number;
  /** What agents hold before the first apply, beside their own keys; `different`: all keys in another order on each agent, and some of its own. */
  readonly holding: "nothing" | "same" | "different";
  /** Every list comes in another order than the last time. */
  readonly reorder?: boolean;
  readonly latencyMs?: number;
  readonly host: string;
}

/** Sent to the process of the server, and its answers. */
export type Order = "statistics" | "reset";
export interface Statistics {
  readonly requests: number;
  /** The times, in milliseconds, at which each session began and ended. */
  readonly sessions: readonly { readonly from: number; readonly to?: number }[];
}

const OWN_KEYS = ["immgr.initialSecret", "immgr.clientSecret"];
const NO_SUCH_AGENT = answerOf(400, '{"messageId":"KAJY68205-E","message":"no such agent"}');
const NOT_FOUND = answerOf(404, '{"message":"no such resource"}');
const DONE = answerOf(200, "");

/**
 * A manager that holds its agents' keys, and has every answer ready. It checks nothing: neither logins nor limits, which is the simulator's task.
 */
export class FastManager {
  readonly #settings: FleetSettings;
  readonly #fixed: ReadonlyMap<string, Buffer>;
  readonly #lists = new Map<string, KeyList>();
  readonly #sessions: { from: number; to?: number }[] = [];
  /** Most changes are that of the agent before. */
  #last: { readonly from: KeyList; readonly text: string; readonly to: KeyList } | undefined;
  #requests = 0;

  constructor(settings: FleetSettings) {
    this.#settings = settings;
    this.#fixed = new Map([
      ["GET /im/api/version", answerOf(200, VERSION)],
      ["POST /im/api/v1/agents", answerOf(200, JSON.stringify({ agents: this.#hosts().map(this.#toWire) }))],
      ["GET /im/api/v1/secret/client/list", answerOf(200, '{"clientIds":[]}')],
      ["GET /im/api/v1/subManagers", answerOf(200, '{"subManagers":[]}')],
    ]);
    this.reset();
  }

  get statistics(): Statistics {
    return { requests: this.#requests, sessions: this.#sessions };
  }

  /** Agents hold again what they held at the beginning. */
  reset(): void {
    const { keys, holding, reorder = false } = this.#settings;
    const names = holding === "nothing" ? [] : keyNames(keys);
    const same = keyList([...OWN_KEYS, ...names], reorder);
    for (const [index, host] of this.#hosts().entries())
      this.#lists.set(
        host,
        holding === "different" ? keyList(differentKeys(names, host, index), reorder) : same,
      );
  }

  answer(target: string, body: string): Buffer {
    this.#requests += 1;
    switch (target) {
      case "POST /im/api/v1/agents/secrets":
        return this.#listSecrets(body);
      case "POST /im/api/v1/agents/secrets/change":
        return this.#changeSecrets(body);
      case "POST /im/api/v1/login":
        this.#sessions.push({ from: Date.now() });
        return LOGGED_IN;
      case "POST /im/api/v1/logout":
        return this.#logOut();
    }
    return this.#fixed.get(target) ?? NOT_FOUND;
  }

  #listSecrets(body: string): Buffer {
    const { host } = readHost(body);
    const list = this.#lists.get(host);
    if (list?.reordered === undefined) return list?.answer ?? NO_SUCH_AGENT;
    this.#lists.set(host, { ...list, answer: list.reordered, reordered: list.answer });
    return list.answer;
  }

  #changeSecrets(body: string): Buffer {
    const { host, rest } = readHost(body);
    const from = this.#lists.get(host);
    if (from === undefined) return NO_SUCH_AGENT;
    if (this.#last?.from !== from || this.#last.text !== rest)
      this.#last = { from, text: rest, to: changed(from, body) };
    this.#lists.set(host, this.#last.to);
    return DONE;
  }

  #logOut(): Buffer {
    const open = this.#sessions.find(({ to }) => to === undefined);
    if (open) open.to = Date.now();
    return answerOf(200, "true");
  }

  #hosts(): readonly string[] {
    return agentHosts(this.#settings.agents);
  }

  readonly #toWire = (host: string) => ({
    agentid: `agent-${host}`,
    agenthost: host,
    os: "linux",
    installpath: "/opt/jp1ima",
    imversion: "130000",
    managerhost: this.#settings.host,
    registeredtime: "2026-01-01T00:00:00Z",
    addons: [],
  });
}

const VERSION = '{"productName":"JP1/IM3-Manager","productVersion":"13-10","apiVersion":["01.00.00"]}';
const LOGGED_IN = answerOf(
  200,
  '{"jp1user":"jp1admin","jp1token":"j","token":"t","clientId":"c","permissions":["JP1_Console_Admin"]}',
  ["Set-Cookie: JSESSIONID=s; Path=/im; HttpOnly"],
);

/** `secret-0001` and so on. */
export function keyNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `secret-${String(index + 1).padStart(4, "0")}`);
}

export function agentHosts(count: number): string[] {
  const width = String(count).length;
  return Array.from({ length: count }, (_, index) => `agent${String(index + 1).padStart(width, "0")}`);
}

/** Every agent has them in another order, and one to three keys that nobody declares. */
function differentKeys(names: readonly string[], host: string, index: number): string[] {
  const own = Array.from({ length: 1 + (index % 3) }, (_, number) => `local.${host}.${number + 1}`);
  const rank = (position: number) => Math.imul(position + index * 31 + 1, 2_654_435_761) >>> 0;
  return [...OWN_KEYS, ...names, ...own]
    .map((key, position) => ({ key, rank: rank(position) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ key }) => key);
}

/** The host of the agent that a request is about, and what follows it. */
function readHost(body: string): { host: string; rest: string } {
  const found = /"agenthost":\s*"([^"]*)"/.exec(body);
  return { host: found?.[1] ?? "", rest: found ? body.slice(found.index + found[0].length) : body };
}
