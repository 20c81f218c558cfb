import type { Diagnostic } from "../model/diagnostic";
import { type KindName, kindNames, kinds } from "../model/kinds";
import { type Paint, plain } from "./paint";
import { countOf } from "./wording";

/** What checking the desired state found, without asking any manager. */
export interface ValidationReport {
  readonly managers: number;
  readonly resources: Readonly<Record<KindName | "selector", number>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** One line: valid and what is in it, or invalid and how many diagnostics. */
export function validationText(report: ValidationReport, paint: Paint = plain): string {
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
