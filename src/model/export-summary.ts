import type { Unplanned } from "./plan";

/** What `export` took from a manager. */
export interface ExportSummary {
  readonly manager: string;
  readonly counts: {
    readonly clients: number;
    readonly lower_managers: number;
    readonly agents: number;
    readonly secrets: number;
  };
  /** What it intentionally leaves out, in sentences. */
  readonly left_out: readonly string[];
  /** What could not be read; if not empty, the export is incomplete. */
  readonly unknown: readonly Unplanned[];
}
