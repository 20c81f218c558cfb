import { diagnosticsOfFault } from "../library/manager-diagnostic";
import type { Diagnostic } from "../model/diagnostic";
import { inTerraform } from "./in-terraform";

/** The steps to a value: names of attributes, indexes of lists, keys of maps. */
export type AttributePath = readonly (string | number | { readonly key: string })[];

/** One diagnostic as Terraform shows it, with the attribute that it is about. */
export interface Fault {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: AttributePath | undefined;
}

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
  return { severity, summary, detail, attribute };
}

export type AttributeOf = (diagnostic: Diagnostic) => AttributePath | undefined;

/** Rewords a diagnostic for a kind of caller. */
export type Wording = (diagnostic: Diagnostic, attribute?: AttributePath) => Diagnostic;

/** Converts a diagnostic. `attributeOf` finds the attribute that it is about. */
export function toFault(
  diagnostic: Diagnostic,
  attributeOf: AttributeOf = () => undefined,
  wording: Wording = inTerraform,
): Fault {
  const attribute = attributeOf(diagnostic);
  const { code, severity, summary, remedy, address } = wording(diagnostic, attribute);
  return {
    severity,
    summary: capitalise(summary, address),
    detail: [...(remedy === undefined ? [] : [remedy]), `(jp1im: ${code})`].join("\n"),
    attribute,
  };
}

/** Gives an ordinary first word a capital letter. Names and addresses keep their spelling. */
function capitalise(summary: string, address: string | undefined): string {
  const [word] = /^[a-z]+(?:'s)?(?=,? |$)/.exec(summary) ?? [];
  // The manager, and the hosts and IDs below it.
  const names = address?.split("/") ?? [];
  return word === undefined || names.includes(word)
    ? summary
    : summary.charAt(0).toUpperCase() + summary.slice(1);
}

/** The faults in an error. For a bug, the fault says that the user did not cause it. */
export function faultsOf(error: unknown, attributeOf?: AttributeOf): readonly Fault[] {
  if (error instanceof FaultError) return error.faults;
  try {
    return diagnosticsOfFault(error).map((each) => toFault(each, attributeOf));
  } catch {
    const message = error instanceof Error ? error.message : String(error);
    const detail = `${message}\nPlease report it; TF_LOG=debug shows where it happened.`;
    return [fault(undefined, "The provider met a bug", detail)];
  }
}

/**
 * Finds the attribute that a summary names in backticks: `tls`, or `issue_on.url` in an object. For a fault of a
 * delivery place it is the attribute of the sink.
 */
export function namedAttribute(names: Iterable<string>): AttributeOf {
  const known = [...names];
  return ({ summary, code }) => {
    // This is about the provider block. Resources have attributes with the same names.
    if (/^the manager \S+ lacks /.test(summary)) return undefined;
    const named = known.find((each) => summary.includes(`\`${each}\``));
    const isAboutSink = code.startsWith("sink-") || /^the secret of \S+ goes to /.test(summary);
    const sink = isAboutSink ? known.find((each) => each === "deliver_to") : undefined;
    return (named ?? sink)?.split(".");
  };
}

/** The path in the syntax of a configuration: `secrets_wo["smtp.user"]`. */
export function formatPath(path: AttributePath): string {
  const [first = "", ...rest] = path;
  const steps = rest.map((step) => {
    if (typeof step === "string") return `.${step}`;
    return typeof step === "number" ? `[${step}]` : `[${JSON.stringify(step.key)}]`;
  });
  return `${first}${steps.join("")}`;
}
