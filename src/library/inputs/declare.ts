import { loadDesiredState } from "../../config/load-desired-state";
import type { DesiredManager } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import { checkPlaces } from "../../secrets/places/check-places";
import type { Platform } from "../platform";

/**
 * One manager that the command line declares, checked like any of a file; relative paths start from the working
 * folder. `settings` is what a file has under the manager's name.
 */
export async function declareManager(
  name: string,
  settings: object,
  platform: Platform,
): Promise<DesiredManager> {
  const { env, fileSystem, cwd } = platform;
  const context = { env, fileSystem, cwd };
  const document = JSON.stringify({ apiVersion: "jp1im/v1", managers: { [name]: settings } });
  const { desired, diagnostics } = await loadDesiredState({
    paths: ["-"],
    cwd: platform.cwd,
    stdin: async () => document,
    fileSystem: platform.fileSystem,
    check: ({ managers }) => checkPlaces({ managers: [...managers.values()], inputs: [] }, context),
  });
  const manager = desired?.managers.get(name);
  if (manager === undefined) throw new DiagnosticError(diagnostics.map(unplaced));
  for (const diagnostic of diagnostics)
    platform.report({ type: "diagnostic", diagnostic: unplaced(diagnostic) });
  return manager;
}

/** Without its place in a file that nobody wrote. */
export function unplaced({
  position: _position,
  excerpt: _excerpt,
  address: _address,
  ...rest
}: Diagnostic): Diagnostic {
  return rest;
}
