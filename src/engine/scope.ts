import { distance } from "fastest-levenshtein";
import { isTarget, isWithin, managerOf } from "../model/address";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { PlanScope } from "../model/plan";

/** What a run is limited to, as questions about addresses. */
export interface Scope {
  readonly limited: boolean;
  /** Whether the resource at `address` is in scope. */
  covers(address: string): boolean;
  /** Whether the resource at `address`, or anything below it, is in scope. */
  touches(address: string): boolean;
}

export function createScope(scope: Pick<PlanScope, "managers" | "targets">): Scope {
  const { managers, targets } = scope;
  const inManagers = (address: string) =>
    managers.length === 0 || managers.some((manager) => isWithin(address, manager));
  const covers = (address: string) =>
    inManagers(address) && (targets.length === 0 || targets.some((target) => isWithin(address, target)));
  return {
    limited: targets.length > 0,
    covers,
    touches: (address) =>
      covers(address) || (inManagers(address) && targets.some((target) => isWithin(target, address))),
  };
}

/** Refuses managers that are not declared and targets that are no addresses; all of them together. */
export function checkScope(scope: Pick<PlanScope, "managers" | "targets">, desired: DesiredState): void {
  const names = [...desired.managers.keys()];
  const findings: Diagnostic[] = [];
  for (const name of scope.managers.filter((each) => !desired.managers.has(each))) {
    findings.push(unknownManager(`--manager ${JSON.stringify(name)}`, name, names));
  }
  for (const target of scope.targets) {
    const manager = managerOf(target);
    if (!isTarget(target)) findings.push(noAddress(target));
    else if (!desired.managers.has(manager)) {
      findings.push(unknownManager(`--target ${JSON.stringify(target)}`, manager, names));
    }
  }
  if (findings.length > 0) throw new DiagnosticError(findings);
}

function unknownManager(where: string, name: string, names: readonly string[]): Diagnostic {
  const nearest = [...names].sort((a, b) => distance(a, name) - distance(b, name))[0];
  const isNear = nearest !== undefined && distance(nearest, name) <= Math.max(2, name.length / 3);
  return {
    code: "unknown-manager",
    severity: "error",
    summary: `${where}: no manager ${JSON.stringify(name)} is declared`,
    remedy:
      nearest === undefined
        ? "declare it under `managers:`"
        : `declared are ${names.join(", ")}${isNear ? `; did you mean ${nearest}?` : ""}`,
  };
}

function noAddress(target: string): Diagnostic {
  return {
    code: "usage",
    severity: "error",
    summary: `--target ${JSON.stringify(target)} is not an address`,
    remedy:
      "write for example tokyo, tokyo/client/fluentd-web, tokyo/lower-manager/HOST, tokyo/agent/MANAGERHOST/HOST or tokyo/agent/MANAGERHOST/HOST/secret/KEY",
  };
}
