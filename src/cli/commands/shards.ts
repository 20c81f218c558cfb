import type { Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { type InputFlags, inputsOf } from "../inputs";
import { inputOptions, maxShardsOption, outputOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface ShardsFlags extends InputFlags {
  readonly max?: number;
}

const DEFAULT_MAX = 8;

export function shardsCommand(session: Session): Command {
  return defineCommand("shards", {
    summary: "divide the managers among several machines",
    about:
      "Prints the values of --shard that have a manager, for the matrix of a pipeline. A manager stays in its shard as long as their number does, whatever else is declared.",
    examples: [
      ["jp1im shards -f managers/ --max 8", "at most eight, with the managers of each"],
      ["jp1im shards -f managers/ --output json | jq -c '[.shards[].shard]'", "a matrix"],
    ],
    options: [...inputOptions(), maxShardsOption(), ...outputOptions()],
  }).action(async (flags: ShardsFlags) => {
    session.exitCode = await runCommand(session, { name: "shards" }, flags, (context) =>
      shards(context, flags),
    );
  });
}

async function shards(context: CommandContext, flags: ShardsFlags): Promise<CommandResult> {
  const { max = DEFAULT_MAX } = flags;
  const library = await context.library();
  const entries = await library.shards(
    { ...inputsOf(flags, context.io.cwd), max },
    context.platform(library),
  );
  context.keep({ shards: entries });
  const { shardsText } = await import("../../report/shards-text.js");
  return { exitCode: ExitCode.done, text: shardsText(entries) };
}
