/** Pages for tests, with the style and the script that the build made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExitCode } from "../../../src/model/exit-code";
import type { Plan } from "../../../src/model/plan";
import { htmlReport, type PageParts } from "../../../src/report/html/html-report";
import type { ReportFacts } from "../../../src/report/html/run-facts";
import { type OutputContent, outputDocument } from "../../../src/report/output-document";
import { planOf, secretChange } from "../plans";
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

/** A plan that changes two secrets of each of so many agents, a few of them in other ways. */
export function fleetPlan(agents: number): Plan {
  const changes = [...Array(agents).keys()].flatMap((number) => {
    const host = `web${String(number).padStart(5, "0")}`;
    return [
      secretChange(host, "prometheus.password", "create", "missing"),
      number % 100 === 0
        ? secretChange(host, "old.token", "delete", "undeclared")
        : secretChange(host, "smtp.password", "update", "changed"),
    ];
  });
  return planOf({ changes });
}
