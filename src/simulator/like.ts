import { failure } from "../model/diagnostic";
import { type AskedGapId, answersTo, type Behaviours, isAskedGap } from "../model/gaps";
import { fieldsOf, textOption } from "../model/options";
import { PROBE_FORMAT_VERSION } from "../model/probe";

export interface Likeness {
  readonly behaviours: Behaviours;
  /** Gaps to which the manager gave an answer that the simulator cannot give. */
  readonly unplayable: readonly AskedGapId[];
}

/** The behaviour of the manager in a probe's report. Throws a `DiagnosticError` (`probe-unreadable`). */
export function likenessOf(text: string, file: string): Likeness {
  const report = parse(text);
  const { probes } = fieldsOf(report);
  if (textOption(report, "format_version") !== PROBE_FORMAT_VERSION || !Array.isArray(probes)) {
    throw failure({
      code: "probe-unreadable",
      summary: `${file} is no report of a probe in format ${PROBE_FORMAT_VERSION}`,
      remedy: "name the file that jp1im probe --report FILE wrote",
    });
  }
  const behaviours: Record<string, string> = {};
  const unplayable: AskedGapId[] = [];
  for (const probe of probes) {
    const id = textOption(probe, "id") ?? "";
    const seen = textOption(probe, "seen");
    // A report of another version may have more gaps than this version.
    if (seen === undefined || !isAskedGap(id)) continue;
    if (answersTo(id).includes(seen)) behaviours[id] = seen;
    else unplayable.push(id);
  }
  return { behaviours, unplayable };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
