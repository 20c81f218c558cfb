import { countDeclared } from "../model/declared";
import type { Validation } from "../model/validation";
import { type InputOptions, loadChecked } from "./inputs/inputs";
import type { Platform } from "./platform";

/**
 * Checks only the desired state: it contacts no manager and reads no secret.
 *
 * @example
 * const { diagnostics } = await validate({ files: ["tokyo.yaml"] }, createPlatform());
 */
export async function validate(options: InputOptions, platform: Platform): Promise<Validation> {
  const { desired, diagnostics } = await loadChecked(options, platform);
  return {
    managers: desired?.managers.size ?? 0,
    resources: countDeclared(desired?.managers.values() ?? []),
    diagnostics,
  };
}
