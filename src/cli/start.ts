import { ExitCode } from "../model/exit-code";
import { diagnosticsText } from "../report/diagnostic-text";
import { diagnosticsOf } from "./diagnostics-of";
import { main } from "./main";
import { nodeDebugRefusal } from "./node-debug";
import { processIo } from "./process-io";

/** Runs the command line in this process. */
export async function start(): Promise<void> {
  const io = processIo();
  const refusal = nodeDebugRefusal(process.env);
  if (refusal) {
    process.exitCode = ExitCode.usage;
    await io.stderr.write(diagnosticsText([refusal]));
    return;
  }
  // Only a bug gets here: a throw that no promise of the run carries. The state's journal already has what was done.
  const bug = (error: unknown) => {
    const stack = process.argv.includes("--debug") && error instanceof Error ? `debug: ${error.stack}\n` : "";
    process.exitCode = ExitCode.failure;
    void io.stderr
      .write(`${stack}${diagnosticsText(diagnosticsOf(error))}`)
      .then(() => io.exitNow(ExitCode.failure));
  };
  process.on("uncaughtException", bug).on("unhandledRejection", bug);
  process.exitCode = await main(process.argv.slice(2), io);
}
