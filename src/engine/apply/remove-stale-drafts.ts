import type { DiagnosticError } from "../../model/diagnostic";
import type { ApplyContext } from "../context";

/**
 * Removes the draft files that killed deliveries left behind: each holds a secret, and the state names it. This
 * includes drafts of resources that are no longer declared. The next run retries files that cannot be removed.
 */
export async function removeStaleDrafts({
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
