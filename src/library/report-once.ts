import type { EngineEvent } from "../engine/context";
import type { Diagnostic } from "../model/diagnostic";
import type { Outcome } from "../model/outcome";

type Reporting = { readonly report: (event: EngineEvent) => void };

/** Reports each diagnostic of `work` once: its caller shows those of the outcome, so only the others are reported here. */
export async function reportOnce<C extends Reporting, O extends Outcome | undefined>(
  context: C,
  work: (context: C) => Promise<O>,
): Promise<O> {
  const held: Diagnostic[] = [];
  const reportOthers = (reported: readonly Diagnostic[]) => {
    for (const diagnostic of held)
      if (!reported.some((each) => isSame(each, diagnostic)))
        context.report({ type: "diagnostic", diagnostic });
  };
  const report = (event: EngineEvent) => {
    if (event.type === "diagnostic") held.push(event.diagnostic);
    else context.report(event);
  };
  try {
    const outcome = await work({ ...context, report });
    reportOthers(outcome?.diagnostics ?? []);
    return outcome;
  } catch (error) {
    reportOthers([]);
    throw error;
  }
}

function isSame(one: Diagnostic, other: Diagnostic): boolean {
  return one.code === other.code && one.summary === other.summary && one.address === other.address;
}
