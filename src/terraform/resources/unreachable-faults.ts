import { unplannedOfFault } from "../../library/manager-diagnostic";
import type { Diagnostic } from "../../model/diagnostic";
import type { DiagnosticCode } from "../../model/diagnostic-codes";
import type { Unplanned } from "../../model/plan";
import { type AttributeOf, type Fault, toFault, type Wording } from "../fault";
import type { Connection } from "../provider/connection";

export interface WarningSettings extends Pick<Connection, "shownWarnings"> {
  /** `must` if no setting of the provider block permits a warning. */
  readonly unreachable: Connection["unreachable"] | "must";
}

/** The faults of a refresh for a resource that did not answer. Its known state stays. Rethrows a bug. */
export function unreachableFault(
  error: unknown,
  address: string,
  connection: WarningSettings,
): readonly Fault[] {
  return unreachableFaults(unplannedOfFault(error, address), connection);
}

/** One fault for each reason. Leaves out warnings that this walk has shown before. */
export function unreachableFaults(
  unknown: readonly Unplanned[],
  { unreachable, shownWarnings }: WarningSettings,
  attributeOf?: AttributeOf,
  wording?: Wording,
): Fault[] {
  // A manager that says that it is another one has answered.
  const mayWarn = ({ code }: Unplanned) => unreachable === "warn" && code !== "other-manager";
  const open = unknown.filter((each) => !mayWarn(each) || shownWarnings.isFirst(factOf(each)));
  return byReason(open).map((group) => {
    const [first] = group;
    const { address, code, remedy } = first;
    const isWarning = mayWarn(first);
    const what =
      MANAGER_WIDE.has(code) && isWarning ? managerOf(address) : listed(group.map((each) => each.address));
    const summary = `${what}: ${reasonOf(first)}`;
    const details = [
      ...(isWarning ? [remarkOnKept(code)] : []),
      ...(remedy === undefined ? [] : [remedy]),
      ...(unreachable === "error" && UNANSWERED.has(code) ? [TO_WARN] : []),
    ];
    const severity = isWarning ? "warning" : "error";
    const more = details.length > 0 && { remedy: details.join("\n") };
    return toFault({ code, severity, summary, address, ...more }, attributeOf, wording);
  });
}

/** Codes that apply to everything on the manager. */
const MANAGER_WIDE: ReadonlySet<DiagnosticCode> = new Set([
  "manager-unreachable",
  "manager-tls",
  "manager-denied",
]);

const UNANSWERED: ReadonlySet<DiagnosticCode> = new Set([
  "manager-unreachable",
  "manager-timeout",
  "manager-failed",
]);

const TO_WARN =
  'to continue without what does not answer, set `unreachable = "warn"` in the provider block: Terraform then shows a warning and keeps the last known values';

function factOf({ address, code }: Unplanned): string {
  return `${code} ${MANAGER_WIDE.has(code) ? managerOf(address) : address}`;
}

function managerOf(address: string): string {
  return address.split("/")[0] ?? address;
}

/** The reason, without whether the request was sent, which does not matter in a warning. */
function reasonOf({ detail }: Unplanned): string {
  return detail.replace(/^not asked any more: /, "");
}

function remarkOnKept(code: DiagnosticCode): string {
  return MANAGER_WIDE.has(code)
    ? "Terraform keeps the last known values of every resource on it. This plan does not show what else an apply would do."
    : "Terraform keeps the last known values.";
}

type Group = [Unplanned, ...Unplanned[]];

function byReason(unknown: readonly Unplanned[]): Group[] {
  return grouped(unknown, (each) => `${each.code} ${managerOf(each.address)} ${reasonOf(each)}`);
}

function grouped<T>(items: readonly T[], idOf: (each: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const each of items) {
    const id = idOf(each);
    const group = groups.get(id);
    if (group) group.push(each);
    else groups.set(id, [each]);
  }
  return [...groups.values()];
}

/** One diagnostic for each reason, with the addresses of all that failed for it. */
export function oncePerReason(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const withoutAddress = ({ address = "", summary }: Diagnostic) =>
    address !== "" && summary.startsWith(`${address}: `) ? summary.slice(address.length + 2) : summary;
  const idOf = (each: Diagnostic) =>
    each.address === undefined || each.position
      ? JSON.stringify(each)
      : JSON.stringify([
          each.code,
          each.severity,
          managerOf(each.address),
          withoutAddress(each),
          each.remedy,
        ]);
  return grouped(diagnostics, idOf).map(([first, ...others]) => {
    const addresses = [...new Set([first, ...others].map(({ address = "" }) => address))];
    return addresses.length === 1
      ? first
      : { ...first, summary: `${listed(addresses)}: ${withoutAddress(first)}` };
  });
}

const MOST_SHOWN = 5;

function listed(addresses: readonly string[]): string {
  const shown = addresses.slice(0, MOST_SHOWN);
  const more = addresses.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
