import { Command, InvalidArgumentError } from "commander";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommandResult } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfDiagnostics } from "../exit-code-of";
import { type InputFlags, inputsOf } from "../inputs";
import { NamedArgument } from "../named-argument";
import { INPUT } from "../options/groups";
import { EnvOption } from "../options/option";
import { inputOptions, outputOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

interface VerifyFlags extends InputFlags {
  readonly expect?: string;
}

export function auditCommand(session: Session): Command {
  return new Command("audit")
    .summary("check the audit trail")
    .description("Check the audit trail, which a desired state asks for with `audit:`.")
    .addCommand(verifyCommand(session));
}

function verifyCommand(session: Session): Command {
  return defineCommand("verify", {
    summary: "check that no line of an audit trail was changed, removed, inserted or moved",
    about: "Without a file, it is the one that the desired state declares. Nothing is written.",
    examples: [
      ["jp1im audit verify audit.jsonl", "every run, and whether the chain of the lines holds"],
      [
        "jp1im audit verify audit.jsonl --expect sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "and whether it still has a line whose digest was kept elsewhere: then nothing was cut off before it",
      ],
    ],
    options: [
      ...inputOptions(),
      new EnvOption("--expect <digest>", "digest of a line that has to be there: sha256:HEX", {
        env: "JP1IM_EXPECT",
        group: INPUT,
        parse: digest,
      }),
      ...outputOptions(),
    ],
  })
    .addArgument(new NamedArgument("[file]", "the file that holds the trail, or - for stdin", "files"))
    .action(async (file: string | undefined, flags: VerifyFlags) => {
      session.exitCode = await runCommand(session, { name: "audit verify" }, flags, (context) =>
        verify(context, file, flags),
      );
    });
}

async function verify(
  context: CommandContext,
  trail: string | undefined,
  flags: VerifyFlags,
): Promise<CommandResult> {
  const inputs = trail === undefined ? inputsOf(flags, context.io.cwd) : { files: [] };
  const library = await context.library();
  const { audit, diagnostics } = await library.verifyAudit(
    { ...inputs, trail, expected: flags.expect },
    context.platform(library),
  );
  context.keep({ audit });
  context.find(diagnostics);
  const { auditText } = await import("../../report/audit-text.js");
  const exitCode = audit.intact ? ExitCode.done : exitCodeOfDiagnostics(diagnostics);
  return { exitCode, text: auditText(audit, context.paint) };
}

function digest(text: string): string {
  const hex = text.toLowerCase().replace(/^sha256:/, "");
  if (/^[0-9a-f]{64}$/.test(hex)) return `sha256:${hex}`;
  throw new InvalidArgumentError("It takes sha256: and 64 hexadecimal digits.");
}
