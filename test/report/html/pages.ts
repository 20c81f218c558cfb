/** Pages for tests. */
import type { ExitCode } from "../../../src/model/exit-code";
import { htmlReport, type PageParts } from "../../../src/report/html/html-report";
import type { ReportFacts } from "../../../src/report/html/run-facts";
import { type OutputContent, outputDocument } from "../../../src/report/output-document";
import { smallTopology } from "../topologies";

/** For tests that need no build. */
export const standIns: PageParts = { style: "p{color:red}", script: "start()" };

export const facts: ReportFacts = {
  by: "op@build-7",
  digest: `sha256:${"ab".repeat(32)}`,
  topology: smallTopology,
};

interface PageOptions {
  readonly command?: string;
  readonly exitCode?: ExitCode;
  readonly own?: ReportFacts;
}

export function pagesWith(parts: PageParts) {
  return (content: OutputContent, { command = "plan", exitCode = 0, own = facts }: PageOptions = {}) =>
    htmlReport(outputDocument(command, exitCode, content, []), parts, own);
}
