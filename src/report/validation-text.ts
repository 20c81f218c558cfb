import { kindNames, kinds } from "../model/kind-names";
import type { Validation } from "../model/validation";
import { type Paint, plain } from "./paint";
import { countOf } from "./wording";

/** One line: valid and what is in it, or invalid and how many diagnostics. */
export function validationText(report: Validation, paint: Paint = plain): string {
  const errors = report.diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = report.diagnostics.length - errors;
  if (errors > 0) {
    const also = warnings > 0 ? ` and ${countOf(warnings, "warning")}` : "";
    return `${paint("error", "Invalid")}: ${countOf(errors, "error")}${also}.\n`;
  }
  const { resources } = report;
  const parts = [
    countOf(report.managers, "manager"),
    ...kindNames.flatMap((kind) => [
      countOf(resources[kind], kinds[kind].one),
      ...(kind === "secret" ? [countOf(resources.selector, "selector")] : []),
    ]),
  ].filter((part) => !part.startsWith("0 "));
  const also = warnings > 0 ? ` (${countOf(warnings, "warning")})` : "";
  return `${paint("good", "Valid")}${also}: ${parts.join(", ") || "nothing is declared"}.\n`;
}
