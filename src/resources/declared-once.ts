import type { SourcePosition } from "../model/diagnostic";
import { type DiagnosticList, place } from "../yaml/diagnostic-list";
import { quote } from "../yaml/quote";

/** The first declaration of each address; every further one is a diagnostic. */
export function declaredOnce<T extends { readonly position: SourcePosition }>(
  declared: readonly T[],
  addressOf: (item: T) => string,
  diagnostics: DiagnosticList,
  identityOf = addressOf,
): T[] {
  const first = new Map<string, T>();
  for (const item of declared) {
    const identity = identityOf(item);
    const known = first.get(identity);
    if (known) reportDuplicate(addressOf(item), item.position, known.position, diagnostics);
    else first.set(identity, item);
  }
  return [...first.values()];
}

/** Adds the diagnostic for one resource that is declared in two places. */
export function reportDuplicate(
  address: string,
  position: SourcePosition,
  other: SourcePosition,
  diagnostics: DiagnosticList,
  name = quote(address),
): void {
  diagnostics.add({
    code: "duplicate-resource",
    summary: `${name} is declared twice, first at ${place(other)}`,
    remedy:
      position.file === other.file
        ? "remove one of the two"
        : "remove one of the two, or add `override: true` to this one, so that it replaces the other",
    address,
    position,
    other,
  });
}

export function byText<T>(textOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [one, other] = [textOf(a), textOf(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}
