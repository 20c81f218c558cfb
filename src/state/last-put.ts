/** The last copy that was put in a state, as the state's note has it. */
export interface LastPut {
  /** Hex digits. */
  readonly id: string;
  /** Absent once every part is there. */
  readonly unfinished?: UnfinishedPut;
  /** What stands in its place where nobody can tell what it was. Parts of a copy may be missing then. */
  readonly damaged?: string;
}

/** The ID of one that is damaged. */
const DAMAGED = "damaged";

export interface UnfinishedPut {
  /** Whose parts may be as in the copy, as before, or not there. */
  readonly managers: readonly string[];
  /** The words of the command that finishes it, without the place that it is for. */
  readonly again: readonly string[];
  /** The run that began it. */
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
