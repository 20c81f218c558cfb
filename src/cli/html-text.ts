import { htmlReport } from "../report/html/html-report";
import type { ReportFacts } from "../report/html/run-facts";
import type { OutputDocument } from "../report/output-document";
import { packageText } from "./package-text";

/** A run's document as an HTML page, with the style and the script that the build puts beside the command line. */
export function htmlText(
  document: OutputDocument,
  facts: ReportFacts,
  complete: (line: string) => string,
): string {
  const [style, script] = ["css", "js"].map((type) => packageText(`dist/cli/report.${type}`));
  return htmlReport(document, { style: style ?? "", script: script ?? "" }, facts, complete);
}
