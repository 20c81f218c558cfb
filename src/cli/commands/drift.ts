import type { Command } from "commander";
import { failure } from "../../model/diagnostic";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfPlan } from "../exit-code-of";
import { planOptionsOf, type ScopeFlags } from "../inputs";
import {
  inputOptions,
  noSecretsOption,
  parallelismOption,
  reportOptions,
  scopeOptions,
  stateOption,
  trustOption,
} from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

export function driftCommand(session: Session): Command {
  return defineCommand("drift", {
    summary: "find where the managers have left the desired state; exit with 2 if they have",
    examples: [
      ["jp1im drift -f managers/", "nightly: 0 when in sync, 2 when not, 3 when partly unknown"],
      ["jp1im drift --manager tokyo --output json", "one manager, for another program"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      ...scopeOptions(),
      noSecretsOption(),
      trustOption(),
      parallelismOption(),
      ...reportOptions(),
    ],
  }).action(async (flags: ScopeFlags) => {
    session.exitCode = await runCommand(session, { name: "drift" }, flags, (context) =>
      drift(context, flags),
    );
  });
}

async function drift(context: CommandContext, flags: ScopeFlags): Promise<CommandResult> {
  const { secrets, refresh, trust } = flags;
  if (secrets === false && refresh !== "false" && trust === undefined) throw nothingToAsk();
  const plan = await context.plan({
    ...planOptionsOf(flags, context.io.cwd),
    mode: "apply",
    proveSinks: false,
  });
  const { planText } = await import("../../report/plan-text.js");
  return {
    exitCode: exitCodeOfPlan(plan, true),
    text: planText(plan, { wording: "drift", paint: context.paint, showUnmanaged: context.showUnmanaged }),
  };
}

/** A `drift` that asks no manager would report a fleet as in sync without having seen it. */
function nothingToAsk(): Error {
  return failure({
    code: "usage",
    summary: "drift --no-secrets logs in only to managers that --trust allows, and there is no --trust",
    remedy:
      "add --trust PATH, where PATH is a reviewed copy of the desired state, or the desired state itself",
  });
}
