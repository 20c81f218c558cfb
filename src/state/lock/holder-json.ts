import type { LockHolder } from "../../model/state-listing";

export function holderToJson(holder: LockHolder): string {
  return `${JSON.stringify(holder)}\n`;
}

/** Returns `undefined` if the text is not a holder. */
export function holderFromJson(text: string): LockHolder | undefined {
  try {
    return holderFromValue(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The same for parsed JSON. */
export function holderFromValue(value: unknown): LockHolder | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Partial<Record<keyof LockHolder, unknown>> = value;
  const { id, who, host, pid, processStart, command, since, heartbeat } = fields;
  if (typeof id !== "string" || typeof who !== "string" || typeof host !== "string") return undefined;
  if (typeof pid !== "number" || typeof command !== "string") return undefined;
  if (typeof since !== "string" || typeof heartbeat !== "string") return undefined;
  const start = typeof processStart === "string" ? { processStart } : {};
  return { id, who, host, pid, ...start, command, since, heartbeat };
}

/** The ID for an unreadable lock. */
export const UNREADABLE = "unreadable";

/** The holder for an unreadable lock, which only a person may remove. */
export function unreadableHolder(id = UNREADABLE): LockHolder {
  return {
    ...{ id, who: "somebody unknown", host: "", pid: 0, command: "unknown" },
    ...{ since: "unknown", heartbeat: "unknown" },
  };
}
