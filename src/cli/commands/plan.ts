import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Command } from "commander";
import { failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import type { Plan } from "../../model/plan";
import { shellCommand } from "../../model/shell-command";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfPlan } from "../exit-code-of";
import { planOptionsOf, type ScopeFlags } from "../inputs";
import {
  destroyOption,
  detailedExitCodeOption,
  inputOptions,
  newStateOption,
  noSecretsOption,
  outOption,
  parallelismOption,
  policyOption,
  reportOptions,
  rotateOption,
  scopeOptions,
  stateOption,
  trustOption,
} from "../options/shared-options";
import { runCommand } from "../run-command";
import { operand, type SavedKind, saveFile } from "../save-file";
import type { Session } from "../session";

interface PlanFlags extends ScopeFlags {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  readonly destroy?: boolean;
}

export function planCommand(session: Session): Command {
  return defineCommand("plan", {
    summary: "show what apply would do, and change nothing",
    examples: [
      ["jp1im plan -f tokyo.yaml", "review what would be sent, and why"],
      ["jp1im plan --out tokyo.plan && jp1im apply tokyo.plan", "apply exactly what was reviewed"],
      ["jp1im plan --output html > plan.html", "a page to search, print and approve"],
      ["jp1im plan --no-secrets --refresh false", "in CI, without access to any secret"],
      ["jp1im plan --no-secrets --trust main/jp1im.yaml", "a change that nobody has reviewed yet"],
      ["jp1im plan --destroy --out end.plan", "what would be deleted, for a review"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      ...scopeOptions(),
      rotateOption(),
      newStateOption(),
      noSecretsOption(),
      trustOption(),
      destroyOption(),
      parallelismOption(),
      policyOption(),
      outOption(),
      detailedExitCodeOption(),
      ...reportOptions(),
    ],
  }).action(async (flags: PlanFlags) => {
    session.exitCode = await runCommand(session, { name: "plan" }, flags, (context) => plan(context, flags));
  });
}

async function plan(context: CommandContext, flags: PlanFlags): Promise<CommandResult> {
  const options = planOptionsOf(flags, context.io.cwd);
  const saving = flags.out === undefined ? {} : { save: true, out: flags.out };
  const mode = flags.destroy === true ? "destroy" : "apply";
  const made = await context.plan({ ...options, ...saving, mode });
  const { planText } = await import("../../report/plan-text.js");
  const { paint, showUnmanaged } = context;
  const text = planText(made, { wording: mode === "destroy" ? "destroy" : "plan", paint, showUnmanaged });
  const exitCode = exitCodeOfPlan(made, flags.detailedExitcode === true);
  if (flags.out === undefined) return { exitCode, text };
  const refused = refusalOf(made, exitCode);
  if (refused !== undefined) return { exitCode, text: `${text}Not saved to ${flags.out}: ${refused}.\n` };
  return { exitCode, text: text + (await save(context, made, flags.out)) };
}

/** Why an apply of the plan would stop before it sends anything; `undefined` if it would not. */
function refusalOf({ diagnostics }: Plan, exitCode: ExitCode): string | undefined {
  if (exitCode === ExitCode.policy) return "the policy refuses it";
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return errors.length > 0 ? "its apply would stop at the errors below" : undefined;
}

async function save(context: CommandContext, made: Plan, out: string): Promise<string> {
  const library = await context.library();
  const path = resolve(context.io.cwd, out);
  refuseInState(resolve(context.io.cwd, made.state.location), path, out);
  const { fileSystem } = context.platform(library);
  await saveFile(fileSystem, { path, shown: out, kind: SAVED_PLAN }, library.serialisePlan(made));
  return `Saved to ${out}; ${shellCommand("jp1im", "apply", operand(out))} applies exactly this.\n`;
}

const SAVED_PLAN: SavedKind = { name: "plan", code: "plan-unwritable", option: "--out", is: isSavedPlan };

function isSavedPlan(text: string): boolean {
  try {
    return /^sha256:[0-9a-f]{64}$/.test(JSON.parse(text).checksum);
  } catch {
    return false;
  }
}

/** A plan in the state's folder could take a name that the state needs. */
function refuseInState(folder: string, path: string, out: string): void {
  const way = relative(folder, path);
  if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw failure({
    code: "plan-unwritable",
    summary: `${out} lies in the state's folder, where every file is the state's own`,
    remedy: "give --out a path outside of it",
  });
}
