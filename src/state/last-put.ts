/** The last copy of several parts that was put in a state, as the state's note has it. */
export interface LastPut {
  /** Hex digits. */
  readonly id: string;
  /** Absent once every part is there. */
  readonly unfinished?: UnfinishedPut;
}

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

/** `undefined` for what this tool did not write. */
export function lastPutFrom(value: unknown): LastPut | undefined {
  if (!isObject(value) || typeof value.id !== "string") return undefined;
  const { id, unfinished } = value;
  if (unfinished === undefined) return { id };
  if (!isObject(unfinished)) return undefined;
  const { managers, again, who, host, pid, since } = unfinished;
  const isWhole = areTexts(managers) && areTexts(again) && areTexts([who, host, since]);
  return isWhole && typeof pid === "number" ? (value as unknown as LastPut) : undefined;
}

export function lastPutFromJson(text: string): LastPut | undefined {
  try {
    return lastPutFrom(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
