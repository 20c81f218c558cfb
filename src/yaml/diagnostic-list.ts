import type { Diagnostic, SourcePosition } from "../model/diagnostic";
import type { SourceText } from "./source-text";

/** A diagnostic before its excerpt is cut; `other` is the second place of a diagnostic that has two. */
export type DiagnosticEntry = Omit<Diagnostic, "severity" | "excerpt"> & {
  readonly severity?: Diagnostic["severity"];
  readonly other?: SourcePosition | undefined;
};

/** More diagnostics for one file help nobody, and a hostile file could cause millions. */
const MOST_PER_FILE = 1000;

/** Collects what is wrong with the desired state, over all files of one run. */
export class DiagnosticList {
  readonly #entries: DiagnosticEntry[] = [];
  readonly #sources = new Map<string, SourceText>();
  readonly #perFile = new Map<string, number>();
  #errors = 0;

  /** Makes a file's lines available to excerpts. */
  addSource(source: SourceText): void {
    this.#sources.set(source.file, source);
  }

  add(diagnostic: DiagnosticEntry): void {
    if (diagnostic.severity !== "warning") this.#errors++;
    const file = diagnostic.position?.file ?? "";
    const count = (this.#perFile.get(file) ?? 0) + 1;
    this.#perFile.set(file, count);
    if (count <= MOST_PER_FILE) this.#entries.push(diagnostic);
  }

  get errorCount(): number {
    return this.#errors;
  }

  /** Everything found, sorted by file, line and column, with excerpts where no line may hold a secret. */
  sorted(): Diagnostic[] {
    const sorted = [...this.#entries].sort(
      (a, b) =>
        compare(a.position?.file ?? "", b.position?.file ?? "") ||
        (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
        (a.position?.column ?? 0) - (b.position?.column ?? 0),
    );
    return [...sorted.map((diagnostic) => this.#finish(diagnostic)), ...this.#omitted()];
  }

  #omitted(): Diagnostic[] {
    const full = [...this.#perFile].filter(([, count]) => count > MOST_PER_FILE);
    return full.map(([file, count]) => ({
      code: "yaml-limits",
      severity: "error",
      summary: `${count - MOST_PER_FILE} more diagnostics in ${file} are not shown`,
      remedy: "fix the first ones and run again",
    }));
  }

  #finish({ other, ...diagnostic }: DiagnosticEntry): Diagnostic {
    const excerpt = [this.#excerpt(diagnostic.position), other && this.#titled(other)]
      .filter(Boolean)
      .join("\n");
    return { severity: "error", ...diagnostic, excerpt: excerpt === "" ? undefined : excerpt };
  }

  #excerpt(position: SourcePosition | undefined): string | undefined {
    return position && this.#sources.get(position.file)?.excerpt(position);
  }

  #titled(other: SourcePosition): string | undefined {
    const excerpt = this.#excerpt(other);
    return excerpt && `${place(other)}\n${excerpt}`;
  }
}

/** `file:line:column`. */
export function place(position: SourcePosition): string {
  return `${position.file}:${position.line}:${position.column}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
