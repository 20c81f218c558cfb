import { messages } from "../api/messages";
import { diagnosticAdvice } from "../model/diagnostic-advice.generated";
import { type DiagnosticCode, diagnosticCodes } from "../model/diagnostic-codes";
import { diagnosticExitCodes } from "../model/diagnostic-exit-codes";
import { exitCodeAdvice } from "../model/exit-code-advice.generated";
import type { Explanation } from "../model/explanation";

/**
 * What a diagnostic's code, the ID of a manager's message or an exit code means and what to do about it; `[]` where it
 * is none of them. Without a code, every one. Capitals and brackets do not count, and the `-E` of an ID may be left out.
 *
 * @example
 * const [{ meaning, remedy }] = explain("KAJY68205-E");
 */
export function explain(code?: string): readonly Explanation[] {
  const all = [...diagnostics(), ...managerMessages(), ...exitCodes()];
  if (code === undefined) return all;
  const wanted = code.replace(/^\[|\]$/g, "").toLowerCase();
  return all.filter((each) => [each.code.toLowerCase(), bareId(each)].includes(wanted));
}

function diagnostics(): Explanation[] {
  return Object.entries(diagnosticCodes).map(([code, meaning]) => ({
    code,
    kind: "diagnostic",
    meaning,
    ...diagnosticAdvice[code as DiagnosticCode],
    exit_code: diagnosticExitCodes[code as DiagnosticCode],
  }));
}

function managerMessages(): Explanation[] {
  return Object.entries(messages).map(([code, { meaning, remedy, passing }]) => ({
    code,
    kind: "message",
    meaning,
    cause: passing === true ? "it may pass: reads are repeated by themselves" : undefined,
    remedy,
  }));
}

function exitCodes(): Explanation[] {
  return Object.entries(exitCodeAdvice).map(([code, advice]) => ({ code, kind: "exit-code", ...advice }));
}

/** `kajy68205` of `KAJY68205-E`. */
function bareId({ code, kind }: Explanation): string | undefined {
  return kind === "message" ? code.toLowerCase().replace(/-[ew]$/, "") : undefined;
}
