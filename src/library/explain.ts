import { messages } from "../api/messages";
import { diagnosticAdvice } from "../model/diagnostic-advice.generated";
import { type DiagnosticCode, diagnosticCodes } from "../model/diagnostic-codes";
import { diagnosticExitCodes } from "../model/diagnostic-exit-codes";
import type { Explanation } from "../model/explanation";

/**
 * The meaning and the remedy of a diagnostic's code, or of a manager's message ID; `[]` if it is neither. Without a
 * code, all of them. Case and brackets do not matter, and the `-E` of an ID may be left out.
 *
 * @example
 * const [{ meaning, remedy }] = explain("KAJY68205-E");
 */
export function explain(code?: string): readonly Explanation[] {
  const all = [...diagnostics(), ...managerMessages()];
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
    ...(passing === true && { cause: "it may pass: reads are repeated by themselves" }),
    ...(remedy !== undefined && { remedy }),
  }));
}

/** `kajy68205` of `KAJY68205-E`. */
function bareId({ code, kind }: Explanation): string | undefined {
  return kind === "message" ? code.toLowerCase().replace(/-[ew]$/, "") : undefined;
}
