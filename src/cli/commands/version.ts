import type { Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { VersionReport } from "../../report/output-document";
import { version } from "../../version";
import type { CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import { outputOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

export function versionCommand(session: Session): Command {
  return defineCommand("version", {
    summary: "print the versions of jp1im and of Node, and the platform",
    examples: [
      ["jp1im version", "for a report of a bug"],
      ["jp1im version --output json", "for a script"],
    ],
    options: outputOptions(["text", "json"]),
  }).action(async (flags: CommonFlags) => {
    session.exitCode = await runCommand(session, { name: "version" }, flags, async (context) => {
      const report = { jp1im: version, ...session.io.runtime };
      context.keep({ version: report });
      return { exitCode: ExitCode.done, text: textOf(report) };
    });
  });
}

function textOf({ jp1im, node, platform }: VersionReport): string {
  return `jp1im ${jp1im} on Node ${node}, ${platform}\n`;
}
