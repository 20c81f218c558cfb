import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { parseWorld } from "../src/simulator/parse-world";
import { type Simulator, startSimulator } from "../src/simulator/simulator";
import { Traffic } from "./traffic";

const CLI = join(__dirname, "..", "..", "dist", "cli", "bin.js");
const PASSWORD = "bench-password";
const LOOK_MS = 100;

/** Many simulated managers, a state in PostgreSQL, and replicas of `watch` as processes. */
export class ReplicatedFleet {
  readonly folder = mkdtempSync(join(tmpdir(), "jp1im-bench-replicas-"));
  readonly traffic = new Traffic();
  readonly names: readonly string[];
  readonly replicas = new Set<ChildProcess>();
  #simulator: Simulator | undefined;
  readonly #looking: NodeJS.Timeout;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(
    readonly client: Client,
    url: string,
    managers: number,
    /** Of each manager. */
    readonly agents: number,
    /** How long each answer of a manager takes. */
    readonly latencyMs: number,
  ) {
    this.names = Array.from({ length: managers }, (_, n) => `site-${String(n + 1).padStart(3, "0")}`);
    const state = `state=bench-${randomBytes(4).toString("hex")}`;
    this.#env = {
      ...{ ...process.env, BENCH_PASSWORD: PASSWORD, BENCH_VALUE: "value" },
      JP1IM_STATE: `${url}${url.includes("?") ? "&" : "?"}${state}`,
      JP1IM_STATE_KEY: randomBytes(32).toString("base64"),
    };
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  static async start(
    client: Client,
    url: string,
    managers: number,
    agents: number,
    latencyMs: number,
  ): Promise<ReplicatedFleet> {
    const fleet = new ReplicatedFleet(client, url, managers, agents, latencyMs);
    const world = parseWorld(fleet.#world(), "world.yaml");
    fleet.#simulator = await startSimulator(world, { controlPort: false, record: { requests: 50_000 } });
    writeFileSync(join(fleet.folder, "jp1im.yaml"), fleet.#desired());
    return fleet;
  }

  startReplica(interval: string): ChildProcess {
    const args = ["watch", "--mode", "apply", "--auto-approve", "--interval", interval, "--listen", "off"];
    const replica = this.#spawn(args);
    this.replicas.add(replica);
    return replica;
  }

  /** Until so many cycles more have ended. */
  async cycles(count: number): Promise<void> {
    const before = this.traffic.logouts;
    while (this.traffic.logouts < before + count) await sleep(LOOK_MS);
  }

  async stopReplicas(): Promise<void> {
    await Promise.all([...this.replicas].map((replica) => this.end(replica, "SIGTERM")));
  }

  async end(replica: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const closed = once(replica, "close");
    replica.kill(signal);
    await closed;
    this.replicas.delete(replica);
  }

  /** The exit code of one command. */
  async run(args: readonly string[]): Promise<number> {
    const [code] = await once(this.#spawn(args), "close");
    return code;
  }

  /** Somebody deletes the manager's client. */
  drift(name: string): void {
    this.#simulator?.edit({ manager: name, type: "delete-client", id: "app" });
  }

  hasClient(name: string): boolean {
    return this.#secretOf(name) !== undefined;
  }

  /** Managers with a session that a replica left open, although it was not killed. */
  openSessions(): readonly string[] {
    return this.names.filter((name) => this.traffic.isOpen(name));
  }

  /** Whether the client is there, and its secret where it was to be delivered. */
  isRepaired(name: string): boolean {
    const file = join(this.folder, "out", name);
    const secret = this.#secretOf(name);
    return secret !== undefined && existsSync(file) && readFileSync(file, "utf8") === secret;
  }

  async close(): Promise<void> {
    await Promise.all([...this.replicas].map((replica) => this.end(replica, "SIGKILL")));
    clearInterval(this.#looking);
    await this.#simulator?.close();
  }

  #secretOf(name: string): string | undefined {
    return this.#simulator?.simulation.world.managers.get(name)?.clients.get("app");
  }

  #look(): void {
    if (this.#simulator) this.traffic.look(this.#simulator.requests());
  }

  #spawn(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [CLI, ...args], {
      cwd: this.folder,
      env: this.#env,
      stdio: "ignore",
    });
  }

  #world(): string {
    const managers = this.names.map(
      (name) =>
        `  ${name}: { host: ${name}-host, users: { jp1admin: { password: ${PASSWORD} } }, agents: [{ host: "agent{1..${this.agents}}" }] }`,
    );
    const slow = this.latencyMs > 0 ? [`faults: [{ effect: { type: latency, ms: ${this.latencyMs} } }]`] : [];
    return ["apiVersion: jp1im-simulator/v1", "seed: 1", ...slow, "managers:", ...managers].join("\n");
  }

  #desired(): string {
    const managers = this.names.map(
      (name) => `  ${name}:
    url: ${this.#simulator?.managers.get(name)?.url}
    host: ${name}-host
    auth: { user: jp1admin, password: { env: BENCH_PASSWORD } }
    clients: [{ id: app, deliverTo: { file: out/${name} } }]
    agents: [{ match: "agent*", secrets: { smtp: { env: BENCH_VALUE } } }]`,
    );
    return ["apiVersion: jp1im/v1", "managers:", ...managers].join("\n");
  }
}
