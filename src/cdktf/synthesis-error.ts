import type { Diagnostic } from "../model/diagnostic";

/** Stops the synth: everything that is wrong with the desired state, in the words of the command line. */
export class SynthesisError extends Error {
  override readonly name = "SynthesisError";

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(`the desired state has errors\n${diagnostics.map(findingText).join("\n")}`);
  }
}

/** A finding as lines: what, where, and the remedy. */
export function findingText(diagnostic: Diagnostic): string {
  const { severity, code, summary, position, excerpt, remedy } = diagnostic;
  const lines = [`${severity}: ${summary} [${code}]`];
  if (position) lines.push(`  at ${position.file}:${position.line}:${position.column}`);
  if (excerpt !== undefined) lines.push(...excerpt.split("\n").map((line) => `    ${line}`));
  if (remedy !== undefined) lines.push(`  → ${remedy}`);
  return lines.join("\n");
}
