import type { Command } from "commander";
import type { Platform, WatchEvent, WatchMode } from "../../index";
import { failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import { watchLine } from "../../report/watch-text";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfCycles } from "../exit-code-of";
import { type InputFlags, inputsOf } from "../inputs";
import {
  approvedByOption,
  autoApproveOption,
  inputOptions,
  lockTimeoutOption,
  managersOption,
  outputOptions,
  parallelismOption,
  policyOption,
  stateOption,
} from "../options/shared-options";
import { type Listen, listenOf, watchOptions } from "../options/watch-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface WatchFlags extends InputFlags {
  readonly manager?: readonly string[];
  readonly zone?: readonly string[];
  readonly mode?: WatchMode;
  readonly interval?: number;
  readonly once?: boolean;
  readonly concurrency?: number;
  readonly listen?: Listen;
  readonly autoApprove?: boolean;
  readonly policy?: readonly string[];
  readonly parallelism?: number;
  readonly lockTimeout?: number;
}

export function watchCommand(session: Session): Command {
  return defineCommand("watch", {
    summary: "reconcile the managers again and again, and report what changes",
    about:
      "It reads the desired state again when the files change. SIGTERM or Ctrl-C finishes the requests in flight and releases the locks.",
    examples: [
      ["jp1im watch -f managers/", "report drift every five minutes, and write nothing"],
      ["jp1im watch --mode apply --auto-approve --interval 10m", "repair drift as well, within the policy"],
      [
        "jp1im watch --zone tokyo-dc1 --output json",
        "what is reachable from here, one JSON object in each line",
      ],
      ["jp1im watch --once", "each manager once, with the exit codes of drift"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      managersOption(),
      ...watchOptions(),
      autoApproveOption(),
      approvedByOption(),
      policyOption(),
      parallelismOption(),
      lockTimeoutOption("1m"),
      ...outputOptions(),
    ],
  }).action(async (flags: WatchFlags) => {
    session.exitCode = await runCommand(session, { name: "watch" }, flags, (context) =>
      watch(context, flags),
    );
  });
}

async function watch(context: CommandContext, flags: WatchFlags): Promise<CommandResult> {
  const { mode, interval, once, concurrency, parallelism, policy, manager, zone, lockTimeout } = flags;
  if (mode === "apply" && !flags.autoApprove) throw unapproved();
  const library = await context.library();
  // The last line must not be lost when the process ends.
  let printed: Promise<void> = Promise.resolve();
  const report = (event: WatchEvent) => {
    const diagnostics = "diagnostics" in event ? event.diagnostics : [];
    printed = printed.then(() => context.emit(event, watchLine(event, context.paint), diagnostics));
  };
  const cycles = await library.watch(
    {
      ...inputsOf(flags, context.io.cwd),
      ...{ managers: manager, zones: zone, mode, once, concurrency, parallelism },
      listen: listenOf(flags),
      ...{ intervalMs: interval, policies: policy, lockTimeoutMs: lockTimeout, report },
    },
    withoutProgress(context.platform(library)),
  );
  await printed;
  const exitCode = context.signal.aborted ? ExitCode.cancelled : exitCodeOfCycles(cycles);
  return { exitCode, hasChanged: cycles.some(({ applied }) => applied > 0) };
}

/** Many managers are reconciled at once, which a progress bar cannot show. */
function withoutProgress(platform: Platform): Platform {
  const { report } = platform;
  return {
    ...platform,
    report: (event) => {
      if (event.type !== "phase" && event.type !== "step") report(event);
    },
  };
}

function unapproved(): Error {
  return failure({
    code: "needs-approval",
    summary: "watch --mode apply writes, and nobody can be asked each time",
    remedy: "review with jp1im plan, and give --auto-approve; or leave --mode out, and it only reports drift",
  });
}
