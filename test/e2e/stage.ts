import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Clock } from "../../src/platform/clock";
import { parseWorld } from "../../src/simulator/parse-world";
import { type Simulator, startSimulator } from "../../src/simulator/simulator";
import { Child, type ChildOptions, type Ended, killChildren } from "./child";

// Many processes share few cores; a test that hangs is still found.
jest.setTimeout(120_000);

/** Latency faults last until `open` is called: a test then knows where a run stands, without waiting for a time. */
export class Gate implements Clock {
  #open: () => void = () => {};
  #reached: () => void = () => {};
  #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });
  /** Resolves when a request stands before the gate. */
  reached = new Promise<void>((resolve) => {
    this.#reached = resolve;
  });

  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
  }

  async sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    this.#reached();
    const stopped = new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    await Promise.race([this.#opened, stopped]);
  }

  open(): void {
    this.#open();
  }

  /** Whoever comes next waits again. */
  shut(): void {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.reached = new Promise((resolve) => {
      this.#reached = resolve;
    });
  }
}

/** A folder to work in, simulated managers, and the built package run against them as a child process. */
export class Stage {
  readonly gate = new Gate();
  readonly folder = mkdtempSync(join(tmpdir(), "jp1im-e2e-"));
  readonly env: Record<string, string> = { TOKYO_PASSWORD: "tokyo-pass", WEB_PASSWORD: "web-pass" };
  #simulator: Simulator | undefined;

  /** A stage with a world, and with a desired state in `jp1im.yaml` that is in order. */
  static async open(world = WORLD, desired = DESIRED): Promise<Stage> {
    const stage = new Stage();
    stages.add(stage);
    const parsed = parseWorld(world, "world.yaml");
    stage.#simulator = await startSimulator(parsed, { clock: stage.gate, folder: FIXTURES });
    stage.write("jp1im.yaml", desired);
    return stage;
  }

  get simulator(): Simulator {
    if (!this.#simulator) throw new Error("the stage is not open");
    return this.#simulator;
  }

  url(manager = "tokyo"): string {
    return this.simulator.managers.get(manager)?.url ?? "";
  }

  /** Writes a file; in a text `TOKYO_URL` stands for the URL of manager `tokyo`, and so on. */
  write(name: string, content: string | Buffer): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    const filled =
      typeof content === "string"
        ? content.replace(/\b([A-Z]+)_URL\b/g, (_, manager: string) => this.url(manager.toLowerCase()))
        : content;
    writeFileSync(path, filled);
    return path;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  edit(name: string, from: string | RegExp, to: string): void {
    const before = this.read(name);
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${name} does not hold ${from}`);
    writeFileSync(this.path(name), after);
  }

  start(line: string | readonly string[], options: Partial<ChildOptions> = {}): Child {
    const args = typeof line === "string" ? line.split(" ").filter(Boolean) : line;
    const env = { ...this.env, ...options.env };
    return new Child(args, { cwd: this.folder, ...options, env });
  }

  run(line: string | readonly string[], options: Partial<ChildOptions> = {}): Promise<Ended> {
    return this.start(line, options).ended;
  }

  /** Runs what has to succeed for the test to mean anything. */
  async must(line: string, options: Partial<ChildOptions> = {}): Promise<Ended> {
    const ended = await this.run(line, options);
    if (ended.code !== 0)
      throw new Error(`jp1im ${line} ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
    return ended;
  }

  /** The writes that reached the managers, as `path status`. */
  writes(): string[] {
    return this.simulator
      .requests()
      .filter(({ path }) => /(generateInfo|deleteInfo|createInfo|secrets\/change|agents\/delete)$/.test(path))
      .map(({ path, status }) => `${path.replace("/im/api/v1/", "")} ${status}`);
  }

  async close(): Promise<void> {
    await this.#simulator?.close();
    // A provider that a test has left without its Terraform may still be at its last write.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

const stages = new Set<Stage>();

export async function closeStages(): Promise<void> {
  await killChildren();
  await Promise.all([...stages].map((stage) => stage.close()));
  stages.clear();
}

/** Where worlds find their certificates. */
export const FIXTURES = join(__dirname, "../api/fixtures");

export const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: tokyo-pass }, reader: { password: reader-pass, permission: JP1_Console_User } }
    clients: { legacy-viewer }
    subordinates: [immhost-osaka]
    agents:
      - { host: "web{1..3}", os: linux }
  osaka: { host: immhost-osaka, users: { jp1admin: { password: tokyo-pass } } }
`;

export const DESIRED = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: TOKYO_URL
    host: immhost01
    auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } }
    clients:
      - { id: fluentd-web, generation: 1, deliverTo: { file: out/fluentd-web.secret } }
    agents:
      - match: "web*"
        secrets: { smtp.password: { env: WEB_PASSWORD } }
`;
