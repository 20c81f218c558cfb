import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { checkTexts, type NamedText } from "../config/check-texts";
import { issuersOf, sourcesOf } from "../model/declared";
import type { Diagnostic } from "../model/diagnostic";
import { sourceTypes } from "../model/reference-types";
import { version } from "../version";
import { type Declaration, declarationText } from "./declaration";
import { digestOf, type MergedDocument, mergeDocuments } from "./merge-documents";
import { movePaths } from "./portable-paths";
import { SynthesisError } from "./synthesis-error";

/** The synthesised desired state. */
export interface DesiredDocument {
  readonly document: MergedDocument;
  readonly warnings: readonly Diagnostic[];
  /** By manager: a changed value triggers a run. */
  readonly triggers: ReadonlyMap<string, Readonly<Record<"desired_state" | "version", string>>>;
  /** By manager: the managers on which it issues initial secrets. */
  readonly issuers: ReadonlyMap<string, readonly string[]>;
}

/** Checks and merges all parts. Throws a `SynthesisError` with everything that is wrong in any of them. */
export function desiredDocument(
  declarations: readonly Declaration[],
  files: readonly NamedText[],
  folder: string,
): DesiredDocument {
  const parts: NamedText[] = declarations.map((declaration) => ({
    file: declaration.construct.node.path,
    folder,
    text: declarationText(declaration),
  }));
  const texts = [...parts, ...files];
  const { desired, diagnostics, documents } = checkTexts(texts);
  const faults = declarations.flatMap((declaration) => declaration.faults);
  const errors = [...faults, ...diagnostics.filter(({ severity }) => severity === "error")];
  if (!desired || errors.length > 0) throw new SynthesisError(errors);
  refuseLiterals(desired);
  const moved = documents.flatMap((each, index) =>
    each.map((document) => movePaths(document, texts[index]?.folder ?? folder, folder)),
  );
  const document = mergeDocuments(moved);
  const managers = [...desired.managers.values()];
  return {
    document,
    warnings: diagnostics,
    triggers: new Map(managers.map(({ name }) => [name, triggersOf(document.managers[name], folder)])),
    issuers: new Map(managers.map((manager) => [manager.name, issuersOf(manager)])),
  };
}

/** Refuses literals even if the policy of a YAML file allows them: the synthesised file must not hold a secret. */
function refuseLiterals(desired: NonNullable<ReturnType<typeof checkTexts>["desired"]>): void {
  const faults: Diagnostic[] = [];
  for (const manager of desired.managers.values()) {
    for (const { source, position } of sourcesOf(manager)) {
      if (!("value" in source)) continue;
      const summary =
        "a secret stands here in clear text, and would be copied into the synthesised desired state";
      const remedy =
        "move it to a source, such as `{ env: NAME }`; `allowLiteralSecrets` does not count at synth";
      const { name: address } = manager;
      faults.push({ code: "literal-secret", severity: "error", summary, remedy, address, position });
    }
  }
  if (faults.length > 0) throw new SynthesisError(faults);
}

function triggersOf(manager: unknown, folder: string): Record<"desired_state" | "version", string> {
  return { desired_state: digestOf([manager, sourceVersions(manager, folder)]), version };
}

/**
 * Values that change with an encrypted source, without reading a secret: the digests of the ciphertexts of files. An
 * encrypted text or a version in the options is in the document itself.
 */
function sourceVersions(
  value: unknown,
  folder: string,
  versions: Record<string, string> = {},
): typeof versions {
  if (typeof value !== "object" || value === null) return versions;
  for (const [key, each] of Object.entries(value)) {
    const encrypted = sourceTypes.get(key)?.encrypted;
    const file = encrypted?.file(each);
    if (encrypted && file !== undefined)
      versions[file] = ciphertextDigest(resolve(folder, file), encrypted.ciphertext);
    sourceVersions(each, folder, versions);
  }
  return versions;
}

/** Records nothing for a file without ciphertext: a digest of clear text can be compared with guesses. */
function ciphertextDigest(path: string, ciphertext: RegExp): string {
  try {
    const encrypted = readFileSync(path, "utf8").match(ciphertext);
    return encrypted === null ? "" : digestOf(encrypted);
  } catch {
    // If the file is missing at synth, the run itself reports it.
    return "";
  }
}
