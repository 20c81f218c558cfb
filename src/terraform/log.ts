export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Levels that are always logged. */
const always: readonly LogLevel[] = ["warn", "error"];

/**
 * Lines in the form in which Terraform reads a plugin's log: JSON, and a time with exactly six digits of a second.
 * Unless somebody asked for a log, Terraform parses each line and drops it, which takes both ends time.
 */
export function createLog(write: (line: string) => void, now: () => number, isAskedFor = true): Log {
  return (level, message, fields = {}) => {
    if (!isAskedFor && !always.includes(level)) return;
    const timestamp = new Date(now()).toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
    const line = {
      "@level": level,
      "@message": message,
      "@module": "provider.jp1im",
      "@timestamp": timestamp,
    };
    write(`${JSON.stringify({ ...line, ...fields })}\n`);
  };
}
