import { createHash } from "node:crypto";

/** Tells options apart that may hold a secret, without repeating them. */
export function digestOf(options: unknown): string {
  return createHash("sha256").update(JSON.stringify(options)).digest("hex").slice(0, 32);
}

/** Options of a source or sink as fields; anything that is no mapping has none. */
export function fieldsOf(options: unknown): Readonly<Record<string, unknown>> {
  return typeof options === "object" && options !== null && !Array.isArray(options) ? { ...options } : {};
}

/** The text under a key; `undefined` for anything else, the empty text included. */
export function textOption(options: unknown, key: string): string | undefined {
  const value = fieldsOf(options)[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}
