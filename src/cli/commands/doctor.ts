import type { Command } from "commander";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfHealth } from "../exit-code-of";
import { type InputFlags, inputsOf } from "../inputs";
import { inputOptions, managersOption, outputOptions, stateOption } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface DoctorFlags extends InputFlags {
  readonly manager?: readonly string[];
}

export function doctorCommand(session: Session): Command {
  return defineCommand("doctor", {
    summary: "check everything that a run needs: network, TLS, logins, permissions, sources, sinks, state",
    about:
      "It writes nothing, neither on a manager nor here. Programs of exec sources run, and each way to log in is tried once.",
    examples: [
      ["jp1im doctor -f tokyo.yaml", "what works, and the remedy for each failure"],
      ["jp1im doctor --manager tokyo --output json", "for a monitoring system, with the exit code"],
    ],
    options: [...inputOptions(), stateOption(), managersOption(), ...outputOptions()],
  }).action(async (flags: DoctorFlags) => {
    session.exitCode = await runCommand(session, { name: "doctor" }, flags, (context) =>
      examine(context, flags),
    );
  });
}

async function examine(context: CommandContext, flags: DoctorFlags): Promise<CommandResult> {
  const library = await context.library();
  const options = { ...inputsOf(flags, context.io.cwd), managers: flags.manager };
  const health = await library.doctor(options, context.platform(library));
  context.keep({ health });
  const { healthText } = await import("../../report/health-text.js");
  return { exitCode: exitCodeOfHealth(health), text: healthText(health, context.paint) };
}
