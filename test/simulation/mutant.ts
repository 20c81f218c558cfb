/** One deliberate fault in the tool, and the sentence of `docs/reliability.md` that it breaks. */
export interface Mutant {
  readonly name: string;
  /** Below `src`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly search: string;
  readonly replacement: string;
  readonly breaks: string;
  /** The tests that find it, where no history can: what a source reads, or a manager answers, is not in them. */
  readonly foundBy?: string;
}
