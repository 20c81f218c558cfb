import type { LeftByDestroy } from "../../../library/desired-text";
import { diagnosticsOfFault } from "../../../library/manager-diagnostic";
import { managerOf, parseAddress } from "../../../model/address";
import type { Diagnostic } from "../../../model/diagnostic";
import type { Plan, Unplanned } from "../../../model/plan";
import {
  type AttributePath,
  type Fault,
  FaultError,
  fault,
  namedAttribute,
  toFault,
  type Wording,
} from "../../fault";
import { firstOf } from "../../first-of";

const named = namedAttribute(["yaml", "base_path"]);

/** A diagnostic with a position in the document is about `yaml`. */
export function documentAttribute(diagnostic: Diagnostic): AttributePath | undefined {
  return diagnostic.position || diagnostic.code === "no-input" ? ["yaml"] : named(diagnostic);
}

/** Adds the position in the document to the remedy, because Terraform shows only the attribute. */
export function withPosition(diagnostic: Diagnostic): Diagnostic {
  const { position, excerpt, remedy, summary } = diagnostic;
  const place = position && `Line ${position.line}, column ${position.column} of \`yaml\`:`;
  const lines = position ? [place, excerpt, remedy] : [remedy];
  const detail = lines.filter((each) => each !== undefined && each !== "").join("\n");
  return {
    ...diagnostic,
    summary: inTermsOfYaml(summary),
    remedy: detail === "" ? undefined : inTermsOfYaml(detail),
  };
}

/** The library reads the document as if it came from standard input. These are the words for Terraform. */
function inTermsOfYaml(text: string): string {
  return text
    .replace(", or name the files that do with -f", "")
    .replace(
      "for a rehearsal, set `policy.allowLiteralSecrets: true`",
      "`allowLiteralSecrets` does not count here",
    )
    .replace(/<stdin>:(\d+):(\d+)/g, "line $1, column $2 of `yaml`")
    .replaceAll("<stdin>", "`yaml`");
}

export function documentFault(diagnostic: Diagnostic): Fault {
  return toFault(withPosition(diagnostic), documentAttribute, documentWording);
}

/**
 * Faults of a destroy if the state lost records. A key of an agent is only a warning, because somebody else may have
 * set it before the selector matched the agent.
 */
export function lostFaults({ refusals, addresses }: LeftByDestroy, location: string): Fault[] {
  if (refusals.length > 0) return refusals.map(undeletedFault);
  const isSecret = (address: string) => parseAddress(address)?.kind === "secret";
  const named = addresses.filter((address) => !isSecret(address));
  if (named.length > 0) return [lostFault(named, location)];
  const secrets = addresses.filter(isSecret);
  if (secrets.length === 0) return [];
  const summary = `Not deleted, as the state in ${location} has no record of it: ${firstOf(secrets)}`;
  const detail =
    "Someone else may have set it and may need it. If the document wrote it, restore a backup of the state before the destroy, or delete it there.";
  return [fault(["yaml"], summary, detail, "warning")];
}

function lostFault(addresses: readonly string[], location: string): Fault {
  const summary = `The state in ${location} has no record of ${firstOf(addresses)}, which the document declares and which is there`;
  const detail =
    "Nothing was deleted. If a part of the state was lost, restore a backup of it, or import the document's resources with `jp1im import`; then destroy again. `terraform state rm` makes Terraform forget the document.";
  return fault(["yaml"], summary, detail);
}

function undeletedFault(diagnostic: Diagnostic): Fault {
  const about = documentFault(diagnostic);
  const detail = `Nothing was deleted. \`terraform state rm\` makes Terraform forget the document.\n${about.detail}`;
  return { ...about, detail };
}

/** A document uses the words of the command line. Only options differ: the provider block gives them here. */
export const documentWording: Wording = (diagnostic) =>
  diagnostic.code === "no-state" ? { ...diagnostic, remedy: lostStateRemedy(diagnostic) } : diagnostic;

function lostStateRemedy({ address: manager = "" }: Diagnostic): string {
  return [
    `If ${manager} was applied with another state, name its place as \`state\` of the provider block, or in the document.`,
    "If the state was lost, `jp1im state push BACKUP --state FOLDER` restores a backup of it.",
    `Otherwise \`jp1im import ${manager} -f DOCUMENT --state FOLDER\` records what exists, and sends nothing that writes; the next apply then writes every value that its source gives.`,
    "FOLDER is `state` of the provider block, or `.jp1im` in `base_path` if nothing names a place. DOCUMENT is a file with the text of `yaml`.",
  ].join("\n");
}

/**
 * If the state has no record of a manager, this is the only error about it. That its clients are not ours follows
 * from it.
 */
export function withoutConsequences(plan: Plan): Plan {
  const unknown = new Set(
    plan.diagnostics.flatMap(({ code, address }) => (code === "no-state" ? [address] : [])),
  );
  const follows = ({ code, address }: Unplanned) => code === "not-ours" && unknown.has(managerOf(address));
  return { ...plan, blocked: plan.blocked.filter((each) => !follows(each)) };
}

/** Runs `work`, and throws its diagnostics with their positions in the document. Rethrows a bug. */
export async function withDocumentFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw new FaultError(diagnosticsOfFault(error).map(documentFault));
  }
}

/** An error if a document would delete what it did not declare before. */
export function deletionFaults(addresses: readonly string[]): Fault[] {
  if (addresses.length === 0) return [];
  const summary = `The document would delete or forget what it never declared: ${firstOf(addresses)}`;
  const detail =
    "Another resource, or `jp1im` itself, manages that on the same state. Set `policy: { prune: none }` for its manager in the document, and the document deletes nothing; or give the document a `state` of its own. If the document declared it before, and Terraform does not know that, import the document as it was applied last.";
  return [fault(["yaml"], summary, detail)];
}
