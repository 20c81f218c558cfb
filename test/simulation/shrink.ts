import type { History, Step } from "./history";

/** A part of a history that can be left out: `3`, a whole step, or `3.fate`, `3.edits.0`. */
export type Part = string;

/** The same history without some of its parts. What is left has the same chance as before. */
export function without(history: History, parts: readonly Part[]): History {
  const left = new Set(parts);
  const steps = history.steps.filter(({ number }) => !left.has(`${number}`)).map((step) => prune(step, left));
  return { ...history, steps };
}

/**
 * The parts that a history can do without and still fail, found by leaving out one after the other, until no part is
 * left that could go.
 */
export async function shrink(
  history: History,
  fails: (history: History) => Promise<boolean>,
): Promise<readonly Part[]> {
  const parts = partsOf(history).reverse();
  let dropped: readonly Part[] = [];
  for (let before = -1; before !== dropped.length; ) {
    before = dropped.length;
    for (const part of parts) {
      // A step that is gone takes its parts with it.
      if (dropped.some((each) => part === each || part.startsWith(`${each}.`))) continue;
      const left = without(history, [...dropped, part]);
      if (left.steps.length > 0 && (await fails(left))) dropped = [...dropped, part];
    }
  }
  return dropped.filter((part) => !dropped.some((each) => part.startsWith(`${each}.`)));
}

/** Steps first, so that they are tried last: `reverse` begins with what is small. */
function partsOf({ steps }: History): Part[] {
  return steps.flatMap((step) => [
    ...(steps.length > 1 ? [`${step.number}`] : []),
    ...OPTIONAL.filter((name) => step[name] !== undefined).map((name) => `${step.number}.${name}`),
    ...(step.heals ? [`${step.number}.heals`] : []),
    ...(step.run.fate ? [`${step.number}.fate`] : []),
    ...(step.run.fileFault ? [`${step.number}.fileFault`] : []),
    ...(step.run.sleep ? [`${step.number}.sleep`] : []),
    ...LISTS.flatMap((name) => step[name].map((_, index) => `${step.number}.${name}.${index}`)),
  ]);
}

const OPTIONAL = ["loses", "desired", "jump", "second", "misled", "contradicts", "contends"] as const;
const LISTS = ["edits", "rotations", "faults", "stateFaults", "meanwhile"] as const;

function prune(step: Step, left: ReadonlySet<Part>): Step {
  const { loses, desired, jump, second, misled, contradicts, contends, run, ...rest } = step;
  const { fate, fileFault, sleep, ...choice } = run;
  const has = (name: string) => !left.has(`${step.number}.${name}`);
  const kept = <T>(name: string, list: readonly T[]) => list.filter((_, index) => has(`${name}.${index}`));
  return {
    ...rest,
    ...(loses && has("loses") && { loses }),
    ...(desired && has("desired") && { desired }),
    ...(jump !== undefined && has("jump") && { jump }),
    ...(second && has("second") && { second }),
    ...(misled && has("misled") && { misled }),
    ...(contradicts && has("contradicts") && { contradicts }),
    ...(contends !== undefined && has("contends") && { contends }),
    run: {
      ...choice,
      ...(fate && has("fate") && { fate }),
      ...(fileFault && has("fileFault") && { fileFault }),
      ...(sleep && has("sleep") && { sleep }),
    },
    heals: step.heals && has("heals"),
    edits: kept("edits", step.edits),
    rotations: kept("rotations", step.rotations),
    faults: kept("faults", step.faults),
    stateFaults: kept("stateFaults", step.stateFaults),
    meanwhile: kept("meanwhile", step.meanwhile),
  };
}
