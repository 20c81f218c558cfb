import { isServerWait } from "../model/diagnostic";
import { kindNames, kinds } from "../model/kind-names";
import { visible, visibleName } from "../model/visible";
import type { ManagerCycle, WatchEvent } from "../model/watch";
import { type Paint, plain, type Tone } from "./paint";
import { countOf, durationText, grouped } from "./wording";

/** Secrets that a line names. */
const SHOWN = 3;

/** One event as one line, its time first. Its diagnostics are printed separately. */
export function watchLine(event: WatchEvent, paint: Paint = plain): string {
  return `${paint("quiet", event.time)}  ${describe(event, paint)}\n`;
}

function describe(event: WatchEvent, paint: Paint): string {
  switch (event.event) {
    case "started": {
      const { interval_seconds: interval } = event;
      const managers = countOf(event.managers.length, "manager");
      const what =
        interval === undefined
          ? `reconciling ${managers} once`
          : `watching ${managers} every ${durationText(interval)}`;
      const metrics = event.metrics_url === undefined ? "" : `; metrics at ${event.metrics_url}/metrics`;
      return `${what}, mode ${event.mode}${metrics}`;
    }
    case "loaded":
      return `desired state loaded: ${countOf(event.managers.length, "manager")}, each reconciled now`;
    case "load-failed":
      return paint("error", "desired state refused: the last good one stays in force");
    case "schedule-lost":
      return paint(
        "error",
        "the database that replicas share cannot be used: nothing is reconciled until it can",
      );
    case "schedule-found":
      return "the database that replicas share can be used again";
    case "waiting":
      return paint(
        "warning",
        event.diagnostics.some(isServerWait)
          ? "waiting for the server that keeps the state"
          : "waiting for another replica",
      );
    case "stopped":
      return "stopped";
    case "cycle": {
      const { word, tone } = isRefusedByPolicy(event) ? POLICY : words[event.status];
      const details = detailsOf(event);
      return `${visible(event.manager)}: ${paint(tone, word)}${details.length > 0 ? `: ${details.join("; ")}` : ""}`;
    }
  }
}

const words: Readonly<Record<ManagerCycle["status"], { readonly word: string; readonly tone: Tone }>> = {
  "in-sync": { word: "in sync", tone: "good" },
  drifted: { word: "drifted", tone: "update" },
  applied: { word: "applied", tone: "good" },
  partial: { word: "incomplete", tone: "warning" },
  refused: { word: "refused, nothing written", tone: "warning" },
  locked: { word: "locked by another run, nothing written", tone: "warning" },
  failed: { word: "failed", tone: "error" },
};

const POLICY = { word: "refused by the policy, nothing written", tone: "warning" } as const;

/** Whether the policy refused it; a wrong state or key gives the same status. */
function isRefusedByPolicy({ status, diagnostics }: ManagerCycle): boolean {
  const isOfPolicy = diagnostics.some(
    ({ code, severity }) => severity === "error" && (code === "policy-refused" || code === "frozen"),
  );
  return status === "refused" && isOfPolicy;
}

function detailsOf(cycle: ManagerCycle): string[] {
  const { status, applied, unknown, unchanged, failures, next_at: next } = cycle;
  const counts = foundCounts(cycle).join(", ");
  const left = leftOf(cycle);
  const again = failures > 1 ? `${grouped(failures)} times in a row, ` : "";
  return [
    ...(counts === "" ? [] : [counts]),
    ...(applied > 0 && status !== "applied" ? [`${grouped(applied)} applied`] : []),
    ...(left.length > 0 ? [`remaining: ${left.join(", ")}`] : []),
    ...vanishedWords(cycle),
    ...(unknown > 0 ? [`${grouped(unknown)} unknown`] : []),
    ...(unchanged > 0 ? [`${grouped(unchanged)} unchanged`] : []),
    ...(status === "failed" && next !== undefined ? [`${again}next try at ${next}`] : []),
  ];
}

/** The vanished secrets: nothing else in the line explains why a secret as declared has drifted. */
function vanishedWords({ vanished = [] }: ManagerCycle): string[] {
  const named = vanished.slice(0, SHOWN).map(({ address, places }) => {
    return `${visibleName(address)} (${places.map(visible).join(", ")})`;
  });
  if (named.length === 0) return [];
  const more = vanished.length > SHOWN ? ` and ${vanished.length - SHOWN} more` : "";
  return [`delivered and no longer in place: ${named.join(", ")}${more}`];
}

/** The remaining changes, by kind. */
function leftOf({ drift }: ManagerCycle): string[] {
  return kindNames.flatMap((kind) => {
    const count = drift[kind];
    return count === undefined ? [] : [countOf(count, kinds[kind].one, kinds[kind].many)];
  });
}

function foundCounts({ status, found }: ManagerCycle): string[] {
  return changeWords
    .filter(([action]) => found[action] > 0)
    .map(([action, done]) => {
      const word = status === "applied" || action === "deferred" ? done : `to ${action}`;
      return `${grouped(found[action])} ${word}`;
    });
}

const changeWords = [
  ["create", "created"],
  ["update", "updated"],
  ["replace", "replaced"],
  ["delete", "deleted"],
  ["forget", "forgotten"],
  ["deferred", "deferred"],
] as const;
