import { platform } from "node:os";
import { delimiter, join, normalize } from "node:path";
import type { SinkReference } from "../../model/desired-state";
import {
  type Command,
  describeCommand,
  failureOf,
  parseCommand,
  programPath,
  requestFor,
} from "../exec/command";
import { digestOf } from "../options";
import { formatOf, formatted } from "./format";
import { type Sink, type SinkContext, undeliverable } from "./sink";

/**
 * `exec: [PROGRAM, ARGUMENT…]`. The program gets the secret on its standard input and nowhere else; it has delivered
 * it when it ends with 0. No shell, unless `shell: true`; 30 seconds, unless `timeout`.
 */
export const exec: Sink = {
  type: "exec",
  describe: describeCommand,
  place: async (reference, { resolvePath }) => {
    const parsed = parseCommand(reference.options);
    if (parsed === undefined) return undefined;
    const { command, shell } = parsed;
    const [program, ...args] = command;
    const { folder, options } = reference;
    return {
      type: "exec",
      // Where it writes may depend on the folder that it works in.
      paths: { folder: await resolvePath(folder, ".") },
      traits: {
        ...(shell ? { script: digestOf(program) } : { program: normalize(program) }),
        ...{ arguments: digestOf(args), format: formatOf(options) },
      },
    };
  },
  prove: async (reference, context) => {
    const { command, shell } = commandOf(reference);
    const [program] = command;
    if (!shell && !(await isExecutable(program, reference.folder, context))) {
      throw undeliverable(
        `the program ${program} is not there, or may not be executed`,
        program.includes("/") ? "check its path and its mode" : "install it, or name it with its path",
      );
    }
  },
  deliver: async (reference, issued, { environment, runProgram }) => {
    const command = commandOf(reference);
    const text = formatted(issued, reference.options);
    const result = await runProgram(requestFor(command, reference, environment, text));
    // Whatever the program says is looked through for the secret before it is told.
    const failed = failureOf(result, command, `${text}\n${issued.secret.reveal()}`);
    if (failed === undefined) return;
    throw undeliverable(
      `the ${describeCommand(reference.options)} ${failed}`,
      "have it read the secret from its standard input and end with 0",
    );
  },
};

function commandOf({ options }: SinkReference): Command {
  const command = parseCommand(options);
  if (command !== undefined) return command;
  throw undeliverable("exec has to name a program", "write: exec: [PROGRAM, ARGUMENT]");
}

async function isExecutable(program: string, folder: string, context: SinkContext): Promise<boolean> {
  const { environment, fileSystem } = context;
  // Windows finds programs in ways of its own, and keeps no such mode.
  if (platform() === "win32") return true;
  const folders = program.includes("/") ? [""] : (environment.PATH ?? "/usr/bin:/bin").split(delimiter);
  for (const each of folders) {
    const path = each === "" ? programPath(program, folder) : join(each, program);
    const isThere = await fileSystem.stat(path).then(
      ({ type, mode }) => type === "file" && (mode & 0o111) !== 0,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}
