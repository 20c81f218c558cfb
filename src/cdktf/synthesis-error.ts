import { join, sep } from "node:path";
import type { Diagnostic } from "../model/diagnostic";

/** Stops the synth with all errors of the desired state, worded as on the command line. */
export class SynthesisError extends Error {
  override readonly name = "SynthesisError";
  /** Not a property of the error itself, or Node would print all of it again below the message. */
  readonly #diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(`the desired state has errors\n${diagnostics.map(diagnosticText).join("\n")}`);
    this.#diagnostics = diagnostics;
    this.stack = [`${this.name}: ${this.message}`, ...callersFrames(this)].join("\n");
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }
}

/** The folders of our own code, built and as source maps show it. */
const OWN = ["dist", "src"].map((folder) => join(__dirname, "../..", folder) + sep);

/** The stack frames of the caller's program. The frames of cdktf would push the errors out of sight. */
function callersFrames(error: Error): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 200;
  Error.captureStackTrace(error);
  Error.stackTraceLimit = stackTraceLimit;
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => /^ {4}at .*[/\\]/.test(line))
    .filter(
      (line) => !/node_modules|node:internal/.test(line) && OWN.every((folder) => !line.includes(folder)),
    );
}

/** A diagnostic as lines: what, where, and the remedy. */
export function diagnosticText(diagnostic: Diagnostic): string {
  const { severity, code, summary, position, excerpt, remedy } = diagnostic;
  const lines = [`${severity}: ${summary} [${code}]`];
  if (position) lines.push(`  at ${position.file}:${position.line}:${position.column}`);
  if (excerpt !== undefined) lines.push(...excerpt.split("\n").map((line) => `    ${line}`));
  if (remedy !== undefined) lines.push(`  → ${remedy}`);
  return lines.join("\n");
}
