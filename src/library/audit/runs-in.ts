import type { AuditedRun } from "../../model/audit";
import type { AuditLine } from "./line";

type Open = { -readonly [Key in keyof AuditedRun]: AuditedRun[Key] } & { readonly begun: Set<number> };

/** What the lines say of each run, in the order in which the runs began. */
export function runsIn(lines: readonly AuditLine[]): readonly AuditedRun[] {
  const runs = new Map<string, Open>();
  for (const line of lines) {
    const known = runs.get(line.run);
    const run = known ?? begun(line);
    if (known === undefined) runs.set(line.run, run);
    add(run, line);
  }
  return [...runs.values()].map(({ begun: open, unknown, ...run }) => ({
    ...run,
    unknown: unknown + open.size,
  }));
}

function begun({ run, command, time, who }: AuditLine): Open {
  return { ...{ run, command, started: time, who, writes: 0, unknown: 0 }, begun: new Set() };
}

function add(run: Open, line: AuditLine): void {
  if (line.plan !== undefined) run.plan = line.plan;
  switch (line.event) {
    case "plan":
      run.approval = line.approval;
      return;
    case "write-started":
      run.writes += 1;
      run.begun.add(line.write);
      return;
    case "write-ended":
      run.begun.delete(line.write);
      if (line.outcome === "unknown") run.unknown += 1;
      return;
    case "run-ended":
      run.ended = line.time;
      run.outcome = line.outcome;
  }
}
