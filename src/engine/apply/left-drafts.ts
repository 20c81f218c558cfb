import type { DiagnosticError } from "../../model/diagnostic";
import type { ApplyContext } from "../context";

/**
 * Removes what deliveries left that were killed: files with a secret in them, which the state has named before. Also that
 * of resources that are undeclared by now. What cannot be removed is tried again by the next run.
 */
export async function removeLeftDrafts({
  state,
  delivery,
  report,
}: Pick<ApplyContext, "state" | "delivery" | "report">): Promise<void> {
  for (const record of [...state.records()]) {
    if (!("drafts" in record) || record.drafts === undefined || !state.mayWrite(record.manager)) continue;
    const { drafts, ...rest } = record;
    try {
      await delivery.removeDrafts(drafts);
      state.put(rest);
    } catch (error) {
      for (const diagnostic of (error as DiagnosticError).diagnostics)
        report({ type: "diagnostic", diagnostic });
    }
  }
}
