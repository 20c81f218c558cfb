import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { PlanContext } from "../context";

type Damaged = ReadonlyMap<string, Diagnostic>;

/**
 * The damaged managers with those whose records turned out to be damaged while a plan was made; `undefined` if the
 * error names none.
 */
export function withDamage({ desired, damaged }: PlanContext, error: unknown): Damaged | undefined {
  if (!(error instanceof DiagnosticError)) return undefined;
  const found = new Map<string, Diagnostic>();
  for (const diagnostic of error.diagnostics) {
    const { code, address = "" } = diagnostic;
    const isDamage = code === "state-corrupted" || code === "state-unreadable";
    if (isDamage && desired.managers.has(address) && !damaged?.has(address)) found.set(address, diagnostic);
  }
  return found.size === 0 ? undefined : new Map([...(damaged ?? []), ...found]);
}

/** Warnings about damaged parts of managers that are not declared, such as a copy that a person keeps beside a part. */
export function strayParts({ desired, damaged = new Map() }: PlanContext): Diagnostic[] {
  return [...damaged].flatMap(([name, diagnostic]) =>
    diagnostic.code === "state-corrupted" && !desired.managers.has(name)
      ? [{ ...diagnostic, severity: "warning" } as const]
      : [],
  );
}
