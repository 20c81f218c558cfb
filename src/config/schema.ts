import type { DesiredStateSchema } from "./compile-schema";

/** The published schema, compiled once; the library for it is not loaded before it is needed. */
export async function desiredStateSchema(): Promise<DesiredStateSchema> {
  const { compileSchema } = await import("./compile-schema.js");
  return compileSchema();
}
