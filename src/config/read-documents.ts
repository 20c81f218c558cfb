import type { DesiredState, InputFile } from "../model/desired-state";
import type { Diagnostic } from "../model/diagnostic";
import type { DiagnosticList } from "../yaml/diagnostic-list";
import { hideSecrets } from "../yaml/hidden-lines";
import { parseYaml } from "../yaml/parse-yaml";
import type { SourceText } from "../yaml/source-text";
import { child, keyStartOf } from "../yaml/yaml-node";
import { checkDesiredState } from "./check-desired-state";
import type { DesiredStateSchema } from "./compile-schema";
import type { Declarations } from "./declarations";
import { decodeDocument } from "./decode-document";
import { foreignDocument } from "./foreign-document";
import { mergeManagers } from "./merge-managers";
import { removeInvalidParts } from "./remove-invalid-parts";
import { resolveVariables, type Variables } from "./resolve-variables";
import { schemaDiagnostics } from "./schema-diagnostics";

export interface LoadResult {
  /** Present if no diagnostic is an error, and only then. */
  readonly desired?: DesiredState;
  /** Everything found in all files, sorted by file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether an audit trail is declared, valid or not, or may be in a part of the text that could not be read. */
  readonly mayDeclareAudit: boolean;
}

export interface ReadDocuments {
  /** False if a part of the text, which may declare managers, could not be read. */
  readonly complete: boolean;
  /** Its documents as plain values, as written, with all their errors. */
  readonly documents: readonly unknown[];
}

export function noDeclarations(): Declarations {
  return {
    managers: [],
    states: [],
    audits: [],
    auditPlaces: [],
    literals: new Map(),
    damaged: new Map(),
    variables: new Set(),
  };
}

/** Adds what one text declares. Without `variables`, settings from the environment stay unknown. */
export function readDocuments(
  source: SourceText,
  schema: DesiredStateSchema,
  declarations: Declarations,
  diagnostics: DiagnosticList,
  variables?: Variables,
): ReadDocuments {
  diagnostics.addSource(source);
  const before = diagnostics.errorCount;
  const roots = parseYaml(source, diagnostics);
  let complete = diagnostics.errorCount === before;
  for (const written of roots) {
    const foreign = foreignDocument(written, source);
    if (foreign !== undefined) {
      diagnostics.add(foreign);
      complete = false;
      continue;
    }
    hideSecrets(written, source);
    const { root, unresolved, names } = resolveVariables(written, source, variables, diagnostics);
    for (const name of names) declarations.variables.add(name);
    const violations = schema.check(root.data);
    if (violations.length > 0)
      for (const diagnostic of schemaDiagnostics(violations, root, source, schema))
        diagnostics.add(diagnostic);
    const sound = removeInvalidParts(root, violations, schema, unresolved);
    for (const [name, settings] of sound.damaged) {
      declarations.damaged.set(name, new Set([...(declarations.damaged.get(name) ?? []), ...settings]));
    }
    if (sound.root.kind === "map" && sound.root.entries.size === 0) complete = false;
    decodeDocument(sound.root, source, declarations, diagnostics);
    if (child(written, "audit") !== undefined)
      declarations.auditPlaces.push(source.position(keyStartOf(written, "audit")));
  }
  return { complete, documents: roots.map(({ data }) => data) };
}

/** Merges and checks what all texts declare. The result is valid only if no diagnostic is an error. */
export function mergeAndCheck(
  declarations: Declarations,
  complete: boolean,
  inputs: readonly InputFile[],
  diagnostics: DiagnosticList,
): DesiredState {
  const merged = mergeManagers(declarations, complete, diagnostics);
  checkDesiredState(merged, declarations, complete, diagnostics);
  if (merged.length === 0 && diagnostics.errorCount === 0) {
    diagnostics.add({
      code: "no-input",
      summary: "no manager is declared",
      remedy: "declare one under `managers`, or name the files that do with -f",
    });
  }
  const [[state], [audit]] = [declarations.states, declarations.audits];
  const managers = new Map(merged.map(({ manager }) => [manager.name, manager]));
  return {
    managers,
    state: state?.settings,
    audit,
    inputs,
    variables: declarations.variables,
  };
}

export function concludeReading(
  desired: DesiredState,
  { auditPlaces }: Pick<Declarations, "auditPlaces">,
  complete: boolean,
  diagnostics: DiagnosticList,
): LoadResult {
  const read = { diagnostics: diagnostics.sorted(), mayDeclareAudit: auditPlaces.length > 0 || !complete };
  return diagnostics.errorCount > 0 ? read : { desired, ...read };
}
