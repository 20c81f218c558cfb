import type { Diagnostic } from "../model/diagnostic";
import { ExitCode } from "../model/exit-code";
import { fileFault } from "../platform/file-fault";
import type { Io } from "./io";
import { loadLibrary } from "./load-library";
import { loadSimulator } from "./load-simulator";
import { plainFlags } from "./plain-flags";
import { endWith, runLine, tell } from "./run-line";
import { runValidate } from "./run-validate";
import { type Session, sessionOf } from "./session";

/** The parts that a test may replace. */
export type Parts = Pick<Session, "library" | "simulator">;

/** The command line: runs one command, reports its end and resolves to its exit code. Never rejects. */
export async function main(
  argv: readonly string[],
  io: Io,
  parts: Parts = { library: loadLibrary, simulator: loadSimulator },
): Promise<ExitCode> {
  const session = sessionOf(io, parts);
  const flags = plainFlags(argv, io.env);
  const exitCode = await (flags === undefined
    ? runLine(argv, session)
    : runValidate(session, flags).catch((error: unknown) => endWith(error, argv, session)));
  if (io.stdout.fault === undefined) return exitCode;
  await tell([lostOutput(io.stdout.fault, session.hasChanged || exitCode === ExitCode.partial)], argv, io);
  if (exitCode !== ExitCode.done && exitCode !== ExitCode.changes) return exitCode;
  return session.hasChanged ? ExitCode.partial : ExitCode.failure;
}

function lostOutput(code: string, hasChanged: boolean): Diagnostic {
  return {
    code: "output-unwritable",
    severity: "error",
    summary: `standard output could not be written to its end: ${fileFault({ code })}`,
    remedy: hasChanged
      ? "make room, or write it somewhere else; what the command changed is done, and recorded in the state"
      : "make room, or write it somewhere else, and run it again: no manager, sink or state was changed",
  };
}
