import { ExitCode } from "../model/exit-code";
import { exitCodeOfFindings } from "./exit-code-of";
import { findingsOf } from "./findings-of";
import { type CommandResult, type CommonFlags, Run } from "./run";
import type { Session } from "./session";

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
  command: (run: Run) => Promise<CommandResult>,
): Promise<ExitCode> {
  const { io } = session;
  const controller = new AbortController();
  const stopListening = io.onStop(() => {
    if (controller.signal.aborted) return io.exitNow(ExitCode.cancelled);
    controller.abort();
    void io.stderr.write(`\n${stopNotice}\n`);
  });
  try {
    const run = new Run(session, name, flags, controller.signal);
    const result = await attempt(run, flags, command);
    await run.conclude(result);
    return result.exitCode;
  } finally {
    stopListening();
  }
}

async function attempt(
  run: Run,
  flags: CommonFlags,
  command: (run: Run) => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await command(run);
  } catch (error) {
    if (flags.debug && error instanceof Error) await run.tell(`debug: ${error.stack ?? error.message}\n`);
    const findings = findingsOf(error, run.signal);
    run.find(findings);
    return { exitCode: run.signal.aborted ? ExitCode.cancelled : exitCodeOfFindings(findings) };
  }
}
