import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { FleetSettings, Order, Statistics } from "./fast-manager";

/** The fast manager as its users see it. */
export class RunningServer {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(settings: FleetSettings): Promise<RunningServer> {
    const child = fork(join(__dirname, "server-process.js"), [JSON.stringify(settings)]);
    const [port] = await once(child, "message");
    return new RunningServer(`http://127.0.0.1:${port}`, child);
  }

  async statistics(): Promise<Statistics> {
    return this.#order("statistics");
  }

  async reset(): Promise<void> {
    await this.#order("reset");
  }

  async stop(): Promise<void> {
    const exited = once(this.process, "exit");
    this.process.disconnect();
    await exited;
  }

  async #order(order: Order): Promise<Statistics> {
    const answered = once(this.process, "message");
    this.process.send(order);
    const [statistics] = await answered;
    return statistics;
  }
}
