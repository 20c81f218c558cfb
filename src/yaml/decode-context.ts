import type { ReferenceDecoder } from "./decode-references";
import type { DiagnosticList } from "./diagnostic-list";
import type { SourceText } from "./source-text";

/** What decoders of one document need. */
export interface DecodeContext {
  readonly source: SourceText;
  readonly references: ReferenceDecoder;
  readonly diagnostics: DiagnosticList;
  /** Whether the manager has `override: true`. */
  readonly overrides: boolean;
}
