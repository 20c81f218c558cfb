/** Plays seeds that the parent process sends, and tells what came of them. */
import { randomHistory } from "./history";
import { play, type Violation } from "./play";

export interface Assignment {
  readonly from: number;
  readonly to: number;
}

export interface Played {
  readonly histories: number;
  readonly faults: readonly (readonly [kind: string, count: number])[];
  readonly failures: readonly { readonly seed: number; readonly violation: Violation }[];
  /** Of the first seed of the assignment, for a replay elsewhere. */
  readonly digest: string;
}

/** More of them say no more of what is broken. */
export const MOST_FAILURES = 5;

export async function playSeeds({ from, to }: Assignment): Promise<Played> {
  const faults = new Map<string, number>();
  const failures: { seed: number; violation: Violation }[] = [];
  let digest = "";
  let seed = from;
  for (; seed < to && failures.length < MOST_FAILURES; seed++) {
    const report = await play(randomHistory(seed));
    if (seed === from) digest = report.digest;
    for (const [kind, count] of report.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
    const [violation] = report.violations;
    if (violation) failures.push({ seed, violation });
  }
  return { histories: seed - from, faults: [...faults], failures, digest };
}

// Only where it is a process of its own.
if (process.send !== undefined && require.main === module) {
  // Nobody reads them here: a failing seed is played again by whoever started this.
  Error.stackTraceLimit = 0;
  process.on("message", (assignment: Assignment) => {
    void playSeeds(assignment).then((played) => process.send?.(played));
  });
}
