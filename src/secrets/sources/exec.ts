import { SecretValue } from "../../model/secret-value";
import {
  describeCommand,
  failureOf,
  parseCommand,
  programFiles,
  requestFor,
  runUnlessCancelled,
} from "../exec/command";
import { programFault } from "../exec/find-program";
import { externalOf, type Source, unresolved } from "./source";

/**
 * `exec: [PROGRAM, ARGUMENT…]`. The program's standard output is the value, without one final line end. No shell,
 * unless `shell: true`; 30 seconds, unless `timeout`; at most 64 KiB of UTF-8.
 */
export const exec: Source = {
  type: "exec",
  describe: describeCommand,
  read: async (reference, context) => {
    const { env, runProgram, signal } = context;
    const external = externalOf(reference);
    const command = parseCommand(external.options);
    if (command === undefined)
      throw unresolved("exec has to name a program", "write: exec: [PROGRAM, ARGUMENT]");
    const name = describeCommand(external.options);
    const request = requestFor(command, external.folder, env);
    const result = await runUnlessCancelled(runProgram, request, signal);
    const stdout = "output" in result ? result.output.stdout : Buffer.alloc(0);
    const failed = failureOf(result, command, stdout.toString("utf8"));
    if (failed !== undefined) {
      const fault = await programFault(command, external.folder, context);
      if (fault) throw unresolved(`the ${name} cannot be started: it ${fault.why}`, fault.remedy);
      throw unresolved(`the ${name} ${failed}`, `run it by hand in ${external.folder}`);
    }
    const value = decode(stdout, name);
    if (value === "")
      throw unresolved(`the ${name} wrote nothing`, "have it write the value to its standard output");
    return new SecretValue(value);
  },
  reads: programFiles,
};

function decode(bytes: Buffer, name: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.replace(/\r?\n$/, "");
  } catch {
    throw unresolved(`what the ${name} wrote is not UTF-8 text`, "have it write text");
  }
}
