import { managerOf, parseAddress, placesAbove } from "../../model/address";
import type { Change, DeferredChange } from "../../model/change";
import type { Diagnostic } from "../../model/diagnostic";
import { kinds } from "../../model/kind-names";
import type { ChangeOutcome } from "../../model/outcome";
import type { PlanMode, Unplanned } from "../../model/plan";
import { visible, visibleName } from "../../model/visible";
import { effectText } from "../outcome-text";
import type { OutputDocument } from "../output-document";
import { reasonOf } from "../reasons";
import { remedyFor } from "../remedies";
import type { ReportRow, RowDetail } from "./page-data";

/** Everything that a plan changes, defers or leaves open, each with its result. */
export function reportRows({ plan, outcome, diagnostics }: OutputDocument): ReportRow[] {
  if (plan === undefined) return [];
  const ended = new Map(outcome?.changes.map((change) => [change.address, change]));
  const errors = byAddress(diagnostics.filter(({ severity }) => severity === "error"));
  return [
    ...plan.changes.map((change) => changeRow(change, plan.mode, ended.get(change.address), errors)),
    ...plan.deferred.map(deferredRow),
    ...plan.unknown.map((entry) => unplannedRow("unknown", entry)),
    ...plan.blocked.map((entry) => unplannedRow("blocked", entry)),
  ];
}

type Errors = ReadonlyMap<string, readonly Diagnostic[]>;

function byAddress(diagnostics: readonly Diagnostic[]): Errors {
  const byPlace = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const { address = "" } = diagnostic;
    byPlace.set(address, [...(byPlace.get(address) ?? []), diagnostic]);
  }
  return byPlace;
}

function changeRow(
  change: Change,
  mode: PlanMode,
  ended: ChangeOutcome | undefined,
  errors: Errors,
): ReportRow {
  const { address, action, issued_at: issuedAt } = change;
  return {
    ...placed(address, kinds[change.kind].one),
    action: action === "no-op" ? "adopt" : action,
    reason: visible(reasonOf(change, mode)),
    result: ended?.status ?? "",
    details: [
      ...nameDetails(address),
      ...(issuedAt === undefined ? [] : [["Issued at", visible(issuedAt)] as const]),
      ...(ended === undefined ? [] : outcomeDetails(ended, errors)),
    ],
  };
}

function deferredRow({ address, action, reason, after }: DeferredChange): ReportRow {
  const what = action === "write" ? "written, unless there as last written" : "deleted";
  return {
    ...placed(address, kinds.secret.one),
    action: "deferred",
    reason: `${what}: ${deferredReasons[reason]}`,
    result: "",
    details: [...nameDetails(address), ["Waits for", visibleName(after)]],
  };
}

const deferredReasons: Readonly<Record<DeferredChange["reason"], string>> = {
  declared: "it is declared",
  undeclared: "it is ours, and no longer declared",
};

function unplannedRow(
  action: "unknown" | "blocked",
  { address, code, detail, remedy }: Unplanned,
): ReportRow {
  return {
    ...placed(address, kindOf(address)),
    action,
    reason: visible(detail),
    result: "",
    details: [...nameDetails(address), ["Code", code], ["What to do", visible(remedy ?? remedyFor(code))]],
  };
}

function placed(address: string, kind: string): Pick<ReportRow, "address" | "manager" | "kind"> {
  return { address: visibleName(address), manager: visibleName(managerOf(address)), kind };
}

/** The kind of an entry; an unknown one may be a whole agent or a whole manager. */
function kindOf(address: string): string {
  const kind = parseAddress(address)?.kind ?? "manager";
  return kind === "manager" || kind === "agent" || kind === "rebuild" ? kind : kinds[kind].one;
}

/** The names in an address, without its escapes. */
function nameDetails(address: string): RowDetail[] {
  const addressed = parseAddress(address);
  if (addressed === undefined) return [];
  const details: RowDetail[] = [["Manager", visibleName(addressed.manager)]];
  if (addressed.kind === "client") details.push(["Client", visibleName(addressed.id)]);
  if (addressed.kind === "lower-manager") details.push(["Lower manager", visibleName(addressed.host)]);
  if (addressed.kind === "agent" || addressed.kind === "secret") {
    const { host, managerHost } = addressed.agent;
    details.push(["Agent", visibleName(host)], ["Reports to", visibleName(managerHost)]);
  }
  if (addressed.kind === "secret") details.push(["Key", visibleName(addressed.key)]);
  return details;
}

/** The errors of a failed change may be at the address of its agent. */
function outcomeDetails(
  { address, status, delivered_to, effects }: ChangeOutcome,
  errors: Errors,
): RowDetail[] {
  const reported =
    status === "failed" ? [...placesAbove(address)].flatMap((place) => errors.get(place) ?? []) : [];
  return [
    ...(delivered_to === undefined ? [] : [["Delivered to", visible(delivered_to)] as const]),
    ...(effects ?? []).map((effect) => ["Effect", effectText(effect)] as const),
    ...reported.flatMap(({ code, summary, remedy }) => [
      ["Error", `${visible(summary)} [${code}]`] as const,
      ...(remedy === undefined ? [] : [["What to do", visible(remedy)] as const]),
    ]),
  ];
}
