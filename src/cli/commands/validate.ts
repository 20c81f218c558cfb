import type { Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfDiagnostics } from "../exit-code-of";
import { type InputFlags, inputsOf } from "../inputs";
import { inputOptions, outputOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

export function validateCommand(session: Session): Command {
  return defineCommand("validate", {
    summary: "check the desired state without asking any manager",
    about: "Every error of every file is reported in one run.",
    examples: [
      ["jp1im validate -f managers/", "all the files of a folder"],
      ["cat jp1im.yaml | jp1im validate -f -", "what comes from another program"],
    ],
    options: [...inputOptions(), ...outputOptions()],
  }).action(async (flags: InputFlags) => {
    session.exitCode = await runCommand(session, { name: "validate" }, flags, (context) =>
      validate(context, flags),
    );
  });
}

async function validate(context: CommandContext, flags: InputFlags): Promise<CommandResult> {
  const options = inputsOf(flags, context.io.cwd);
  const library = await context.library();
  const validation = await library.validate(options, context.platform(library));
  context.keep({ validation });
  const { validationText } = await import("../../report/validation-text.js");
  const valid = validation.diagnostics.every(({ severity }) => severity === "warning");
  return {
    exitCode: valid ? ExitCode.done : exitCodeOfDiagnostics(validation.diagnostics),
    text: validationText(validation, context.paint),
  };
}
