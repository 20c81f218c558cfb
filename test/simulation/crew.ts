import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Assignment, Played } from "./worker";

/** So many seeds go to a process at a time. */
const BATCH = 50;

/** Worker processes that share out a range of seeds. */
export class Crew {
  readonly #processes: readonly ChildProcess[];

  constructor(jobs: number, script = join(__dirname, "worker.js")) {
    this.#processes = Array.from({ length: jobs }, () => fork(script));
  }

  /** Calls `onPlayed` for each batch; stops early once it returns false. */
  async play(
    { from, to }: Assignment,
    onPlayed: (assignment: Assignment, played: Played) => boolean,
  ): Promise<void> {
    let next = from;
    let goesOn = true;
    await Promise.all(
      this.#processes.map(async (process) => {
        while (goesOn && next < to) {
          const assignment = { from: next, to: Math.min(to, next + BATCH) };
          next = assignment.to;
          const played = await ask(process, assignment);
          goesOn = onPlayed(assignment, played) && goesOn;
        }
      }),
    );
  }

  /** Plays one seed in a process that is told, for its digest. */
  async digest(seed: number, job: number): Promise<string> {
    const process = this.#processes[job % this.#processes.length];
    if (!process) throw new RangeError("a crew of none");
    return (await ask(process, { from: seed, to: seed + 1 })).digest;
  }

  end(): void {
    for (const process of this.#processes) process.kill();
  }
}

function ask(process: ChildProcess, assignment: Assignment): Promise<Played> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      process.off("message", answer);
      process.off("exit", die);
    };
    const answer = (played: Played) => {
      settle();
      resolve(played);
    };
    const die = (code: number | null, signal: string | null) => {
      settle();
      reject(
        new Error(
          `a worker ended with ${code ?? signal} at seeds ${assignment.from} to ${assignment.to - 1}`,
        ),
      );
    };
    process.on("message", answer);
    process.on("exit", die);
    process.send(assignment);
  });
}
