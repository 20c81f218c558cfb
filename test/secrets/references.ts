import type { ExternalReference } from "../../src/model/desired-state";
import { DiagnosticError } from "../../src/model/diagnostic";
import type { FileOwnership } from "../../src/secrets/port";
import { expectNoCanary } from "./canary";

export const FOLDER = "/project";

export function reference(type: string, options: unknown, folder = FOLDER): ExternalReference {
  return { type, options, folder };
}

/** The expected failure of a source or a sink, after making sure that it shows none of the secrets. */
export async function failureOf(
  promise: Promise<unknown>,
  code: "source-unresolved" | "sink-unwritable" | "cancelled",
  ...secrets: readonly string[]
): Promise<DiagnosticError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  for (const diagnostic of error.diagnostics) expect(diagnostic).toMatchObject({ code, severity: "error" });
  expectNoCanary(error);
  expectNoCanary(error.diagnostics);
  for (const secret of secrets) expectNoCanary(error, secret);
  return error;
}

/** Nothing is known of any file. */
export const nobodys: FileOwnership = { isOurs: async () => false };

/** Files at these paths are ours. */
export function owning(...paths: readonly string[]): FileOwnership {
  return { isOurs: async ({ place }) => paths.includes(place.paths.file?.absolute ?? "") };
}
