import { diagnosticsOf } from "../model/diagnostics-of";
import { ExitCode } from "../model/exit-code";
import { CommandContext, type CommandResult, type CommonFlags } from "./command-context";
import { exitCodeOfDiagnostics } from "./exit-code-of";
import type { StopSignal } from "./io";
import type { Session } from "./session";
import { sourceStack } from "./source-stack";

export interface RunTraits {
  /** The command's name in the document: `state list`. */
  readonly name: string;
  readonly stopNotice?: StopNotice;
}

/** What a run reports at the first signal to stop. */
interface StopNotice {
  readonly text: string;
  /** What a second Ctrl-C does, for the person who pressed the first one. */
  readonly again?: string;
}

const STOP_NOTICE = { text: "stopping: finishing what is in flight", again: "to stop at once" };

/** Runs one command and reports its end, whatever happens. */
export async function runCommand(
  session: Session,
  { name, stopNotice = STOP_NOTICE }: RunTraits,
  flags: CommonFlags,
  command: (context: CommandContext) => Promise<CommandResult>,
): Promise<ExitCode> {
  const { io } = session;
  const controller = new AbortController();
  const context = new CommandContext(session, name, flags, controller.signal);
  const stopListening = io.onStop((signal) => {
    if (controller.signal.aborted) return io.exitNow(ExitCode.cancelled);
    controller.abort();
    void context.tell(stopText(stopNotice, signal));
  });
  try {
    context.find(session.warnings);
    const ended = await attempt(context, flags, command);
    // A run that reported an error did not succeed completely.
    const isPartial = ended.exitCode === ExitCode.done && context.hasReportedError;
    const result = isPartial ? { ...ended, exitCode: ExitCode.partial } : ended;
    session.hasChanged = result.hasChanged ?? false;
    await context.conclude(result);
    return result.exitCode;
  } finally {
    stopListening();
  }
}

/** A terminal shows `^C` in the current line, so the text begins on a new line; other signals are not typed. */
function stopText({ text, again }: StopNotice, signal: StopSignal): string {
  if (signal !== "SIGINT") return `${text}\n`;
  return `\n${text}${again === undefined ? "" : `; press Ctrl-C again ${again}`}\n`;
}

async function attempt(
  context: CommandContext,
  flags: CommonFlags,
  command: (context: CommandContext) => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await command(context);
  } catch (error) {
    if (flags.debug && error instanceof Error) await context.tell(`debug: ${sourceStack(error)}\n`);
    const diagnostics = diagnosticsOf(error, context.signal);
    context.find(diagnostics);
    return { exitCode: context.signal.aborted ? ExitCode.cancelled : exitCodeOfDiagnostics(diagnostics) };
  }
}
