/** The `code` of a Node error (`ENOENT`), or `undefined` for anything else. */
export function errorCode(error: unknown): string | undefined {
  // Not `instanceof`: a test runner may have its own globals, of which Node's errors are no instances.
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
