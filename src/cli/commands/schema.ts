import { Argument, type Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import { logOptions } from "../options/shared-options";
import { packageText } from "../package-text";
import { runCommand } from "../run-command";
import type { Session } from "../session";

const files = {
  "desired-state": "desired-state.schema.json",
  plan: "plan.schema.json",
  output: "output.schema.json",
  audit: "audit.schema.json",
  "manager-api": "manager-api.openapi.yaml",
} as const;

export function schemaCommand(session: Session): Command {
  return defineCommand("schema", {
    summary:
      "print a schema: of the desired state, a plan, --output json, a line of the audit trail, or the manager's API",
    examples: [
      ["jp1im schema > desired-state.schema.json", "for an editor that completes and checks the YAML"],
      ["jp1im schema output", "what --output json carries"],
    ],
    options: logOptions(),
  })
    .addArgument(new Argument("[schema]", "which one").choices(Object.keys(files)).default("desired-state"))
    .action(async (name: keyof typeof files, flags: CommonFlags) => {
      session.exitCode = await runCommand(session, { name: "schema" }, flags, async () => ({
        exitCode: ExitCode.done,
        text: packageText(`schemas/${files[name]}`),
      }));
    });
}
