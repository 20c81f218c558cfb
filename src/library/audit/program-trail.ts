import type { AuditRecord } from "../../model/audit";
import type { ExternalReference } from "../../model/desired-state";
import { runProgram } from "../../platform/run-program";
import {
  type Command,
  describeCommand,
  failureOf,
  parseCommand,
  requestFor,
} from "../../secrets/exec/command";
import { programFault } from "../../secrets/exec/find-program";
import type { Platform } from "../platform";
import { ChainInMemory } from "./chain-in-memory";
import type { ChainEnd } from "./line";
import { TrailFault, type TrailPlace } from "./trail-place";

/** A program that gets lines on its standard input. It has stored them if it read everything and ended with 0. */
export class ProgramTrail implements TrailPlace {
  readonly shown: string;
  readonly #program: ExternalReference;
  readonly #platform: Platform;
  readonly #chain: ChainInMemory;

  constructor(program: ExternalReference, run: string, platform: Platform) {
    this.shown = describeCommand(program.options);
    this.#program = program;
    this.#platform = platform;
    this.#chain = new ChainInMemory(run);
  }

  async append(records: readonly AuditRecord[]): Promise<ChainEnd> {
    const command = await this.#fitCommand();
    const { texts, end } = this.#chain.link(records);
    const stdin = texts.map((text) => `${text}\n`).join("");
    const request = requestFor(command, this.#program.folder, this.#platform.env, stdin);
    const failed = failureOf(await runProgram(request), command, "");
    if (failed === undefined) return this.#chain.keep(end);
    throw new TrailFault(
      `it ${failed}`,
      "have it read all of its standard input, and end with 0 once it has kept the lines",
    );
  }

  async prove(): Promise<string> {
    await this.#fitCommand();
    return `the ${this.shown} is there; whether it keeps lines shows when it gets some`;
  }

  async close(): Promise<void> {}

  async #fitCommand(): Promise<Command> {
    const { options, folder } = this.#program;
    const command = parseCommand(options);
    if (command === undefined)
      throw new TrailFault("no program is named", "write: exec: [PROGRAM, ARGUMENT]");
    const unfit = await programFault(command, folder, this.#platform);
    if (unfit !== undefined) throw new TrailFault(`it ${unfit.why}`, unfit.remedy);
    return command;
  }
}
