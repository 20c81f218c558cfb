import type { Command } from "commander";
import { loadLibrary } from "../../../src/cli/load-library";
import { loadSimulator } from "../../../src/cli/load-simulator";
import { EnvOption } from "../../../src/cli/options/option";
import { programFor } from "../../../src/cli/program";
import { sessionOf } from "../../../src/cli/session";
import { fakeIo } from "../../cli/fake-io";

/** Every command of the program that does something, `state rm` for one, with the formats of its output, if it has any. */
export function programCommands(): ReadonlyMap<string, readonly string[]> {
  const parts = { library: loadLibrary, simulator: loadSimulator };
  const found = new Map<string, readonly string[]>();
  const walk = (command: Command, path: readonly string[]) => {
    const output = command.options.find(({ long }) => long === "--output");
    const formats = output instanceof EnvOption ? (output.traits.choices ?? []) : [];
    if (command.commands.length === 0) found.set(path.join(" "), formats);
    for (const each of command.commands) walk(each, [...path, each.name()]);
  };
  walk(
    programFor(sessionOf(fakeIo(), parts), () => undefined),
    [],
  );
  return found;
}

/** What of the program was never run, by the lines that were: `plan`, or `plan --output html`. */
export function neverRun(lines: readonly string[]): string[] {
  return [...programCommands()].flatMap(([command, formats]) => {
    const own = lines.filter((line) => line === command || line.startsWith(`${command} `));
    if (formats.length === 0) return own.length > 0 ? [] : [command];
    const seen = own.map((line) => /--output (\S+)/.exec(line)?.[1] ?? formats[0]);
    return formats
      .filter((format) => !seen.includes(format))
      .map((format) => `${command} --output ${format}`);
  });
}
