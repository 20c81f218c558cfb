import type { SecretValue } from "../model/secret-value";
import { describeCommand, failureOf, parseCommand, requestFor, runUnlessCancelled } from "./exec/command";
import { programFault } from "./exec/find-program";
import type { SecretsPlatform } from "./sources/source";
import { parseKey, unusable } from "./state-key-text";

/**
 * The key that a program writes to its standard output: 32 bytes in base64. `text` is its argv as a JSON array; no
 * shell reads it. 30 seconds at most; its standard error is shown if it fails, its standard output never.
 */
export async function stateKeyFromCommand(
  text: string,
  variable: string,
  outside: Pick<SecretsPlatform, "env" | "cwd" | "fileSystem" | "runProgram" | "signal">,
): Promise<SecretValue> {
  const { env, cwd } = outside;
  const argv = parseArgv(text);
  const command = parseCommand(argv);
  if (command === undefined) {
    throw unusable(
      text === "" ? `${variable} is empty` : `${variable} is no JSON array of a program and its arguments`,
      `write it as ["PROGRAM", "ARGUMENT"], or unset it`,
    );
  }
  const name = describeCommand(argv);
  const result = await runUnlessCancelled(outside.runProgram, requestFor(command, cwd, env), outside.signal);
  const stdout = "output" in result ? result.output.stdout.toString("utf8") : "";
  const failed = failureOf(result, command, stdout);
  if (failed !== undefined) {
    const fault = await programFault(command, cwd, outside);
    throw unusable(
      `the ${name} of ${variable} ${fault?.why ?? failed}`,
      fault?.remedy ?? `run it by hand in ${cwd}`,
    );
  }
  return parseKey(stdout, `what the ${name} of ${variable} wrote`);
}

/** `undefined` for anything but an array of texts. */
function parseArgv(text: string): readonly string[] | undefined {
  try {
    const argv: unknown = JSON.parse(text);
    return Array.isArray(argv) && argv.every((part) => typeof part === "string") ? argv : undefined;
  } catch {
    return undefined;
  }
}
