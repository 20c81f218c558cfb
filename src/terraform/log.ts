export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Levels that the log always has. */
const always: readonly LogLevel[] = ["warn", "error"];

/**
 * Writes lines in the format of a plugin's log: JSON, with exactly six decimals of a second. Without `TF_LOG`,
 * Terraform parses each line and drops it, which costs both processes time.
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
