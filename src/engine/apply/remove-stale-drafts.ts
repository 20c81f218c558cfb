import type { DiagnosticError } from "../../model/diagnostic";
import type { ApplyContext } from "../context";

/**
 * Removes the draft files that killed deliveries left behind: each has a secret in it, and the state named it beforehand.
 * Resources that are no longer declared are included. The next run tries again what cannot be removed.
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
