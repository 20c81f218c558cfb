import type { Diagnostic } from "../model/diagnostic";
import { ExitCode } from "../model/exit-code";
import type { Io } from "./io";
import type { Library } from "./load-library";
import type { Simulator } from "./load-simulator";

/** One call of the command line: its input and output, and the parts that are loaded only when a command needs them. */
export interface Session {
  readonly io: Io;
  readonly library: () => Promise<Library>;
  readonly simulator: () => Promise<Simulator>;
  /** How the command ended; commander's actions return nothing. */
  exitCode: ExitCode;
  /** Whether the command changed anything that outlasts it: on a manager, at a sink or in the state. */
  hasChanged: boolean;
  /** Warnings about the command's environment variables; reported with its own diagnostics. */
  warnings: readonly Diagnostic[];
}

export function sessionOf(io: Io, parts: Pick<Session, "library" | "simulator">): Session {
  return { io, ...parts, exitCode: ExitCode.done, hasChanged: false, warnings: [] };
}
