/** Reads the options of a source or sink: the value under its type in the YAML. */

/** Options as fields; empty for anything that is not a mapping. */
export function fieldsOf(options: unknown): Readonly<Record<string, unknown>> {
  return typeof options === "object" && options !== null && !Array.isArray(options) ? { ...options } : {};
}

/** The text under a key; `undefined` for anything else, the empty text included. */
export function textOption(options: unknown, key: string): string | undefined {
  const value = fieldsOf(options)[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The path of `file: PATH` or `file: { path: PATH }`; `undefined` when there is none. */
export function pathOption(options: unknown): string | undefined {
  const path = typeof options === "object" && options !== null && "path" in options ? options.path : options;
  return typeof path === "string" && path !== "" ? path : undefined;
}
