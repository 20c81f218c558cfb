import type { Diagnostic } from "../model/diagnostic";
import { diagnosticsOf } from "../model/diagnostics-of";
import { ExitCode } from "../model/exit-code";
import { noWorkingFolder } from "../model/no-working-folder";
import { workingFolder } from "../platform/working-folder";
import { diagnosticsText } from "../report/diagnostic-text";
import { main } from "./main";
import { processIo } from "./process-io";
import { sourceStack } from "./source-stack";

/** Runs the command line in this process. */
export async function start(): Promise<void> {
  // The file that calls this was whole, and commander ends a help with the code that is set.
  process.exitCode = ExitCode.done;
  const folder = workingFolder();
  const io = processIo(folder ?? "/");
  const refusal = nodeDebugRefusal(process.env) ?? (folder === undefined ? noWorkingFolder : undefined);
  if (refusal) {
    process.exitCode = ExitCode.usage;
    await io.stderr.write(diagnosticsText([refusal]));
    return;
  }
  // Only a bug gets here: a throw outside of the run's promises. The state's log already has what was done.
  const bug = (error: unknown) => {
    const stack =
      process.argv.includes("--debug") && error instanceof Error ? `debug: ${sourceStack(error)}\n` : "";
    process.exitCode = ExitCode.failure;
    void io.stderr
      .write(`${stack}${diagnosticsText(diagnosticsOf(error))}`)
      .then(() => io.exitNow(ExitCode.failure));
  };
  process.on("uncaughtException", bug).on("unhandledRejection", bug);
  const exitCode = await main(process.argv.slice(2), io);
  // What nobody waited for, such as debug lines, may still be on its way to a slow reader.
  await Promise.all([io.stdout.write(""), io.stderr.write("")]);
  // Without this, Node would first collect garbage and free each object.
  process.exit(exitCode);
}

const VARIABLES = ["NODE_DEBUG", "NODE_DEBUG_NATIVE"];

/**
 * With these variables, Node itself prints what it sends to programs and servers, including secrets. Node reads them
 * before our code runs, so the only remedy is to stop.
 */
function nodeDebugRefusal(env: Readonly<Record<string, string | undefined>>): Diagnostic | undefined {
  const name = VARIABLES.find((each) => env[each]);
  if (name === undefined) return undefined;
  return {
    code: "insecure-setting",
    severity: "error",
    summary: `${name} is set, which makes Node print secrets on standard error`,
    remedy: `unset ${name}; what jp1im itself does is shown by --debug`,
  };
}
