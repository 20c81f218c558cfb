import { type Transport, TransportError, type TransportRequest } from "../../src/api/transport";
import type { EngineEvent } from "../../src/engine/context";
import { apply, createPlatform, type Outcome, type Plan, type Platform, plan } from "../../src/index";
import type { ApplyOptions } from "../../src/library/apply";
import type { PlanOptions } from "../../src/library/plan";
import type { DesiredManager } from "../../src/model/desired-state";
import { type Clock, systemClock } from "../../src/platform/clock";
import { parseWorld } from "../../src/simulator/parse-world";
import type { RecordedRequest } from "../../src/simulator/recorder";
import { seededRandom } from "../../src/simulator/seeded-random";
import { Simulation } from "../../src/simulator/simulation";
import { MemoryFileSystem } from "../platform/memory-file-system";

/** The folder that a rig's files stand in. */
export const HOME = "/home/ops";

/**
 * The whole tool over a simulated world, with no socket, no disk and no waiting: the library's own functions, the
 * real API client, and the simulator's core in the network's place. Manager `tokyo` is at `http://tokyo.test`.
 */
export class Rig {
  readonly simulation: Simulation;
  files = new MemoryFileSystem();
  readonly events: EngineEvent[] = [];
  readonly env: Record<string, string> = { PASSWORD: "jp1-pass" };
  readonly #clock = new QuickClock();
  #controller = new AbortController();
  #runs = 0;

  constructor(world: string) {
    const { sleep } = systemClock;
    this.simulation = new Simulation(parseWorld(world, "world.yaml"), {
      random: seededRandom(1),
      clock: { now: () => this.#clock.now(), elapsed: () => this.#clock.elapsed(), sleep },
    });
  }

  static async create(world: string): Promise<Rig> {
    const rig = new Rig(world);
    await rig.files.makeFolder(HOME);
    return rig;
  }

  async write(name: string, text: string): Promise<void> {
    const path = `${HOME}/${name}`;
    await this.files.unlink(path).catch(() => {});
    const file = await this.files.open(path, "wx", 0o644);
    await file.write(Buffer.from(text));
    await file.sync();
    await file.close();
  }

  async remove(name: string): Promise<void> {
    await this.files.unlink(`${HOME}/${name}`);
  }

  /** Every file of this name, as of each manager's state. */
  async removeAll(ending: string): Promise<void> {
    for (const path of this.files.paths()) if (path.endsWith(ending)) await this.files.unlink(path);
  }

  read(name: string): string | undefined {
    return this.files.peek(`${HOME}/${name}`)?.toString("utf8");
  }

  plan(options: Partial<PlanOptions> = {}): Promise<Plan> {
    return plan({ files: ["jp1im.yaml"], ...options }, this.platform());
  }

  async apply(options: Partial<ApplyOptions> = {}): Promise<Outcome> {
    const outcome = await apply({ files: ["jp1im.yaml"], ...options }, this.platform());
    if (!outcome) throw new Error("the plan was not approved");
    return outcome;
  }

  /** After a crash: the machine is up again, with what the disk kept and nobody's lock. */
  async reboot(): Promise<void> {
    this.files = this.files.survivor();
    await this.removeAll("/lock");
  }

  /** Lets time pass, for the tool and for the managers. */
  pass(ms: number): void {
    this.#clock.offset += ms;
  }

  /** Cancels what is running; what is started afterwards has a signal of its own. */
  cancel(): void {
    this.#controller.abort();
    this.#controller = new AbortController();
  }

  /** The writes since the last call, one line each: what, on which manager, and the names in it, never a value. */
  takeWrites(): string[] {
    const lines = this.simulation.requests().flatMap((request) => describeWrite(request) ?? []);
    this.simulation.clearRequests();
    return lines;
  }

  platform(): Platform {
    return createPlatform({
      env: this.env,
      cwd: HOME,
      stdin: async () => Buffer.alloc(0),
      fileSystem: this.files,
      clock: this.#clock,
      random: seededRandom(++this.#runs),
      host: "build-7",
      user: "ops",
      pid: 4711,
      isProcessAlive: () => true,
      signal: this.#controller.signal,
      report: (event) => this.events.push(event),
      transport: (manager) => simulatedTransport(this.simulation, manager),
    });
  }
}

/** A hundred times as fast as the world's. */
class QuickClock implements Clock {
  offset = 0;
  readonly #start = Date.now();

  now(): number {
    return this.#start + this.elapsed();
  }

  elapsed(): number {
    return (Date.now() - this.#start) * 100 + this.offset;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, ms / 100).unref();
      signal?.addEventListener("abort", finish);
    });
  }
}

export function simulatedTransport(simulation: Simulation, manager: Pick<DesiredManager, "url">): Transport {
  const name = new URL(manager.url).hostname.split(".")[0] ?? "";
  return {
    async send({ method, path, headers, body = "" }: TransportRequest) {
      const lower = Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]),
      );
      const framing = method === "POST" ? { "content-length": String(Buffer.byteLength(body)) } : {};
      const answer = await simulation.handle(name, { method, path, headers: { ...framing, ...lower }, body });
      if (answer.type === "dropped") throw new TransportError("lost", true, "the connection broke");
      return { status: answer.status, headers: answer.headers, body: Buffer.from(answer.body) };
    },
    close: async () => {},
  };
}

function describeWrite(request: RecordedRequest): string | undefined {
  const path = request.path.replace("/im/api/v1/", "");
  const body = request.body === "" ? {} : JSON.parse(request.body);
  const status = request.status === 200 ? "" : ` -> ${request.status}`;
  const line = (text: string) => `${request.manager} ${path}${text === "" ? "" : ` ${text}`}${status}`;
  switch (path) {
    case "secret/generateInfo":
      return line("");
    case "secret/client/generateInfo":
      return line(body.clientId);
    case "secret/client/deleteInfo":
      return line(body.clientIds.join(" "));
    case "subManagers/createInfo":
      return line(body.hostname);
    case "subManagers/deleteInfo":
      return line(body.subManagers.join(" "));
    case "agents/secrets/change": {
      const adds = (body.add?.secrets ?? []).map(({ key }: { key: string }) => `+${key}`);
      const deletes = (body.delete?.secrets ?? []).map(({ key }: { key: string }) => `-${key}`);
      return line(`${body.agenthost} ${[...adds, ...deletes].join(" ")}`);
    }
    default:
      return undefined;
  }
}
