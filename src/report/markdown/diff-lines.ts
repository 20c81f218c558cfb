import type { Paint } from "../paint";

/** No name holds it: control characters are made visible. */
const MARK = "\u0001";

/** Marks the sign of a change, so that `diffLine` finds it. */
export const diffPaint: Paint = (tone, text) =>
  /^ *(\+|~|-|-\/\+)$/.test(text) && ["create", "update", "replace", "delete"].includes(tone)
    ? `${MARK}${text}`
    : text;

/** A line of a text report as one of a `diff` block, where the sign has to come first. */
export function diffLine(line: string): string {
  const at = line.indexOf(MARK);
  if (at < 0) return line.startsWith(" ") || line === "" ? line : ` ${line}`;
  const [, sign = "", rest = ""] = /^ *(\S+)(.*)$/s.exec(line.slice(at + 1)) ?? [];
  return `${sign.padEnd(at + 3)}${rest}`;
}
