import type { Command } from "commander";
import { failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfAdoption } from "../exit-code-of";
import { type InputFlags, inputsOf } from "../inputs";
import { NamedArgument } from "../named-argument";
import { importOptions } from "../options/adoption-options";
import {
  approvedByOption,
  inputOptions,
  lockTimeoutOption,
  outputOptions,
  parallelismOption,
  stateOption,
} from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface ImportFlags extends InputFlags {
  readonly all?: boolean;
  readonly sameManager?: boolean;
  readonly dryRun?: boolean;
  readonly parallelism?: number;
  /** Milliseconds. */
  readonly lockTimeout?: number;
}

export function importCommand(session: Session): Command {
  return defineCommand("import", {
    summary: "take over what is declared and there already, without touching it",
    about:
      "From then on it is ours. A value stays as it is on the manager until its source gives one, which the next apply then writes; an imported client keeps its secret until its generation is raised. An initial secret, which no call shows, is taken over only by its own address.",
    examples: [
      ["jp1im import -f tokyo.yaml -f found.yaml --all", "everything that is declared and there"],
      ["jp1im import --dry-run tokyo/agent/immhost01/web01", "what would be taken over of one agent"],
      ["jp1im import tokyo/client/fluentd-web tokyo/lower-manager/immhost-osaka", "two resources"],
      ["jp1im import tokyo --same-manager", "tokyo has another address now, and nothing else changed"],
    ],
    options: [
      ...inputOptions(),
      stateOption(),
      ...importOptions(),
      parallelismOption(),
      approvedByOption(),
      lockTimeoutOption(),
      ...outputOptions(),
    ],
  })
    .addArgument(
      new NamedArgument(
        "[address...]",
        "a resource, an agent for all that is declared of it, or a place above",
        "target",
      ),
    )
    .action(async (addresses: string[], flags: ImportFlags) => {
      session.exitCode = await runCommand(session, { name: "import" }, flags, (context) =>
        adopt(context, addresses, flags),
      );
    });
}

async function adopt(
  context: CommandContext,
  addresses: readonly string[],
  flags: ImportFlags,
): Promise<CommandResult> {
  requireEither(addresses, flags);
  const { sameManager, dryRun, parallelism, lockTimeout } = flags;
  const library = await context.library();
  const result = await library.importResources(
    {
      ...inputsOf(flags, context.io.cwd),
      addresses,
      sameManager,
      dryRun,
      parallelism,
      lockTimeoutMs: lockTimeout,
    },
    context.platform(library),
  );
  const { diagnostics, ...adoption } = result;
  context.keep({ adoption });
  context.find(diagnostics);
  const { adoptionText } = await import("../../report/adoption-text.js");
  const exitCode = context.signal.aborted ? ExitCode.cancelled : exitCodeOfAdoption(result);
  const hasChanged = !adoption.dry_run && adoption.imported.length > 0;
  return { exitCode, text: adoptionText(adoption, context.paint), hasChanged };
}

function requireEither(addresses: readonly string[], { all }: ImportFlags): void {
  if (addresses.length > 0 !== (all === true)) return;
  throw failure({
    code: "usage",
    summary: addresses.length > 0 ? "there are addresses and --all" : "no address to import is named",
    remedy: "name addresses, or give --all for everything that is declared and there",
  });
}
