import { DiagnosticList } from "../yaml/diagnostic-list";
import { SourceText } from "../yaml/source-text";
import { compileSchema } from "./compile-schema";
import {
  concludeReading,
  type LoadResult,
  mergeAndCheck,
  noDeclarations,
  readDocuments,
} from "./read-documents";

export interface NamedText {
  /** How diagnostics name the place. */
  readonly file: string;
  /** Absolute folder that relative paths in the text start from. */
  readonly folder: string;
  readonly text: string;
}

export interface CheckedTexts extends LoadResult {
  /** The documents of each text, as plain values. */
  readonly documents: readonly (readonly unknown[])[];
}

/** The checks of `loadDesiredState`, synchronously, for texts that are in memory. */
export function checkTexts(texts: readonly NamedText[]): CheckedTexts {
  const diagnostics = new DiagnosticList();
  const declarations = noDeclarations();
  const schema = compileSchema();
  const read = texts.map((text) => readDocuments(new SourceText(text), schema, declarations, diagnostics));
  const complete = read.every((each) => each.complete);
  const documents = read.map((each) => each.documents);
  const desired = mergeAndCheck(declarations, complete, [], diagnostics);
  return { ...concludeReading(desired, declarations, complete, diagnostics), documents };
}
