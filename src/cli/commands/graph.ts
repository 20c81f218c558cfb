import type { Command } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { type InputFlags, inputsOf } from "../inputs";
import { graphFormatOption, inputOptions, logOptions, planFileOption } from "../options/shared-options";
import { readPlan } from "../read-plan";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface GraphFlags extends InputFlags {
  readonly plan?: string;
  readonly format?: "mermaid" | "dot";
}

export function graphCommand(session: Session): Command {
  return defineCommand("graph", {
    summary: "draw the topology: managers, lower managers, agents",
    about:
      "It is drawn from the desired state, without asking any manager; with a saved plan its changes are marked.",
    examples: [
      ["jp1im graph -f tokyo.yaml", "a Mermaid flowchart, which GitHub draws in Markdown"],
      ["jp1im plan --out tokyo.plan && jp1im graph --plan tokyo.plan", "with what would change"],
      ["jp1im graph --format dot | dot -Tsvg > topology.svg", "for Graphviz"],
    ],
    options: [...inputOptions(), planFileOption(), graphFormatOption(), ...logOptions()],
  }).action(async (flags: GraphFlags) => {
    session.exitCode = await runCommand(session, { name: "graph" }, flags, (context) =>
      graph(context, flags),
    );
  });
}

async function graph(context: CommandContext, flags: GraphFlags): Promise<CommandResult> {
  const library = await context.library();
  const plan = flags.plan === undefined ? undefined : await readPlan(context, library, flags.plan);
  // A plan names the files that it was made from.
  const named = plan && flags.file === undefined ? plan.inputs.map(({ path }) => path) : undefined;
  const files =
    named?.map((path) => (path === "<stdin>" ? "-" : path)) ?? inputsOf(flags, context.io.cwd).files;
  const drawn = await library.topology({ files }, context.platform(library), plan);
  return { exitCode: ExitCode.done, text: await textOf(drawn, flags.format) };
}

async function textOf(
  drawn: Parameters<typeof import("../../report/graph/dot").dotText>[0],
  format: GraphFlags["format"],
) {
  if (format === "dot") return (await import("../../report/graph/dot.js")).dotText(drawn);
  return (await import("../../report/graph/mermaid.js")).mermaidText(drawn);
}
