import type { CommanderError } from "commander";
import type { Diagnostic } from "../model/diagnostic";
import { type DocumentFormat, documentFormat } from "./write-document";

/**
 * What commander says of a wrong command line, as a diagnostic: its suggestion becomes the remedy, unless `meant` says
 * more.
 */
export function usageDiagnostic(error: CommanderError, helpCommand: string, meant?: string): Diagnostic {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = /\(Did you mean (?:one of )?(.+)\?\)/.exec(rest.join(" "))?.[1];
  const help = `${helpCommand} --help lists what there is`;
  if (meant !== undefined)
    return { code: "usage", severity: "error", summary: first.replace(/\.$/, ""), remedy: meant };
  return {
    code: "usage",
    severity: "error",
    summary: first.replace(/\.$/, ""),
    remedy: suggestion === undefined ? help : `did you mean ${suggestion}? ${help}`,
  };
}

/** The document that was asked for, in a command line that could not be read as a whole. */
export function documentAskedFor(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DocumentFormat | undefined {
  const last = argv.findLastIndex((argument) => argument === "--output" || argument.startsWith("--output="));
  const format = last === -1 ? env.JP1IM_OUTPUT : (argv[last]?.split("=")[1] ?? argv[last + 1]);
  return documentFormat(format);
}
