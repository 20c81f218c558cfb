import { isWithin } from "../../model/address";
import { issuesOf } from "../../model/declared";
import type { DesiredState } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { PlanMode, PlanScope } from "../../model/plan";
import { shellCommand } from "../../model/shell-command";
import { nearestAddress } from "../nearest-address";
import type { Scope } from "../scope";

/** How many addresses a remedy lists. */
const NAMED = 5;

/**
 * Refuses requested rotations of anything but declared clients and initial secrets in scope; reports all of them
 * together.
 */
export function requireRotatable(
  { rotate: addresses = [], mode }: Pick<PlanScope, "rotate"> & { readonly mode: PlanMode },
  scope: Scope,
  desired: DesiredState,
): void {
  if (addresses.length === 0) return;
  if (mode === "destroy") throw new DiagnosticError([notWithDestroy]);
  const known = new Set([...desired.managers.values()].flatMap(issuesOf).map(({ address }) => address));
  const diagnostics = addresses.flatMap((address): Diagnostic[] => {
    if (!known.has(address)) return [unknownRotation(address, [...known])];
    return scope.covers(address) ? [] : [outOfScope(address)];
  });
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
}

function unknownRotation(address: string, known: readonly string[]): Diagnostic {
  const covered = known.filter((each) => isWithin(each, address));
  if (covered.length > 0) return manyToRotate(address, covered);
  const nearest = nearestAddress(address, known);
  return {
    code: "usage",
    severity: "error",
    summary: `--rotate ${JSON.stringify(address)}: no client or initial secret is declared at this address`,
    remedy: nearest ? `did you mean ${nearest}?` : withoutNearest(known),
  };
}

function withoutNearest(known: readonly string[]): string {
  const elsewhere =
    "a value that has a source is rotated there, and the initial secret of an `issueOn` is issued when its lower manager is added";
  if (known.length === 0) return elsewhere;
  return `declared are ${known.slice(0, NAMED).join(", ")}${known.length > NAMED ? " and more" : ""}; ${elsewhere}`;
}

/** Refuses a place above several secrets: each new issue ends a secret that is in use, so each must be named. */
function manyToRotate(address: string, covered: readonly string[]): Diagnostic {
  return {
    code: "usage",
    severity: "error",
    summary: `--rotate ${JSON.stringify(address)}: --rotate takes one client or initial secret, and ${covered.length === 1 ? "one is" : `${covered.length} are`} declared below this address`,
    remedy: `name each: ${covered
      .slice(0, NAMED)
      .map((each) => shellCommand("--rotate", each))
      .join(" ")}${covered.length > NAMED ? " …" : ""}`,
  };
}

const notWithDestroy: Diagnostic = {
  code: "usage",
  severity: "error",
  summary: "--rotate does not go with destroying everything",
  remedy: "leave one of the two out",
};

function outOfScope(address: string): Diagnostic {
  return {
    code: "usage",
    severity: "error",
    summary: `--rotate ${JSON.stringify(address)}: the run is limited to something else`,
    remedy: "leave --manager and --target out, or let them cover it",
  };
}
