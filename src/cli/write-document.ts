import { completeCommands, type Given } from "../model/complete-commands";
import { visibleJson } from "../model/visible";
import { chunked } from "../platform/chunked";
import type { ReportFacts } from "../report/html/run-facts";
import { jsonText } from "../report/json-text";
import { OUTPUT_FORMAT_VERSION, type OutputDocument } from "../report/output-document";
import type { TextStream } from "./io";

const documentFormats = ["json", "yaml", "markdown", "html"] as const;

export type DocumentFormat = (typeof documentFormats)[number];

/** The document format of a value of `--output`; `undefined` if stdout carries text. */
export function documentFormat(format: string | undefined): DocumentFormat | undefined {
  return documentFormats.find((each) => each === format);
}

/** Writes a run's document to stdout. `given` completes suggested commands; `facts` are for HTML. */
export async function writeDocument(
  stream: TextStream,
  document: OutputDocument,
  format: DocumentFormat = "json",
  given: Given = {},
  facts: ReportFacts = {},
): Promise<void> {
  if (format === "json") return writePieces(stream, jsonText(completeDocument(document, given)));
  if (format === "yaml") {
    const { yamlText } = await import("../report/yaml-text.js");
    return writePieces(stream, yamlText(completeDocument(document, given)));
  }
  const complete = (line: string) => completeCommands(line, given);
  if (format === "html") {
    const { htmlText } = await import("./html-text.js");
    return writePieces(stream, [htmlText(withMadeChanges(document), facts, complete)]);
  }
  const { markdownReport } = await import("../report/markdown/markdown-report.js");
  await stream.write(markdownReport(document, complete));
}

/** One of many documents on stdout, each a line of JSON. */
export function documentLine(command: string, event: object, given: Given): string {
  const document = { format_version: OUTPUT_FORMAT_VERSION, command, ...event };
  return `${visibleJson(
    JSON.stringify(document, (key, value) =>
      key === "remedy" && typeof value === "string" ? completeCommands(value, given) : value,
    ),
  )}\n`;
}

/** Stops if the reader closed the pipe. */
async function writePieces(stream: TextStream, text: Iterable<string>): Promise<void> {
  for (const piece of chunked(text)) {
    await stream.write(piece);
    if (stream.closed) return;
  }
}

/** A plan and an outcome make each change whenever it is read, and a page reads them several times. */
function withMadeChanges(document: OutputDocument): OutputDocument {
  const { plan, outcome } = document;
  return {
    ...document,
    plan: plan && { ...plan, changes: [...plan.changes] },
    outcome: outcome && { ...outcome, changes: [...outcome.changes] },
  };
}

/** Adds the files and the state of this run to the commands in every remedy of a document. */
function completeDocument(document: OutputDocument, given: Given): OutputDocument {
  const complete = <T extends { readonly remedy?: string | undefined }>(each: T): T =>
    each.remedy === undefined ? each : { ...each, remedy: completeCommands(each.remedy, given) };
  const { plan, adoption, listing, health, diagnostics } = document;
  return {
    ...document,
    plan: plan && {
      ...plan,
      unknown: plan.unknown.map(complete),
      blocked: plan.blocked.map(complete),
      diagnostics: plan.diagnostics.map(complete),
    },
    adoption: adoption && { ...adoption, unknown: adoption.unknown.map(complete) },
    listing: listing && { ...listing, unknown: listing.unknown.map(complete) },
    health: health && { ...health, checks: health.checks.map(complete) },
    diagnostics: diagnostics.map(complete),
  };
}
