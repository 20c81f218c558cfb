import { diagnosticsOfFault } from "../library/manager-diagnostic";
import type { Diagnostic } from "../model/diagnostic";

/** Names of attributes, and indexes of lists and keys of maps in them. */
export type AttributePath = readonly (string | number | { readonly key: string })[];

/** What Terraform shows of one diagnostic, and at which attribute of the configuration. */
export interface Fault {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: AttributePath;
}

/** Faults of the configuration, each at its attribute. */
export class FaultError extends Error {
  override readonly name = "FaultError";

  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(({ summary }) => summary).join("; "));
  }
}

export function fault(
  attribute: AttributePath | undefined,
  summary: string,
  detail: string,
  severity: Fault["severity"] = "error",
): Fault {
  return { severity, summary, detail, ...(attribute && { attribute }) };
}

/** A diagnostic of ours as Terraform shows it. `attributeOf` says which attribute it is about. */
export function toFault(
  diagnostic: Diagnostic,
  attributeOf: (diagnostic: Diagnostic) => AttributePath | undefined = () => undefined,
): Fault {
  const { code, severity, summary, remedy } = diagnostic;
  const attribute = attributeOf(diagnostic);
  return {
    severity,
    summary: summary.charAt(0).toUpperCase() + summary.slice(1),
    detail: [...(remedy === undefined ? [] : [remedy]), `(jp1im: ${code})`].join("\n"),
    ...(attribute && { attribute }),
  };
}

/** Every fault in an error; a bug is none of the user's, and says so. */
export function faultsOf(
  error: unknown,
  attributeOf?: (diagnostic: Diagnostic) => AttributePath | undefined,
): readonly Fault[] {
  if (error instanceof FaultError) return error.faults;
  try {
    return diagnosticsOfFault(error).map((each) => toFault(each, attributeOf));
  } catch {
    const message = error instanceof Error ? error.message : String(error);
    const detail = `${message}\nPlease report it; TF_LOG=debug shows where it happened.`;
    return [fault(undefined, "The provider met a bug", detail)];
  }
}

/** The attribute of which a summary has the name, in backticks: `tls`, or `issue_on.url` of an object. */
export function namedAttribute(
  names: Iterable<string>,
): (diagnostic: Diagnostic) => AttributePath | undefined {
  const known = [...names];
  return ({ summary }) => {
    const name = known.find((each) => summary.includes(`\`${each}\``));
    return name?.split(".");
  };
}

/** As the configuration spells it: `secrets_wo["smtp.user"]`. */
export function spelled(path: AttributePath): string {
  const [first = "", ...rest] = path;
  const steps = rest.map((step) => {
    if (typeof step === "string") return `.${step}`;
    return typeof step === "number" ? `[${step}]` : `[${JSON.stringify(step.key)}]`;
  });
  return `${first}${steps.join("")}`;
}
