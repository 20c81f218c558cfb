import { normalize } from "node:path";
import type { SinkReference } from "../../model/desired-state";
import {
  type Command,
  describeCommand,
  failureOf,
  parseCommand,
  programFiles,
  requestFor,
} from "../exec/command";
import { programFault } from "../exec/find-program";
import { formatOf, formatted } from "./format";
import { digestOf, type ServiceSink, undeliverable } from "./sink";

/**
 * `exec: [PROGRAM, ARGUMENT…]`. The program gets the secret only on its standard input; it succeeded if it read all
 * of that and ended with 0. No shell, unless `shell: true`; 30 seconds, unless `timeout`.
 */
export const exec: ServiceSink = {
  type: "exec",
  writes: "elsewhere",
  tellsApart: true,
  describe: describeCommand,
  describePlace: ({ traits: { program } }) => (program === undefined ? "shell script" : `program ${program}`),
  place: async (reference, { resolvePath }) => {
    const parsed = parseCommand(reference.options);
    if (parsed === undefined) return undefined;
    const { command, shell } = parsed;
    const [program, ...args] = command;
    const { folder, options } = reference;
    return {
      type: "exec",
      // Where it writes may depend on its working folder.
      paths: { folder: await resolvePath(folder, ".") },
      traits: {
        ...(shell ? { script: digestOf(program) } : { program: normalize(program) }),
        // `put` is searched for in PATH, and `./put` is a file, although both are normalized alike.
        startedBy: shell ? "shell" : program.includes("/") ? "path" : "name",
        ...{ arguments: digestOf(args), format: formatOf(options) },
      },
    };
  },
  prove: async (reference, context) => {
    const command = commandOf(reference);
    const fault = await programFault(command, reference.folder, context);
    if (fault) throw undeliverable(`the ${describeCommand(reference.options)} ${fault.why}`, fault.remedy);
  },
  reads: programFiles,
  deliver: async (reference, issued, { env, runProgram }) => {
    const command = commandOf(reference);
    const text = formatted(issued, reference.options);
    const result = await runProgram(requestFor(command, reference.folder, env, text));
    const failed = failureOf(result, command, issued.secret.reveal());
    if (failed === undefined) return;
    throw undeliverable(
      `the ${describeCommand(reference.options)} ${failed}`,
      "have it read all of its standard input, and end with 0 once it has kept the secret",
    );
  },
};

function commandOf({ options }: SinkReference): Command {
  const command = parseCommand(options);
  if (command !== undefined) return command;
  throw undeliverable("exec has to name a program", "write: exec: [PROGRAM, ARGUMENT]");
}
