import { Command } from "commander";
import type { InitialSecretIssue } from "../../index";
import { failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import { type ApprovalFlags, askForYes, requireApprover } from "../approval";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfOutcome } from "../exit-code-of";
import { inputsOf, onlyManager } from "../inputs";
import { deliverToOption } from "../options/enrolment-options";
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
import type { Session } from "../session";

interface IssueFlags extends ApprovalFlags {
  readonly manager?: readonly string[];
  readonly deliverTo?: readonly string[];
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

export function initialSecretCommand(session: Session): Command {
  return new Command("initial-secret")
    .summary("issue a manager's initial secret, for agent installers and enrolments")
    .description("Issue a manager's initial secret, for agent installers and enrolments.")
    .addCommand(issueCommand(session));
}

function issueCommand(session: Session): Command {
  return defineCommand("issue", {
    summary: "issue a fresh initial secret on one manager; the former one stops working",
    about:
      "It takes exactly one --manager. A declared initial secret goes to its declared sink as well, and the next plan is empty.",
    examples: [
      [
        "jp1im initial-secret issue -f tokyo.yaml --manager tokyo --deliver-to file:/mnt/installer/initial",
        "ask for a yes, issue, deliver",
      ],
      ["jp1im initial-secret issue --manager tokyo --auto-approve", "to the declared sink, unattended"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      managerOption(),
      deliverToOption(),
      autoApproveOption(),
      approvedByOption(),
      lockTimeoutOption(),
      ...outputOptions(),
    ],
  }).action(async (flags: IssueFlags) => {
    session.exitCode = await runCommand(session, { name: "initial-secret issue" }, flags, (context) =>
      issue(context, flags),
    );
  });
}

async function issue(context: CommandContext, flags: IssueFlags): Promise<CommandResult> {
  const manager = onlyManager(flags.manager, "initial-secret issue");
  requireApprover(context, flags, "initial-secret issue");
  const text = await import("../../report/enrolment-text.js");
  const library = await context.library();
  const issued = await library.issueInitialSecret(
    {
      ...inputsOf(flags, context.io.cwd),
      manager,
      deliverTo: flags.deliverTo ?? [],
      lockTimeoutMs: flags.lockTimeout,
      approve: async ({ url, deliverTo }) =>
        flags.autoApprove === true || askForYes(context, text.initialSecretQuestion(manager, url, deliverTo)),
    },
    context.platform(library),
  );
  if (issued === undefined) {
    throw failure({
      code: "cancelled",
      summary: "it was not approved, and the present initial secret stays valid",
    });
  }
  context.keep({ outcome: issued.outcome });
  const exitCode = exitCodeOf(issued);
  return exitCode === ExitCode.done
    ? { exitCode, text: text.initialSecretText(manager, issued.deliverTo), hasChanged: true }
    : { exitCode };
}

/** A secret that was issued and not delivered has still replaced the former one. */
function exitCodeOf({ outcome }: InitialSecretIssue): ExitCode {
  const exitCode = exitCodeOfOutcome(outcome);
  const isReplaced = outcome.diagnostics.some(({ code }) => code === "sink-unwritable");
  return exitCode === ExitCode.failure && isReplaced ? ExitCode.partial : exitCode;
}
