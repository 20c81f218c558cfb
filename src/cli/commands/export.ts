import type { Command } from "commander";
import type { Exported } from "../../index";
import { failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import { chunked } from "../../platform/chunked";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { type InputFlags, inputsOf, onlyManager } from "../inputs";
import { exportOptions } from "../options/adoption-options";
import { inputOptions, managerOption, outputOptions, parallelismOption } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface ExportFlags extends InputFlags {
  readonly manager?: readonly string[];
  readonly source?: string;
  readonly sink?: string;
  readonly outDir?: string;
  readonly split?: "kind" | "agent";
  readonly overwrite?: boolean;
  readonly parallelism?: number;
}

export function exportCommand(session: Session): Command {
  return defineCommand("export", {
    summary: "write what a manager holds, and nothing declares yet, as desired state",
    about:
      "It takes exactly one --manager, whose url, host and auth are declared in -f. Values are never shown by a manager, so that each source is a placeholder.",
    examples: [
      ["jp1im export -f tokyo.yaml --manager tokyo > found.yaml", "one document, to be read and edited"],
      [
        'jp1im export -f tokyo.yaml --manager tokyo --out-dir tokyo --split agent --source \'vault:{"path":"secret/{AGENT}","field":"{KEY}"}\'',
        "a file for each agent, with sources in a vault",
      ],
    ],
    options: [
      ...inputOptions(),
      managerOption(),
      ...exportOptions(),
      parallelismOption(),
      ...outputOptions(),
    ],
  }).action(async (flags: ExportFlags) => {
    session.exitCode = await runCommand(session, { name: "export" }, flags, (context) =>
      exported(context, flags),
    );
  });
}

async function exported(context: CommandContext, flags: ExportFlags): Promise<CommandResult> {
  const { source, sink, split, parallelism, outDir, overwrite } = flags;
  const manager = onlyManager(flags.manager, "export");
  if (outDir === undefined) requireOutDir(flags);
  const library = await context.library();
  const platform = context.platform(library);
  const result = await library.exportManager(
    {
      ...inputsOf(flags, context.io.cwd),
      manager,
      source,
      sink,
      split,
      parallelism,
    },
    platform,
  );
  const { diagnostics, documents, ...report } = result;
  const { exportedText, missingText } = await import("../../report/export-text.js");
  context.find(diagnostics);
  if (!context.document && result.unknown.length > 0) await context.tell(missingText(result.unknown));
  const exitCode = result.unknown.length > 0 ? ExitCode.partial : ExitCode.done;
  if (outDir !== undefined) {
    const files = await library.saveExport(
      result,
      { folder: outDir, overwrite: overwrite === true },
      platform,
    );
    context.keep({ export: { ...report, files } });
    return { exitCode, text: exportedText({ ...report, files }) };
  }
  if (context.document) context.keep({ export: { ...report, documents: documents.map(whole) } });
  else await print(context, result);
  return { exitCode };
}

/** Prints in pieces: the export of a large fleet is long. */
async function print(context: CommandContext, { documents }: Exported): Promise<void> {
  for (const { text } of documents) {
    for (const chunk of chunked(text())) {
      if (context.io.stdout.closed) return;
      await context.print(chunk);
    }
  }
}

/** Options for files would be ignored silently without an output folder. */
function requireOutDir({ split, overwrite }: ExportFlags): void {
  const lost = split !== undefined ? "--split" : overwrite ? "--overwrite" : undefined;
  if (lost === undefined) return;
  const remedy = "name the folder: --out-dir DIR";
  throw failure({ code: "usage", summary: `${lost} is for files, and there is no --out-dir`, remedy });
}

function whole({ name, text }: Exported["documents"][number]) {
  return { name, text: [...text()].join("") };
}
