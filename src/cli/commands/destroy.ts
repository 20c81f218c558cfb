import type { Command } from "commander";
import { defineCommand } from "../define-command";
import {
  approvedByOption,
  autoApproveOption,
  duringFreezeOption,
  inputOptions,
  lockTimeoutOption,
  parallelismOption,
  policyOption,
  reportOptions,
  scopeOptions,
  stateOption,
} from "../options/shared-options";
import type { ApplyFlags } from "../plan-and-apply";
import { runCommand } from "../run-command";
import type { Session } from "../session";

export function destroyCommand(session: Session): Command {
  return defineCommand("destroy", {
    summary: "delete everything that the state owns",
    about: "What is not in the state is left alone. It says what is lost, and asks.",
    examples: [
      ["jp1im destroy -f tokyo.yaml", "show it, ask for a yes, destroy"],
      ["jp1im destroy --target tokyo/client/fluentd-web", "one client only"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      ...scopeOptions(),
      autoApproveOption(),
      approvedByOption(),
      policyOption(),
      duringFreezeOption(),
      parallelismOption(),
      lockTimeoutOption(),
      ...reportOptions(),
    ],
  }).action(async (flags: ApplyFlags) => {
    session.exitCode = await runCommand(session, { name: "destroy" }, flags, async (context) => {
      const { planAndApply } = await import("../plan-and-apply.js");
      return await planAndApply(context, flags, "destroy");
    });
  });
}
