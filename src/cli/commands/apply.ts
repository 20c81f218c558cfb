import type { Command } from "commander";
import { failure } from "../../model/diagnostic";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { NamedArgument } from "../named-argument";
import type { EnvOption } from "../options/option";
import {
  approvedByOption,
  autoApproveOption,
  duringFreezeOption,
  inputOptions,
  lockTimeoutOption,
  newStateOption,
  parallelismOption,
  policyOption,
  reportOptions,
  rotateOption,
  scopeOptions,
  stateOption,
} from "../options/shared-options";
import type { ApplyFlags } from "../plan-and-apply";
import { readPlan } from "../read-plan";
import { runCommand } from "../run-command";
import type { Session } from "../session";

export function applyCommand(session: Session): Command {
  return defineCommand("apply", {
    summary: "plan, ask, and bring the managers to the desired state",
    about: "With a saved plan nothing is asked: it applies exactly, or not at all.",
    examples: [
      ["jp1im apply -f tokyo.yaml", "plan, ask for a yes, apply"],
      ["jp1im apply tokyo.plan", "a plan of jp1im plan --out: the one that was reviewed"],
      ["jp1im apply --rotate tokyo/client/fluentd-web", "issue a new secret; the old one stops working"],
      ["jp1im apply --auto-approve --lock-timeout 5m", "unattended"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      ...scopeOptions(),
      rotateOption(),
      newStateOption(),
      autoApproveOption(),
      approvedByOption(),
      policyOption(),
      duringFreezeOption(),
      parallelismOption(),
      lockTimeoutOption(),
      ...reportOptions(),
    ],
  })
    .addArgument(new NamedArgument("[planfile]", "a plan saved by jp1im plan --out", "files"))
    .action(async (planFile: string | undefined, flags: ApplyFlags, command: Command) => {
      session.exitCode = await runCommand(session, { name: "apply" }, flags, async (context) => {
        if (planFile !== undefined) return await applySaved(context, planFile, flags, command);
        const { planAndApply } = await import("../plan-and-apply.js");
        return await planAndApply(context, flags, "apply");
      });
    });
}

/** The options that a saved plan contains. */
function plannedOptions(): readonly EnvOption[] {
  return [...inputOptions(), ...scopeOptions(), rotateOption(), newStateOption()];
}

async function applySaved(
  context: CommandContext,
  planFile: string,
  flags: ApplyFlags,
  command: Command,
): Promise<CommandResult> {
  refuseScope(command);
  const library = await context.library();
  const saved = await readPlan(context, library, planFile);
  const { inputs, state } = saved;
  context.worksWith({ file: inputs.map(({ path }) => path), state: flags.state ?? state.location });
  const { showPlan } = await import("../approval.js");
  await showPlan(context, saved, saved.mode === "destroy" ? "destroy" : "plan");
  const outcome = await library.applySavedPlan(
    saved,
    {
      state: flags.state,
      parallelism: flags.parallelism,
      lockTimeoutMs: flags.lockTimeout,
      policies: flags.policy,
      duringFreeze: flags.duringFreeze,
    },
    context.platform(library),
  );
  const { outcomeResult } = await import("../plan-and-apply.js");
  return outcomeResult(context, outcome);
}

/** A saved plan contains its files and its scope; options that contradict it must not be ignored silently. */
function refuseScope(command: Command): void {
  const given = plannedOptions().find(
    (option) => command.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (given === undefined) return;
  const option = given.long;
  throw failure({
    code: "usage",
    summary: `${option} does not go with a saved plan, which has its files and its scope in it`,
    remedy: `leave ${option} out, or make a new plan with it`,
  });
}
