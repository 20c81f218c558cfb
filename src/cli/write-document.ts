import { chunked } from "../platform/chunked";
import { jsonText } from "../report/json-text";
import type { OutputDocument } from "../report/output-document";
import { completeCommands, completeDocument, type Given } from "./complete-commands";
import type { TextStream } from "./io";

export type DocumentFormat = "json" | "markdown";

/** Writes a run's document to stdout. `given` completes the commands that it suggests. */
export async function writeDocument(
  stream: TextStream,
  document: OutputDocument,
  format: DocumentFormat = "json",
  given: Given = {},
): Promise<void> {
  if (format === "json") return writeJson(stream, completeDocument(document, given));
  const { markdownReport } = await import("../report/markdown/markdown-report.js");
  await stream.write(markdownReport(document, (line) => completeCommands(line, given)));
}

/** Stops where the reader has gone. */
async function writeJson(stream: TextStream, document: OutputDocument): Promise<void> {
  for (const piece of chunked(jsonText(document))) {
    await stream.write(piece);
    if (stream.closed) return;
  }
}
