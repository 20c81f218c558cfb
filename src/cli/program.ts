import { Command } from "commander";
import { version } from "../version";
import { applyCommand } from "./commands/apply";
import { auditCommand } from "./commands/audit";
import { completionCommand } from "./commands/completion";
import { destroyCommand } from "./commands/destroy";
import { doctorCommand } from "./commands/doctor";
import { driftCommand } from "./commands/drift";
import { enrollCommand } from "./commands/enroll";
import { explainCommand } from "./commands/explain";
import { exportCommand } from "./commands/export";
import { getCommand } from "./commands/get";
import { graphCommand } from "./commands/graph";
import { importCommand } from "./commands/import";
import { initCommand } from "./commands/init";
import { initialSecretCommand } from "./commands/initial-secret";
import { planCommand } from "./commands/plan";
import { probeCommand } from "./commands/probe";
import { rebuildCommand } from "./commands/rebuild";
import { schemaCommand } from "./commands/schema";
import { shardsCommand } from "./commands/shards";
import { simulateCommand } from "./commands/simulate";
import { stateCommand } from "./commands/state";
import { terraformProviderCommand } from "./commands/terraform-provider";
import { validateCommand } from "./commands/validate";
import { versionCommand } from "./commands/version";
import { watchCommand } from "./commands/watch";
import { keepExamples } from "./define-command";
import { applyEnvironment, misspeltVariables } from "./options/option";
import { AFTER_HELP, optionDescription, PROGRAM_EXAMPLES } from "./program-help";
import type { Session } from "./session";

/**
 * The command tree. `writeHelp` receives what commander would print: help and the version. With the name of a command
 * the tree has only that command: defining all of them takes longer than most of them run.
 */
export function programFor(session: Session, writeHelp: (text: string) => void, only?: string): Command {
  const { io } = session;
  // The completion script names all commands.
  const isOnly =
    only !== "completion" &&
    groups.some(([, commands]) => only !== undefined && Object.hasOwn(commands, only));
  const program = new Command("jp1im")
    .description("The desired state of JP1/IM managers as YAML: planned, applied, and watched for drift.")
    .usage("<command> [options]")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({
      writeOut: writeHelp,
      writeErr: (text) => writeHelp(text),
      outputError: () => undefined,
      getOutHelpWidth: () => helpWidth(io.stdout.columns),
      getErrHelpWidth: () => helpWidth(io.stderr.columns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ optionDescription, subcommandTerm: (command) => command.name() })
    .hook("preAction", (root, command) => {
      applyEnvironment(command, io.env);
      session.warnings = misspeltVariables(() => (isOnly ? programFor(session, () => {}) : root), io.env);
    })
    .addHelpText("after", AFTER_HELP);
  for (const [heading, commands] of groups) {
    for (const [name, create] of Object.entries(commands)) {
      if (!isOnly || name === only) program.addCommand(create(session).helpGroup(heading));
    }
  }
  inherit(program);
  keepExamples(program, PROGRAM_EXAMPLES);
  return program;
}

const groups: readonly (readonly [string, Readonly<Record<string, (session: Session) => Command>>])[] = [
  [
    "Plan and apply:",
    {
      validate: validateCommand,
      plan: planCommand,
      apply: applyCommand,
      destroy: destroyCommand,
      drift: driftCommand,
      watch: watchCommand,
      shards: shardsCommand,
      graph: graphCommand,
    },
  ],
  ["Look at the managers:", { get: getCommand, doctor: doctorCommand, probe: probeCommand }],
  ["Adopt what exists:", { export: exportCommand, import: importCommand }],
  ["Recover:", { rebuild: rebuildCommand }],
  ["Enrol:", { enroll: enrollCommand, "initial-secret": initialSecretCommand }],
  ["State:", { state: stateCommand }],
  ["Audit:", { audit: auditCommand }],
  ["Rehearse:", { simulate: simulateCommand }],
  [
    "Set up:",
    {
      init: initCommand,
      schema: schemaCommand,
      completion: completionCommand,
      "terraform-provider": terraformProviderCommand,
    },
  ],
  ["Look up:", { explain: explainCommand, version: versionCommand }],
];

/** Gives the settings for output and errors to commands that were created separately. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}

function helpWidth(columns: number | undefined): number {
  return Math.min(columns ?? 100, 110);
}
