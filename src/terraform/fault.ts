import { diagnosticsOfFault } from "../library/manager-diagnostic";
import type { Diagnostic } from "../model/diagnostic";
import { inTerraform } from "./in-terraform";

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

export type AttributeOf = (diagnostic: Diagnostic) => AttributePath | undefined;

/** Rewords a diagnostic for a kind of caller. */
export type Wording = (diagnostic: Diagnostic, attribute?: AttributePath) => Diagnostic;

/** A diagnostic of ours as Terraform shows it. `attributeOf` says which attribute it is about. */
export function toFault(
  diagnostic: Diagnostic,
  attributeOf: AttributeOf = () => undefined,
  wording: Wording = inTerraform,
): Fault {
  const attribute = attributeOf(diagnostic);
  const { code, severity, summary, remedy, address } = wording(diagnostic, attribute);
  return {
    severity,
    summary: capitalised(summary, address),
    detail: [...(remedy === undefined ? [] : [remedy]), `(jp1im: ${code})`].join("\n"),
    ...(attribute && { attribute }),
  };
}

/** Names and addresses are spelled as they are: only an ordinary word gets a capital letter. */
function capitalised(summary: string, address: string | undefined): string {
  const [word] = /^[a-z]+(?:'s)?(?=,? |$)/.exec(summary) ?? [];
  // The manager, and the hosts and IDs below it.
  const names = address?.split("/") ?? [];
  return word === undefined || names.includes(word)
    ? summary
    : summary.charAt(0).toUpperCase() + summary.slice(1);
}

/** Every fault in an error; a bug says that the user did not cause it. */
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
 * The attribute of which a summary has the name, in backticks: `tls`, or `issue_on.url` of an object. For a fault of
 * a place, the attribute of the sink.
 */
export function namedAttribute(names: Iterable<string>): AttributeOf {
  const known = [...names];
  return ({ summary, code }) => {
    // What the provider block lacks, as resources have attributes of the same name.
    if (/^the manager \S+ lacks /.test(summary)) return undefined;
    const named = known.find((each) => summary.includes(`\`${each}\``));
    const isAboutSink = code.startsWith("sink-") || /^the secret of \S+ goes to /.test(summary);
    const sink = isAboutSink ? known.find((each) => each === "deliver_to") : undefined;
    return (named ?? sink)?.split(".");
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
