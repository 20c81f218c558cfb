import { ExitCode } from "../model/exit-code";
import type { CommandContext, CommandResult } from "./command-context";
import { exitCodeOfDiagnostics } from "./exit-code-of";
import { type InputFlags, inputsOf } from "./inputs";
import { runCommand } from "./run-command";
import type { Session } from "./session";

/** Runs `validate`, of which each start takes less than what reads a command line. */
export async function runValidate(session: Session, flags: InputFlags): Promise<ExitCode> {
  session.exitCode = await runCommand(session, { name: "validate" }, flags, (context) =>
    validate(context, flags),
  );
  return session.exitCode;
}

async function validate(context: CommandContext, flags: InputFlags): Promise<CommandResult> {
  const options = inputsOf(flags, context.io.cwd);
  const library = await context.library();
  const validation = await library.validate(options, context.platform(library));
  context.keep({ validation });
  const { validationText } = await import("../report/validation-text.js");
  const valid = validation.diagnostics.every(({ severity }) => severity === "warning");
  return {
    exitCode: valid ? ExitCode.done : exitCodeOfDiagnostics(validation.diagnostics),
    text: validationText(validation, context.paint),
  };
}
