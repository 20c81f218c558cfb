import type { ReferenceDecoder } from "./decode-references";
import type { DiagnosticList } from "./diagnostic-list";
import type { SourceText } from "./source-text";

/** What decoding a part of one document needs. */
export interface DecodeContext {
  readonly source: SourceText;
  readonly references: ReferenceDecoder;
  readonly diagnostics: DiagnosticList;
  /** Whether the manager that is decoded has `override: true`. */
  readonly overrides: boolean;
}
