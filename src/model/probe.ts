/** What `probe` found out about one manager. It has no names, hosts or secrets, so that it can be shared. */
import type { GapId } from "./gaps";
import { fieldsOf } from "./options";

export const PROBE_FORMAT_VERSION = "1.0";

export interface ProbeReport {
  readonly format_version: typeof PROBE_FORMAT_VERSION;
  /** Version of jp1im. */
  readonly jp1im: string;
  /** Product version, `13-10-02`; absent if the manager reports none of this form. */
  readonly manager?: string | undefined;
  readonly probes: readonly ProbeResult[];
}

export interface ProbeResult {
  readonly id: GapId;
  readonly question: string;
  readonly chapter: string;
  readonly assumption: string;
  readonly asked?: string | undefined;
  readonly result: ProbeStatus;
  /** One of the gap's answers, or `other`; absent if it was not tried. */
  readonly seen?: string;
  /** What a difference means for the user. */
  readonly meaning?: string;
  /** Why it was not tried. */
  readonly reason?: string | undefined;
  /** Statuses and message IDs of the deciding answers, in their order. */
  readonly evidence?: readonly ProbeEvidence[] | undefined;
}

export type ProbeStatus = "as-assumed" | "different" | "not-tried";

export interface ProbeEvidence {
  /** 0 if no answer came. */
  readonly status: number;
  readonly message_id?: string | undefined;
}

/** An answer other than the known ones. */
export const OTHER_ANSWER = "other";

const REPORT_FIELDS = ["format_version", "jp1im", "manager", "probes"];
const RESULT_TEXTS = ["id", "question", "chapter", "assumption"];
const RESULT_FIELDS = [...RESULT_TEXTS, "asked", "result", "seen", "meaning", "reason", "evidence"];
const STATUSES: readonly unknown[] = ["as-assumed", "different", "not-tried"] satisfies ProbeStatus[];

/**
 * Whether a document is a report and nothing else: other documents of jp1im share its `format_version`. A report of
 * another version may have gaps that this one does not know.
 *
 * @example
 * const isReport = isProbeReport(JSON.parse(await readFile("probe.json", "utf8")));
 */
export function isProbeReport(document: unknown): boolean {
  const { format_version: format, jp1im, probes } = fieldsOf(document);
  return (
    format === PROBE_FORMAT_VERSION &&
    typeof jp1im === "string" &&
    hasOnly(document, REPORT_FIELDS) &&
    Array.isArray(probes) &&
    probes.length > 0 &&
    probes.every(isResult)
  );
}

function isResult(probe: unknown): boolean {
  const fields = fieldsOf(probe);
  return (
    hasOnly(probe, RESULT_FIELDS) &&
    RESULT_TEXTS.every((name) => typeof fields[name] === "string") &&
    STATUSES.includes(fields.result)
  );
}

function hasOnly(value: unknown, names: readonly string[]): boolean {
  return Object.keys(fieldsOf(value)).every((name) => names.includes(name));
}
