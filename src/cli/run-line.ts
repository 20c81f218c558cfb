import { CommanderError } from "commander";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { diagnosticsOf } from "../model/diagnostics-of";
import { ExitCode } from "../model/exit-code";
import { shellCommand } from "../model/shell-command";
import { diagnosticsText } from "../report/diagnostic-text";
import { outputDocument } from "../report/output-document";
import { colourAskedFor, paintFor } from "./colour";
import type { Io } from "./io";
import { logLine } from "./log-lines";
import { programFor } from "./program";
import type { Session } from "./session";
import {
  documentAskedFor,
  formatElsewhere,
  isLogJson,
  missingArgument,
  optionElsewhere,
  usageDiagnostic,
} from "./usage";
import { writeDocument } from "./write-document";

/** Runs the command that a line names, and resolves to its exit code. Never rejects. */
export async function runLine(argv: readonly string[], session: Session): Promise<ExitCode> {
  const helpText: string[] = [];
  const write = (text: string) => helpText.push(text);
  try {
    const program = programFor(session, write, argv[0]);
    await program.parseAsync(withHelpFirst(argv, program.commands), { from: "user" });
    return session.exitCode;
  } catch (error) {
    return await endWith(error, argv, session, helpText);
  }
}

/** Reports what a line ended with instead of a result. */
export async function endWith(
  error: unknown,
  argv: readonly string[],
  session: Session,
  helpText: readonly string[] = [],
): Promise<ExitCode> {
  const { io } = session;
  const program = programFor(session, () => {});
  const command = commandPath(argv, program.commands);
  if (!(error instanceof CommanderError)) {
    const exitCode = error instanceof DiagnosticError ? ExitCode.usage : ExitCode.failure;
    return await stopped(diagnosticsOf(error), exitCode, command, argv, io);
  }
  // `jp1im` or `jp1im state` alone is an incomplete command line: commander prints the help.
  const unfinished = error.code === "commander.help" && error.exitCode !== 0;
  const [first, unknown] = argv;
  // A command that exists would be run.
  const isUnknown = unknown !== undefined && program.commands.every((each) => each.name() !== unknown);
  if (unfinished && first === "help" && isUnknown) return await runLine([unknown], session);
  if (!unfinished && error.exitCode !== 0) {
    const meant =
      error.code === "commander.excessArguments"
        ? asFile(argv)
        : (reordered(argv, program.commands) ??
          formatElsewhere(argv, program) ??
          optionElsewhere(error, program) ??
          missingArgument(error, argv, program));
    const diagnostic = usageDiagnostic(error, command, meant);
    return await stopped([diagnostic], ExitCode.usage, command, argv, io);
  }
  await (unfinished ? io.stderr : io.stdout).write(helpText.join(""));
  return unfinished ? ExitCode.usage : ExitCode.done;
}

/** Ends a run in which no command ran. */
async function stopped(
  diagnostics: readonly Diagnostic[],
  exitCode: ExitCode,
  command: string,
  argv: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const format = documentAskedFor(argv, io.env);
  if (format !== undefined) {
    const document = outputDocument(command.replace(/^jp1im ?/, ""), exitCode, {}, diagnostics);
    await writeDocument(io.stdout, document, format);
  } else {
    await tell(diagnostics, argv, io);
  }
  return exitCode;
}

/** Prints diagnostics outside of any command, in the format that the command line asks for. */
export async function tell(
  diagnostics: readonly Diagnostic[],
  argv: readonly string[],
  io: Io,
): Promise<void> {
  if (isLogJson(argv, io.env)) {
    for (const diagnostic of diagnostics) {
      await io.stderr.write(logLine({ type: "diagnostic", diagnostic }, io.now()));
    }
    return;
  }
  const paint = paintFor(io.stderr, io.env, colourAskedFor(argv));
  await io.stderr.write(diagnosticsText(diagnostics, paint));
}

/** The likely intention of a file without a command. */
function asFile(argv: readonly string[]): string | undefined {
  const file = argv.find((argument) => /\.ya?ml$/i.test(argument));
  if (file) return `a file of desired state goes after -f: ${shellCommand("-f", file)}`;
  return argv[0] === "plan"
    ? "a saved plan goes to jp1im apply, a file of desired state after -f"
    : undefined;
}

/** The intended command line if options come before the command. */
function reordered(argv: readonly string[], commands: readonly NamedCommand[]): string | undefined {
  const names = new Set(commands.map((command) => command.name()));
  const at = argv.findIndex((argument) => names.has(argument));
  if (at <= 0) return undefined;
  const isPlain = argv.every((argument) => /^[\w@%+=:,./-]+$/.test(argument));
  const options = isPlain ? [...argv.slice(0, at), ...argv.slice(at + 1)].join(" ") : "[options]";
  return `options go after the command: jp1im ${argv[at]} ${options}`;
}

interface NamedCommand {
  name(): string;
  readonly commands: readonly NamedCommand[];
}

/**
 * Only the command and `--help` if the line asks for help anywhere: an option without its value would take the flag
 * for that, and the command would run. `help state rm` is another way to ask.
 */
function withHelpFirst(argv: readonly string[], commands: readonly NamedCommand[]): string[] {
  const [first, ...rest] = argv;
  if (first === "help" && rest.length > 1 && commandNames(rest, commands).length === rest.length)
    return [...rest, "--help"];
  const end = argv.indexOf("--");
  const options = end < 0 ? argv : argv.slice(0, end);
  const names = commandNames(argv, commands);
  const asks = options.includes("--help") || options.includes("-h");
  return asks && names.length > 0 ? [...names, "--help"] : [...argv];
}

/** `jp1im state rm`: the part of the command line that names commands. */
function commandPath(argv: readonly string[], commands: readonly NamedCommand[]): string {
  return ["jp1im", ...commandNames(argv, commands)].join(" ");
}

function commandNames(argv: readonly string[], commands: readonly NamedCommand[]): string[] {
  const names: string[] = [];
  let level = commands;
  for (const argument of argv) {
    const subcommand = level.find((command) => command.name() === argument);
    if (subcommand === undefined) break;
    names.push(argument);
    level = subcommand.commands;
  }
  return names;
}
