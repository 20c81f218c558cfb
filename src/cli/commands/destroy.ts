import type { Command } from "commander";
import { defineCommand } from "../define-command";
import type { ApplyFlags } from "../plan-and-apply";
import { runCommand } from "../run-command";
import type { Session } from "../session";
import {
  approvedBySetting,
  autoApproveSetting,
  duringFreezeSetting,
  inputSettings,
  lockTimeoutSetting,
  parallelismSetting,
  policySetting,
  reportSettings,
  scopeSettings,
  stateSetting,
} from "../settings";

export function destroyCommand(session: Session): Command {
  return defineCommand("destroy", {
    summary: "delete everything that the state owns",
    about: "What is not in the state is left alone. It says what is lost, and asks.",
    examples: [
      ["jp1im destroy -f tokyo.yaml", "show it, ask for a yes, destroy"],
      ["jp1im destroy --target tokyo/client/fluentd-web", "one client only"],
    ],
    settings: [
      ...inputSettings(),
      stateSetting(),
      ...scopeSettings(),
      autoApproveSetting(),
      approvedBySetting(),
      policySetting(),
      duringFreezeSetting(),
      parallelismSetting(),
      lockTimeoutSetting(),
      ...reportSettings(),
    ],
  }).action(async (flags: ApplyFlags) => {
    session.exitCode = await runCommand(session, { name: "destroy" }, flags, async (context) => {
      const { planAndApply } = await import("../plan-and-apply.js");
      return await planAndApply(context, flags, "destroy");
    });
  });
}
