import { diagnosticsOf } from "../model/diagnostics-of";
import { ExitCode } from "../model/exit-code";
import { CommandContext, type CommandResult, type CommonFlags } from "./command-context";
import { exitCodeOfDiagnostics } from "./exit-code-of";
import type { Session } from "./session";
import { sourceStack } from "./source-stack";

export interface RunTraits {
  /** As it stands in the document: `state list`. */
  readonly name: string;
  /** Told at the first Ctrl-C. */
  readonly stopNotice?: string;
}

const STOP_NOTICE = "stopping: finishing what is in flight; press Ctrl-C again to stop at once";

/** Runs one command to its reported end, whatever happens in it. */
export async function runCommand(
  session: Session,
  { name, stopNotice = STOP_NOTICE }: RunTraits,
  flags: CommonFlags,
  command: (context: CommandContext) => Promise<CommandResult>,
): Promise<ExitCode> {
  const { io } = session;
  const controller = new AbortController();
  const context = new CommandContext(session, name, flags, controller.signal);
  const stopListening = io.onStop(() => {
    if (controller.signal.aborted) return io.exitNow(ExitCode.cancelled);
    controller.abort();
    void context.tell(`\n${stopNotice}\n`);
  });
  try {
    context.find(session.warnings);
    const ended = await attempt(context, flags, command);
    // What was reported as an error on the way is no success, whatever else was done.
    const isPartial = ended.exitCode === ExitCode.done && context.hasReportedError;
    const result = isPartial ? { ...ended, exitCode: ExitCode.partial } : ended;
    session.hasChanged = result.hasChanged ?? false;
    await context.conclude(result);
    return result.exitCode;
  } finally {
    stopListening();
  }
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
