import { isUtf8 } from "node:buffer";
import { textFault } from "../platform/text-fault";

/** Limit for one input, in bytes. */
export const MOST_BYTES = 64 * 1024 * 1024;

export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly code: "yaml-syntax" | "yaml-limits";
      readonly summary: string;
      readonly remedy: string;
      readonly line?: number;
    };

/** Bytes of one input to text: UTF-8 with or without a byte-order mark, and nothing else. */
export function decodeText(input: Buffer | string): DecodedText {
  const bytes = typeof input === "string" ? Buffer.from(input, "utf8") : input;
  if (bytes.length > MOST_BYTES) return tooLarge(bytes.length);
  const fault = textFault(bytes);
  if (fault !== undefined) return unreadable(`it ${fault.why}`, fault.remedy, fault.line);
  if (!isUtf8(bytes)) return unreadable("its bytes are not UTF-8", "save it as UTF-8 text");
  const text = bytes.toString("utf8");
  return { ok: true, text: text.startsWith("\ufeff") ? text.slice(1) : text };
}

/** The error for an input above `MOST_BYTES`. */
export function tooLarge(bytes: number): Extract<DecodedText, { ok: false }> {
  return {
    ok: false,
    code: "yaml-limits",
    summary: `it has ${bytes} bytes, at most ${MOST_BYTES} are read`,
    remedy: "split it into several files; they merge by manager name",
  };
}

/** Offset of the first character that YAML does not permit, or -1 (YAML 1.2, chapter 5.1). */
export function findForbiddenCharacter(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it searches for control characters.
  return text.search(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/);
}

function unreadable(summary: string, remedy: string, line = 1): DecodedText {
  return { ok: false, code: "yaml-syntax", summary, remedy, line };
}
