import { Command, type Help, type Option } from "commander";
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
import { rebuildCommand } from "./commands/rebuild";
import { schemaCommand } from "./commands/schema";
import { shardsCommand } from "./commands/shards";
import { simulateCommand } from "./commands/simulate";
import { stateCommand } from "./commands/state";
import { terraformProviderCommand } from "./commands/terraform-provider";
import { validateCommand } from "./commands/validate";
import { versionCommand } from "./commands/version";
import { watchCommand } from "./commands/watch";
import type { Session } from "./session";
import { applyEnvironment, misspeltVariables, Setting } from "./setting";

/** The command tree. `writeHelp` receives what commander would print: help and the version. */
export function programFor(session: Session, writeHelp: (text: string) => void): Command {
  const { io } = session;
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
      session.warnings = misspeltVariables(root, io.env);
    })
    .addHelpText("after", AFTER_HELP);
  for (const [heading, commands] of groups) {
    for (const create of commands) program.addCommand(create(session).helpGroup(heading));
  }
  inherit(program);
  return program;
}

const groups: readonly (readonly [string, readonly ((session: Session) => Command)[]])[] = [
  [
    "Plan and apply:",
    [
      validateCommand,
      planCommand,
      applyCommand,
      destroyCommand,
      driftCommand,
      watchCommand,
      shardsCommand,
      graphCommand,
    ],
  ],
  ["Look at the managers:", [getCommand, doctorCommand]],
  ["Adopt what exists:", [exportCommand, importCommand]],
  ["Recover:", [rebuildCommand]],
  ["Enrol:", [enrollCommand, initialSecretCommand]],
  ["State:", [stateCommand]],
  ["Audit:", [auditCommand]],
  ["Rehearse:", [simulateCommand]],
  ["Set up:", [initCommand, schemaCommand, completionCommand, terraformProviderCommand]],
  ["Look up:", [explainCommand, versionCommand]],
];

const AFTER_HELP = `
Examples:
  $ jp1im plan -f tokyo.yaml          what would be done, and why
  $ jp1im apply -f tokyo.yaml         do it, after a yes
  $ jp1im drift -f tokyo.yaml         what has changed behind its back

Exit codes:
    0  done, or in sync
    1  failed, and nothing was done
    2  changes are present (drift, plan --detailed-exitcode)
    3  partly applied, or partly unknown
    4  refused by policy
    5  the saved plan is stale
    6  another run holds the state's lock
    7  not authenticated, or not permitted
   64  wrong usage, or invalid input
  130  cancelled

Options go after the command. Each has an equivalent in the environment, which its help names.`;

/** Commands made apart have not inherited how output and errors are treated. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}

function optionDescription(this: Help, option: Option): string {
  if (!(option instanceof Setting)) return option.description;
  const { choices, defaultText, env } = option.traits;
  const notes = [
    ...(choices === undefined ? [] : [choices.join(" or ")]),
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
    `env: ${env}`,
  ];
  return `${option.description} (${notes.join("; ")})`;
}

function helpWidth(columns: number | undefined): number {
  return Math.min(columns ?? 100, 110);
}
