/** Pages for tests, with the style and the script that the build made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExitCode } from "../../../src/model/exit-code";
import { htmlReport, type PageParts } from "../../../src/report/html/html-report";
import type { ReportFacts } from "../../../src/report/html/run-facts";
import { type OutputContent, outputDocument } from "../../../src/report/output-document";
import { smallTopology } from "../topologies";

const built = (type: string) => readFileSync(join(__dirname, `../../../dist/cli/report.${type}`), "utf8");

export const parts: PageParts = { style: built("css"), script: built("js") };

export const facts: ReportFacts = {
  by: "op@build-7",
  digest: `sha256:${"ab".repeat(32)}`,
  topology: smallTopology,
};

export function pageOf(
  content: OutputContent,
  {
    command = "plan",
    exitCode = 0,
    own = facts,
  }: { command?: string; exitCode?: ExitCode; own?: ReportFacts } = {},
): string {
  return htmlReport(outputDocument(command, exitCode, content, []), parts, own);
}
