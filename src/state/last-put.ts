/** The last copy that was put in a state, from the state's note. */
export interface LastPut {
  /** Hex digits. */
  readonly id: string;
  /** Absent once every part is written. */
  readonly unfinished?: UnfinishedPut;
  /** The raw text if it is unreadable. Parts of a copy may be missing then. */
  readonly damaged?: string;
}

/** The ID for an unreadable record. */
const DAMAGED = "damaged";

export interface UnfinishedPut {
  /** Managers whose parts may be as in the copy, as before, or missing. */
  readonly managers: readonly string[];
  /** The command that finishes it, without its target. */
  readonly again: readonly string[];
  /** The run that started it. */
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** UTC. */
  readonly since: string;
}

export function lastPutFrom(value: unknown): LastPut {
  return isLastPut(value) ? value : { id: DAMAGED, damaged: JSON.stringify(value) };
}

export function lastPutFromJson(text: string): LastPut {
  try {
    const value: unknown = JSON.parse(text);
    if (isLastPut(value)) return value;
  } catch {
    // Not even JSON.
  }
  return { id: DAMAGED, damaged: text };
}

function isLastPut(value: unknown): value is LastPut {
  if (!isObject(value) || typeof value.id !== "string") return false;
  const { unfinished } = value;
  if (unfinished === undefined) return true;
  if (!isObject(unfinished)) return false;
  const { managers, again, who, host, pid, since } = unfinished;
  return areTexts(managers) && areTexts(again) && areTexts([who, host, since]) && typeof pid === "number";
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
