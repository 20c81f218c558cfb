import type { DesiredStateSchema } from "./compile-schema";

/** The published schema, compiled once. It loads Ajv only when needed. */
export async function desiredStateSchema(): Promise<DesiredStateSchema> {
  const { compileSchema } = await import("./compile-schema.js");
  return compileSchema();
}
