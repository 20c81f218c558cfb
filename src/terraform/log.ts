export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Lines in the form in which Terraform reads a plugin's log: JSON, and a time with exactly six digits of a second. */
export function createLog(write: (line: string) => void, now: () => number): Log {
  return (level, message, fields = {}) => {
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
