import type { EngineEvent } from "../index";
import type { Diagnostic } from "../model/diagnostic";
import { visible } from "../model/visible";

/** One line of `--log-format json`; its form is published in `schemas/output.schema.json`. */
export type LogEntry =
  | { readonly type: "message"; readonly text: string }
  | { readonly type: "progress"; readonly phase: string; readonly done: number; readonly total: number }
  | EngineEvent;

/** An entry as one line of JSON, with its time and its level. */
export function logLine(entry: LogEntry, nowMs: number): string {
  const time = new Date(entry.type === "request" ? entry.at : nowMs).toISOString();
  return `${JSON.stringify({ time, level: levelOf(entry), ...publicEntry(entry) })}\n`;
}

/** The time of a request comes first, as in every entry. */
function publicEntry(entry: LogEntry): object {
  if (entry.type !== "request") return entry;
  const { at: _, ...rest } = entry;
  return rest;
}

function levelOf(entry: LogEntry): "debug" | "info" | Diagnostic["severity"] {
  if (entry.type === "diagnostic") return entry.diagnostic.severity;
  return entry.type === "message" || entry.type === "progress" || entry.type === "audit" ? "info" : "debug";
}

/** One event of the engine as a line of `--debug`. */
export function debugLine(event: EngineEvent): string {
  return `debug: ${visible(describe(event))}\n`;
}

function describe(event: EngineEvent): string {
  switch (event.type) {
    case "phase":
      return `${event.phase}: ${event.total} to do`;
    case "step":
      return `${event.phase}: ${event.address}${(event.count ?? 1) > 1 ? `, ${event.count} changes` : ""}`;
    case "retry":
      return `retry ${event.attempt} of ${event.address}: ${event.reason}`;
    case "route":
      return `requests to ${event.address} go ${event.route}`;
    case "request":
      return requestText(event);
    case "audit":
      return `audit trail: ${event.lines} lines in ${event.trail}, the last is ${event.last}`;
    case "diagnostic":
      return `${event.diagnostic.severity} ${event.diagnostic.code}: ${event.diagnostic.summary}`;
  }
}

function requestText(event: Extract<EngineEvent, { readonly type: "request" }>): string {
  const { at, manager, method, path, status, fault, ms, attempt, sent, received, proxy } = event;
  const end = status ?? `no answer (${fault ?? "stopped"})`;
  const parts = [
    `${new Date(at).toISOString()} ${manager} ${method} ${path}: ${end} in ${ms} ms`,
    `attempt ${attempt}`,
    ...(sent === undefined ? [] : [`${sent} bytes sent, ${received ?? 0} received`]),
    ...(proxy === undefined ? [] : [`through ${proxy}`]),
  ];
  return parts.join(", ");
}
