import type { Command } from "commander";
import { closest, distance } from "fastest-levenshtein";
import type { Explanation } from "../../index";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import { suggest } from "../../model/shell-command";
import { visible } from "../../model/visible";
import type { CommandContext, CommandResult, CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import { NamedArgument } from "../named-argument";
import { outputOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

export function explainCommand(session: Session): Command {
  return defineCommand("explain", {
    summary: "explain the code of a diagnostic, the ID of a manager's message, or an exit code",
    about: "Without a code, every one is listed.",
    examples: [
      ["jp1im explain manager-denied", "what [manager-denied] behind an error means, and what to do"],
      ["jp1im explain KAJY68205-E", "the same of a message of JP1/IM"],
      ["jp1im explain 3", "how a run that ends with 3 went, and what to do"],
    ],
    options: outputOptions(["text", "json"]),
  })
    .addArgument(
      new NamedArgument(
        "[code]",
        "a code such as manager-denied, an ID such as KAJY68205-E, or an exit code",
        "code",
      ),
    )
    .action(async (code: string | undefined, flags: CommonFlags) => {
      session.exitCode = await runCommand(session, { name: "explain" }, flags, (context) =>
        explain(context, code),
      );
    });
}

async function explain(context: CommandContext, code: string | undefined): Promise<CommandResult> {
  const library = await context.library();
  const explanations = library.explain(code);
  if (code !== undefined && explanations.length === 0) throw unknownCode(code, library.explain());
  context.keep({ explanations });
  const { explanationText } = await import("../../report/explanation-text.js");
  return { exitCode: ExitCode.done, text: explanationText(explanations, context.paint) };
}

/** Letters by which a misspelt code may differ from the intended one. An ID with another number is another message. */
const SLIPS = 3;

function unknownCode(code: string, all: readonly Explanation[]): DiagnosticError {
  const isMessage = /^KAJ/i.test(code);
  const meant = closest(
    code.toLowerCase(),
    all.map((each) => each.code),
  );
  const remedy = isMessage
    ? "look it up in the manager's manual, Messages: jp1im knows the messages that its own requests can get"
    : distance(code.toLowerCase(), meant) <= SLIPS
      ? `did you mean ${suggest("explain", meant)}?`
      : `${suggest("explain")}, without a code, lists every one`;
  return failure({
    code: "usage",
    summary: `there is no ${isMessage ? "explanation of the message" : "code"} ${visible(JSON.stringify(code))}`,
    remedy,
  });
}
