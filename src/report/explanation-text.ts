import type { Explanation } from "../model/explanation";
import { type Paint, plain } from "./paint";

/** One explanation in full, or a line for each of several. */
export function explanationText(explanations: readonly Explanation[], paint: Paint = plain): string {
  const [only] = explanations;
  if (explanations.length === 1 && only !== undefined) return one(only, paint);
  const width = Math.max(...explanations.map(({ code }) => code.length));
  const lines = explanations.map(({ code, meaning }) => `${paint("strong", code.padEnd(width))}  ${meaning}`);
  return `${lines.join("\n")}\n`;
}

function one({ code, kind, meaning, cause, remedy, exit_code: exitCode }: Explanation, paint: Paint): string {
  const lines = [
    `${paint("strong", kind === "exit-code" ? `exit code ${code}` : code)}: ${meaning}`,
    ...(cause === undefined ? [] : [`  ${kind === "diagnostic" ? "usual cause" : "note"}: ${cause}`]),
    ...(remedy === undefined ? [] : [`  ${paint("remedy", `→ ${remedy}`)}`]),
    ...(exitCode === undefined
      ? []
      : [`  an error that stops a run before anything was done: exit code ${exitCode}`]),
    ...(kind === "message" ? ["  The manager's manual has more on it: Messages, under this ID."] : []),
  ];
  return `${lines.join("\n")}\n`;
}
