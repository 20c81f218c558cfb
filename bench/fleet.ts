import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Measured, measureNode } from "./measure";
import { type FleetSettings, keyNames } from "./server/fast-manager";
import { RunningServer } from "./server/running-server";

export const ROOT = join(__dirname, "..", "..");
export const CLI = join(ROOT, "dist", "cli", "bin.js");
const FLOOR = join(__dirname, "floor.js");
export const STATE_LOAD = join(__dirname, "state-load.js");
const PASSWORD = "bench-password";
const STATE_KEY = randomBytes(32).toString("base64");

export interface Run extends Measured {
  /** That the manager answered. */
  readonly requests: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure, beside 0. */
  readonly accept?: readonly number[];
}

/** What the floor does with each agent: read its keys, and write one of them, or all. */
export type FloorMode = "read" | "write" | "write-all";

/** A manager in a process of its own, with a desired state that fits it and a state, as files in a folder. */
export class Fleet {
  readonly desired: string;
  /** The environment that the desired state's sources read. */
  readonly env: Record<string, string>;
  state: string;

  private constructor(
    readonly folder: string,
    readonly settings: FleetSettings,
    readonly server: RunningServer,
  ) {
    const values = keyNames(settings.keys).map((name) => [variableOf(name), secretOf(name)]);
    this.env = { BENCH_PASSWORD: PASSWORD, ...Object.fromEntries(values) };
    this.state = join(folder, "state");
    this.desired = join(folder, "jp1im.yaml");
    this.declare(selectorOf(settings.keys));
  }

  /** In a folder of its own below `folder`. */
  static async open(folder: string, settings: FleetSettings): Promise<Fleet> {
    mkdirSync(folder, { recursive: true });
    return new Fleet(mkdtempSync(join(folder, "fleet-")), settings, await RunningServer.start(settings));
  }

  async close(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Rewrites the desired state with these agents of the manager. */
  declare(agents: string, { url, host } = { url: this.server.url, host: this.settings.host }): void {
    writeFileSync(
      this.desired,
      `apiVersion: jp1im/v1
managers:
  tokyo:
    url: ${url}
    host: ${host}
    auth: { user: jp1admin, password: { env: BENCH_PASSWORD } }
    agents:
${agents}`,
    );
  }

  get agents(): number {
    return this.settings.agents;
  }

  get keys(): number {
    return this.settings.keys;
  }

  cli(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    return this.run([CLI, ...args, "-f", this.desired], options);
  }

  floor(mode: FloorMode, parallelism = 10): Promise<Run> {
    return this.run([FLOOR, this.server.url, mode, String(parallelism), String(this.settings.keys)]);
  }

  async run(script: readonly string[], { env, accept = [] }: RunOptions = {}): Promise<Run> {
    const before = await this.server.statistics();
    const measured = await measureNode(script, { ...this.environment(), ...env }, accept);
    const { requests } = await this.server.statistics();
    return { ...measured, requests: requests - before.requests };
  }

  environment(): Record<string, string> {
    return { ...this.env, JP1IM_STATE: this.state, JP1IM_STATE_KEY: STATE_KEY };
  }

  /** Agents hold what they held at the beginning, and the next run begins without a state. */
  async startOver(): Promise<void> {
    await this.server.reset();
    rmSync(this.state, { recursive: true, force: true });
  }

  /** Another value for each of these keys. */
  change(keys: readonly string[]): void {
    for (const key of keys) this.env[variableOf(key)] = `changed-${randomBytes(4).toString("hex")}`;
  }

  /** Begins with a copy of another fleet's state. */
  takeState({ state }: Fleet): void {
    rmSync(this.state, { recursive: true, force: true });
    cpSync(state, this.state, { recursive: true });
  }
}

/** The YAML of one selector that gives agents the same keys. */
export function selectorOf(keys: number, match = "agent*"): string {
  return agentOf(
    `match: "${match}"`,
    keyNames(keys).map((name) => [name, variableOf(name)]),
  );
}

/** The YAML of one agent or selector, with the variables that its keys' values come from. */
export function agentOf(which: string, keys: readonly (readonly string[])[]): string {
  return `      - ${which}
        secrets:
${keys.map(([name, variable]) => `          ${name}: { env: ${variable} }\n`).join("")}`;
}

export function variableOf(key: string): string {
  return `BENCH_${key.slice("secret-".length)}`;
}

function secretOf(key: string): string {
  return key.replace("secret", "value");
}
