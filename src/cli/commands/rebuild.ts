import type { Command } from "commander";
import type { RebuildOptions } from "../../index";
import { failure } from "../../model/diagnostic";
import type { ApprovalFlags } from "../approval";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfOutcome, exitCodeOfRehearsal } from "../exit-code-of";
import { inputsOf } from "../inputs";
import {
  approvedByOption,
  autoApproveOption,
  duringFreezeOption,
  inputOptions,
  lockTimeoutOption,
  managerOption,
  parallelismOption,
  policyOption,
  rebuildOptions,
  reportOptions,
  stateOption,
} from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface RebuildFlags extends ApprovalFlags {
  readonly manager?: readonly string[];
  readonly replaces?: string;
  readonly check?: boolean;
  readonly overwriteSinks?: boolean;
  readonly policy?: readonly string[];
  readonly duringFreeze?: boolean;
  readonly parallelism?: number;
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

export function rebuildCommand(session: Session): Command {
  return defineCommand("rebuild", {
    summary: "rebuild a lost integrated manager on a new one",
    about:
      "It adds the lower managers again, issues and delivers every client, writes every agent's secrets, and removes what the lost manager left behind. An interrupted rebuild continues when it is started again. It takes exactly one --manager, declared with its new url and host.",
    examples: [
      ["jp1im rebuild --manager tokyo --replaces immhost01", "show it, ask for a yes, rebuild"],
      ["jp1im rebuild --manager tokyo --check", "rehearse it every week, while nothing is lost"],
      [
        "jp1im rebuild --manager tokyo --replaces immhost01 --overwrite-sinks --auto-approve",
        "unattended, and the state was lost as well",
      ],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      managerOption(),
      ...rebuildOptions(),
      autoApproveOption(),
      approvedByOption(),
      policyOption(),
      duringFreezeOption(),
      parallelismOption(),
      lockTimeoutOption(),
      ...reportOptions(),
    ],
  }).action(async (flags: RebuildFlags) => {
    session.exitCode = await runCommand(session, { name: "rebuild" }, flags, (context) =>
      flags.check ? rehearse(context, flags) : rebuild(context, flags),
    );
  });
}

async function rebuild(context: CommandContext, flags: RebuildFlags): Promise<CommandResult> {
  const manager = oneManager(flags);
  const { replaces } = flags;
  if (replaces === undefined) {
    throw failure({
      code: "usage",
      summary: "--replaces is missing",
      remedy: "name the host of the manager that was lost; --check rehearses without it",
    });
  }
  const { approverOf, requireApprover } = await import("../approval.js");
  requireApprover(context, flags, "rebuild");
  const { rebuildText } = await import("../../report/rebuild-text.js");
  const { outcomeText } = await import("../../report/outcome-text.js");
  const library = await context.library();
  const approve = approverOf(context, flags, "rebuild");
  const rebuilt = await library.rebuild(
    {
      ...optionsOf(context, manager, flags),
      replaces,
      lockTimeoutMs: flags.lockTimeout,
      policies: flags.policy,
      duringFreeze: flags.duringFreeze,
      approve,
    },
    context.platform(library),
  );
  if (rebuilt === undefined) {
    throw failure({ code: "cancelled", summary: "the rebuild was not approved, and nothing was changed" });
  }
  const { outcome, rebuild: report } = rebuilt;
  context.keep({ outcome, rebuild: report });
  const done =
    outcome.changes.length === 0 && !outcome.cancelled ? "" : `${outcomeText(outcome, context.paint)}\n`;
  // A rebuild begins with a step in the state.
  return {
    exitCode: exitCodeOfOutcome(outcome),
    text: `\n${done}${rebuildText(report, context.paint)}`,
    hasChanged: true,
  };
}

async function rehearse(context: CommandContext, flags: RebuildFlags): Promise<CommandResult> {
  const manager = oneManager(flags);
  const { planText } = await import("../../report/plan-text.js");
  const { rehearsalText } = await import("../../report/rebuild-text.js");
  const library = await context.library();
  const { replaces } = flags;
  const { rehearsal, plan, diagnostics } = await library.rehearseRebuild(
    { ...optionsOf(context, manager, flags), replaces },
    context.platform(library),
  );
  if (context.signal.aborted) throw failure({ code: "cancelled", summary: "the run was cancelled" });
  context.keep({ rehearsal, plan });
  context.find(diagnostics);
  const planned =
    plan === undefined
      ? ""
      : `${planText(plan, { wording: "rehearsal", paint: context.paint, showUnmanaged: context.showUnmanaged })}\n`;
  return {
    exitCode: exitCodeOfRehearsal(plan, diagnostics),
    text: planned + rehearsalText(rehearsal, plan !== undefined, context.paint),
  };
}

function optionsOf(
  context: CommandContext,
  manager: string,
  { parallelism, overwriteSinks, ...flags }: RebuildFlags,
): Omit<RebuildOptions, "replaces"> {
  return {
    ...inputsOf(flags, context.io.cwd),
    manager,
    parallelism,
    overwriteSinks,
  };
}

function oneManager({ manager: managers = [] }: RebuildFlags): string {
  const [manager, ...others] = managers;
  if (manager !== undefined && others.length === 0) return manager;
  throw failure({
    code: "usage",
    summary: manager === undefined ? "--manager is missing" : "there is more than one --manager",
    remedy: "name the one manager that is to be rebuilt, as the desired state calls it",
  });
}
