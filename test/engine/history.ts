/**
 * One random history: desired states one after the other, with what others do in between, and what must hold after
 * each. Values cannot be read back, so what others wrote over ours is remembered here and not expected to be found.
 */
import {
  applySavedPlan,
  DiagnosticError,
  listState,
  type Outcome,
  type Plan,
  showState,
} from "../../src/index";
import { parseAddress } from "../../src/model/address";
import type { Edit } from "../../src/simulator/edit";
import { CrashError } from "../platform/memory-file-system";
import { HOME, Rig } from "../rig/rig";

export interface DesiredChoice {
  /** Generations by client ID. */
  readonly clients: Readonly<Record<string, number>>;
  /** Generation; 0 for none declared. */
  readonly initialSecret: number;
  readonly lowerManagers: readonly ("osaka" | "nagoya")[];
  /** Environment variables by key, by place: a host, `batch-*`, or `Linux` for all of that system. */
  readonly agents: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly prune: "owned" | "none";
}

export const HOSTS = ["web01", "web02", "full01", "batch-01", "batch-02"];

/** `full01` holds 996 keys, its own two among them. */
export const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }
    subordinates: [immhost-osaka, immhost-nagoya]
    clients: { foreign-app: foreign-secret }
    agents:
      - { host: web01, os: linux, secrets: { foreign.key: foreign-value } }
      - { host: web02, os: linux }
      - { host: full01, os: windows, generateSecrets: 994 }
      - { host: "batch-{01..02}", os: windows }
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }
  nagoya:
    host: immhost-nagoya
    perRequestLogin: true
    users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }
`;

export class History {
  readonly rig: Rig;
  /** Of others: never to be touched. By ID, and by host and key. */
  readonly #foreignClients = new Map([["foreign-app", "foreign-secret"]]);
  readonly #foreignKeys = new Map([["web01 foreign.key", "foreign-value"]]);
  /** Ours, and changed behind our back in a way that no call shows. */
  readonly #tampered = new Set<string>();
  #desired: DesiredChoice | undefined;

  private constructor(rig: Rig) {
    this.rig = rig;
  }

  static async create(): Promise<History> {
    const history = new History(await Rig.create(WORLD));
    // A run that is interrupted while it makes the key file leaves a draft that a person has to remove.
    history.rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, "a key").toString("base64");
    for (const name of ["V1", "V2", "V3"]) history.rig.env[name] = `${name}-first`;
    await history.desire({ clients: {}, initialSecret: 0, lowerManagers: [], agents: {}, prune: "owned" });
    return history;
  }

  async desire(desired: DesiredChoice): Promise<void> {
    this.#desired = desired;
    for (const [host, keys] of this.#declared()) {
      for (const key of keys.keys()) this.#foreignKeys.delete(`${host} ${key}`);
    }
    await this.rig.write("jp1im.yaml", JSON.stringify(documentOf(desired)));
  }

  /** A plan that updates a key writes over any value of it: nobody can see that it was changed since. */
  approve({ changes }: Plan): void {
    for (const { address, action } of changes) {
      const of = parseAddress(address);
      if (action === "update" && of?.kind === "secret")
        this.#foreignKeys.delete(`${of.agent.host} ${of.key}`);
    }
  }

  /** What somebody else does; nothing where it cannot be done. */
  async edit(edit: Edit): Promise<void> {
    const held = await this.#isOurs(edit);
    try {
      this.rig.simulation.edit(edit);
    } catch {
      return;
    }
    if (edit.type === "create-client")
      this.#others(edit.id, held, this.#foreignClients, this.#client(edit.id));
    if (edit.type === "delete-client") this.#foreignClients.delete(edit.id);
    if (edit.type === "set-agent-secret")
      this.#others(`${edit.host} ${edit.key}`, held, this.#foreignKeys, edit.secret);
    if (edit.type === "remove-agent-secret") this.#foreignKeys.delete(`${edit.host} ${edit.key}`);
    if (edit.type === "remove-agent") {
      for (const name of this.#foreignKeys.keys())
        if (name.startsWith(`${edit.host} `)) this.#foreignKeys.delete(name);
    }
  }

  async apply(): Promise<Outcome> {
    this.rig.simulation.clearRequests();
    // What others made may be declared later, and the state knows nothing of the manager then.
    const outcome = await this.rig.apply({ newState: true });
    this.#noteWrites();
    this.#checkOutcome(outcome);
    return outcome;
  }

  async applySaved(plan: Plan): Promise<Outcome> {
    this.rig.simulation.clearRequests();
    const outcome = await applySavedPlan(plan, {}, this.rig.platform());
    this.#noteWrites();
    this.#checkOutcome(outcome);
    return outcome;
  }

  /**
   * A run, an apply by default, that at its nth call of the file system loses it: for good, or for that one call.
   * Resolves to whether it came to its end nevertheless.
   */
  async meet(nth: number, fate: string, run: () => Promise<Outcome> = () => this.apply()): Promise<boolean> {
    const { files } = this.rig;
    // The desired state was written long before.
    await files.syncFolder(HOME);
    const meant = files.calls + nth;
    files.onCall = ({ number }) => (number === meant ? fate : undefined);
    let ended = false;
    try {
      await run();
      ended = true;
    } catch (error) {
      if (!(error instanceof CrashError) && !(error instanceof DiagnosticError)) throw error;
      this.#noteWrites();
    }
    files.onCall = () => undefined;
    if (files.crashed) Object.assign(this.rig, { files: files.survivor() });
    // The process that held it is gone.
    await this.rig.removeAll("/lock");
    return ended;
  }

  /** The writes since the last apply began that were not answered 200. */
  failedWrites(): readonly string[] {
    return this.rig.takeWrites().filter((line) => line.includes(" -> "));
  }

  /** Checks that a run without faults left everything as declared. */
  async checkConverged(plan: Plan): Promise<void> {
    const next = await this.rig.plan();
    expect(next.changes).toEqual([]);
    expect(next.operations).toEqual([]);
    expect(next.unknown).toEqual([]);
    this.checkForeign();
    const blocked = new Set(plan.blocked.map(({ address }) => address));
    for (const [host, keys] of this.#declared()) {
      if (blocked.has(`tokyo/agent/immhost01/${host}`)) continue;
      for (const [key, variable] of keys) {
        if (this.#tampered.has(`${host} ${key}`)) continue;
        expect([host, key, this.#secrets(host)?.[key]]).toEqual([host, key, this.rig.env[variable]]);
      }
    }
    for (const id of Object.keys(this.#desired?.clients ?? {})) {
      if (blocked.has(`tokyo/client/${id.replace("/", "%2F")}`) || this.#tampered.has(id)) continue;
      expect([id, this.rig.read(fileOf(id))]).toEqual([id, this.#client(id) ?? "no such client"]);
    }
    const tokyo = this.rig.simulation.world.manager("tokyo");
    if (this.#desired?.initialSecret) expect(this.rig.read("out/initial")).toBe(tokyo.initialSecret);
    const lower = (this.#desired?.lowerManagers ?? []).map((name) => `immhost-${name}`);
    expect([...tokyo.lowerManagers]).toEqual(expect.arrayContaining(lower));
  }

  /** What is not ours is as its owner left it. */
  checkForeign(): void {
    for (const [id, secret] of this.#foreignClients) expect([id, this.#client(id)]).toEqual([id, secret]);
    for (const [name, value] of this.#foreignKeys) {
      const [host = "", key = ""] = name.split(" ");
      expect([name, this.#secrets(host)?.[key]]).toEqual([name, value]);
    }
    for (const host of HOSTS) {
      const secrets = this.#secrets(host);
      if (secrets) expect(Object.keys(secrets).filter((key) => key.startsWith("immgr."))).toHaveLength(2);
    }
    expect(
      Object.keys(this.#secrets("full01") ?? {}).filter((key) => key.startsWith("secret-")),
    ).toHaveLength(994);
  }

  /** What is reported as applied is so. */
  #checkOutcome({ changes }: Outcome): void {
    for (const { address, action, status } of changes) {
      const [, , , host = "", , key = ""] = address.split("/");
      if (status !== "applied" || !address.includes("/secret/")) continue;
      const value = this.#secrets(host)?.[key.replaceAll("%2F", "/")];
      if (action === "delete") expect([address, value]).toEqual([address, undefined]);
      if (action === "create" || action === "update")
        expect([address, typeof value]).toEqual([address, "string"]);
    }
  }

  /** What was written successfully is ours again, whatever others had done to it. */
  #noteWrites(): void {
    for (const { path, body, status } of this.rig.simulation.requests()) {
      if (status !== 200) continue;
      if (path.endsWith("secret/client/generateInfo")) this.#tampered.delete(JSON.parse(body).clientId);
      if (!path.endsWith("agents/secrets/change")) continue;
      const { agenthost, add } = JSON.parse(body);
      for (const { key } of add?.secrets ?? []) this.#tampered.delete(`${agenthost} ${key}`);
    }
  }

  #others(name: string, held: boolean, foreign: Map<string, string>, value: string | undefined): void {
    if (held) this.#tampered.add(name);
    else foreign.set(name, value ?? "");
  }

  async #isOurs(edit: Edit): Promise<boolean> {
    const options = { files: [], state: `${HOME}/.jp1im` };
    const platform = this.rig.platform();
    if (edit.type === "create-client") {
      const { records } = await listState(options, platform);
      return records.some(({ address }) => address === `tokyo/client/${edit.id.replace("/", "%2F")}`);
    }
    if (edit.type !== "set-agent-secret") return false;
    const detail = await showState(options, `tokyo/agent/immhost01/${edit.host}`, platform).catch(
      () => undefined,
    );
    return detail?.keys?.some(({ key }) => key === edit.key) ?? false;
  }

  /** Environment variables by key, by host, for agents that exist. */
  #declared(): Map<string, Map<string, string>> {
    const { agents = {} } = this.#desired ?? {};
    const systems: Record<string, string> = { web01: "Linux", web02: "Linux" };
    return new Map(
      HOSTS.filter((host) => this.#secrets(host)).map((host) => {
        const places = [systems[host] ?? "", host.startsWith("batch-") ? "batch-*" : "", host];
        return [host, new Map(places.flatMap((place) => Object.entries(agents[place] ?? {})))];
      }),
    );
  }

  #secrets(host: string): Readonly<Record<string, string>> | undefined {
    // Not from `truth()`, which copies every agent's thousand keys.
    const agent = this.rig.simulation.world.manager("tokyo").agents.get(host);
    return agent && Object.fromEntries(agent.secrets.entries());
  }

  #client(id: string): string | undefined {
    return this.rig.simulation.world.manager("tokyo").clients.get(id);
  }
}

function fileOf(id: string): string {
  return `out/${id.replace("/", "-")}`;
}

function documentOf({ clients, initialSecret, lowerManagers, agents, prune }: DesiredChoice) {
  const auth = { user: "jp1admin", password: { env: "PASSWORD" } };
  const selector = (place: string) => {
    if (place === "batch-*") return { match: place };
    return place === "Linux" ? { match: "*", os: place } : { host: place };
  };
  return {
    apiVersion: "jp1im/v1",
    managers: {
      tokyo: {
        url: "http://tokyo.test:20703",
        host: "immhost01",
        auth,
        policy: { prune, maxDeletes: "100%", maxRotations: "100%" },
        ...(initialSecret > 0 && {
          initialSecret: { generation: initialSecret, deliverTo: { file: "out/initial" } },
        }),
        clients: Object.entries(clients).map(([id, generation]) => ({
          id,
          generation,
          deliverTo: { file: fileOf(id) },
        })),
        lowerManagers: lowerManagers.map((name) => ({
          host: `immhost-${name}`,
          initialSecret: { issueOn: name },
        })),
        agents: Object.entries(agents)
          .filter(([, keys]) => Object.keys(keys).length > 0)
          .map(([place, keys]) => ({
            ...selector(place),
            secrets: Object.fromEntries(Object.entries(keys).map(([key, env]) => [key, { env }])),
          })),
      },
      osaka: {
        url: "http://osaka.test:20703",
        host: "immhost-osaka",
        auth,
        initialSecret: { deliverTo: { file: "out/osaka.initial" } },
      },
      nagoya: { url: "http://nagoya.test:20703", host: "immhost-nagoya", auth: { ...auth, session: false } },
    },
  };
}
