import { resolve } from "node:path";
import type { Command } from "commander";
import { DiagnosticError, failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import { isProbeReport, type ProbeReport } from "../../model/probe";
import { visible } from "../../model/visible";
import type { FileSystem } from "../../platform/file-system";
import { type ApprovalFlags, askForYes, requireApprover } from "../approval";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfProbe } from "../exit-code-of";
import { inputsOf, onlyManager } from "../inputs";
import { probeOptions } from "../options/probe-options";
import {
  approvedByOption,
  autoApproveOption,
  inputOptions,
  lockTimeoutOption,
  managerOption,
  outputOptions,
  stateOption,
} from "../options/shared-options";
import { runCommand } from "../run-command";
import { requireSavable, type SavedFile, type SavedKind, saveFile } from "../save-file";
import type { Session } from "../session";

interface ProbeFlags extends ApprovalFlags {
  readonly manager?: readonly string[];
  readonly agent?: string;
  readonly skip?: readonly string[];
  readonly cleanUp?: boolean;
  readonly report?: string;
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

export function probeCommand(session: Session): Command {
  return defineCommand("probe", {
    summary: "find out how a manager answers where its manual is silent, with scratch objects",
    about:
      "It makes keys on one agent and clients on the manager, names each before it asks for a yes, and removes them whatever happens. What an earlier probe has left is named and removed as well. The report holds no name, host or secret.",
    examples: [
      ["jp1im probe -f tokyo.yaml --manager tokyo --agent test01", "ask for a yes, probe, write probe.json"],
      ["jp1im probe --manager tokyo --clean-up", "ask for a yes, remove what a killed probe left"],
      ["jp1im simulate world.yaml --like probe.json", "play a manager that answers as this one"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      managerOption(),
      ...probeOptions(),
      autoApproveOption(),
      approvedByOption(),
      lockTimeoutOption(),
      ...outputOptions(),
    ],
  }).action(async (flags: ProbeFlags) => {
    const traits = {
      name: "probe",
      stopNotice: { text: "stopping: removing the scratch objects", again: "to leave them" },
    };
    session.exitCode = await runCommand(session, traits, flags, (context) => probe(context, flags));
  });
}

const DEFAULT_REPORT = "probe.json";

async function probe(context: CommandContext, flags: ProbeFlags): Promise<CommandResult> {
  const manager = onlyManager(flags.manager, "probe");
  const { agent, skip, cleanUp = false, report: out = DEFAULT_REPORT, lockTimeout } = flags;
  requireApprover(context, flags, "probe");
  const library = await context.library();
  const platform = context.platform(library);
  const file = { path: resolve(context.io.cwd, out), shown: out, kind: SAVED_REPORT };
  // A probe without a saved report would be useless.
  if (!cleanUp) await requireSavable(platform.fileSystem, file);
  const text = await import("../../report/probe-text.js");
  const probed = await library.probe(
    {
      ...{ ...inputsOf(flags, context.io.cwd), manager, agent, skip, cleanUp, lockTimeoutMs: lockTimeout },
      report: cleanUp ? undefined : file.path,
      approve: async (intent) => {
        await context.tell(text.probeIntentText(intent));
        return flags.autoApprove === true || askForYes(context, text.probeQuestion(intent));
      },
    },
    platform,
  );
  if (probed === undefined)
    throw failure({ code: "cancelled", summary: "it was not approved, and nothing was made or removed" });
  context.find(probed.diagnostics);
  const { report, removed } = probed;
  if (report === undefined)
    return {
      exitCode: exitCodeOfProbe(probed),
      text: text.cleanedUpText(removed, probed.diagnostics.length > 0),
      hasChanged: removed !== undefined && removed > 0,
    };
  context.keep({ probe: report });
  const table = text.probeText(report, context.paint);
  // The result is shown even if it cannot be saved.
  const fault = await save(platform.fileSystem, file, report);
  if (fault !== undefined) {
    context.find(fault.diagnostics);
    return { exitCode: ExitCode.failure, text: table, hasChanged: true };
  }
  return {
    exitCode: exitCodeOfProbe(probed),
    text: `${table}\n${text.savedText(visible(out))}`,
    hasChanged: true,
  };
}

const SAVED_REPORT: SavedKind = {
  ...{ name: "report of a probe", code: "probe-unwritable", option: "--report" },
  is: isSavedReport,
};

function isSavedReport(text: string): boolean {
  try {
    return isProbeReport(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Resolves to the reason why it could not be saved. */
async function save(
  fileSystem: FileSystem,
  file: SavedFile,
  report: ProbeReport,
): Promise<DiagnosticError | undefined> {
  try {
    await saveFile(fileSystem, file, `${JSON.stringify(report, undefined, 2)}\n`);
    return undefined;
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
}
