import type { AuditedRun } from "../../model/audit";
import type { AuditLine } from "./line";

type RunSoFar = { -readonly [Key in keyof AuditedRun]: AuditedRun[Key] } & {
  readonly openWrites: Set<number>;
};

/** Summarises the lines of each run, in the order in which the runs began. */
export function summarizeRuns(lines: readonly AuditLine[]): readonly AuditedRun[] {
  const runs = new Map<string, RunSoFar>();
  for (const line of lines) {
    const known = runs.get(line.run);
    const run = known ?? newRun(line);
    if (known === undefined) runs.set(line.run, run);
    add(run, line);
  }
  return [...runs.values()].map(({ openWrites, unknown, ...run }) => ({
    ...run,
    unknown: unknown + openWrites.size,
  }));
}

function newRun({ run, command, time, who }: AuditLine): RunSoFar {
  return { ...{ run, command, started: time, who, writes: 0, unknown: 0 }, openWrites: new Set() };
}

function add(run: RunSoFar, line: AuditLine): void {
  if (line.plan !== undefined) run.plan = line.plan;
  switch (line.event) {
    case "plan":
      run.approval = line.approval;
      return;
    case "write-started":
      run.writes += 1;
      run.openWrites.add(line.write);
      return;
    case "write-ended":
      run.openWrites.delete(line.write);
      if (line.outcome === "unknown") run.unknown += 1;
      return;
    case "run-ended":
      run.ended = line.time;
      run.outcome = line.outcome;
  }
}
