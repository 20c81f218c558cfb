import { managersOfChanges } from "../../model/agent-spans";
import type { DesiredManager, FreezeWindow, WeeklyWindow } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";

/** One warning for each manager that the plan would change during one of its freeze windows. */
export function frozenManagers(
  managers: readonly DesiredManager[],
  { changes, operations }: Pick<Plan, "changes" | "operations">,
  now: number,
): Diagnostic[] {
  // Forgetting and adopting change only our own state.
  const changed = managersOfChanges(changes, ({ action }) => action !== "forget" && action !== "no-op");
  const touched = new Set([...operations.map(({ manager }) => manager), ...changed]);
  return managers.flatMap(({ name, policy }) => {
    const window = touched.has(name) ? policy.freeze.find((each) => isOpen(each, now)) : undefined;
    return window ? [frozen(name, window)] : [];
  });
}

/** The same diagnostics as refusals, which stop an apply. */
export function asRefusals(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.map((diagnostic) =>
    diagnostic.code === "frozen" ? { ...diagnostic, code: "policy-refused", severity: "error" } : diagnostic,
  );
}

/** Whether a window is open at a time in milliseconds since the epoch. */
export function isOpen(window: FreezeWindow, now: number): boolean {
  if (window.recurs === "never") return now >= window.from && now < window.to;
  const { day, minute } = wallClock(now, window.timeZone);
  const { days, from, to } = window;
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  const yesterday = (day + 6) % 7;
  return (days.includes(day) && minute >= from) || (days.includes(yesterday) && minute < to);
}

/** The local time in a time zone; hours that summer time repeats or skips are repeated or skipped here, too. */
function wallClock(now: number, timeZone: WeeklyWindow["timeZone"]): { day: number; minute: number } {
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return {
    day: WEEKDAYS.indexOf(parts.get("weekday") ?? ""),
    minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")),
  };
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function frozen(manager: string, { shown, reason, position }: FreezeWindow): Diagnostic {
  return {
    code: "frozen",
    severity: "warning",
    summary: `${manager} is frozen${reason === undefined ? "" : ` (${reason})`}: ${shown}`,
    remedy: "apply when the window is over; if it cannot wait, apply with --during-freeze",
    address: manager,
    position,
  };
}
