import type { SourcePosition } from "../model/diagnostic";
import type { DecodeContext } from "../yaml/decode-context";
import type { DiagnosticList } from "../yaml/diagnostic-list";
import { quote } from "../yaml/quote";
import { child, type YamlNode } from "../yaml/yaml-node";

/** A declaration that may replace one of an earlier file, by `override: true` in the entry itself or in its manager. */
export interface Overriding {
  readonly override?: "entry" | "manager";
}

interface Placed {
  readonly position: SourcePosition;
}

export function decodeOverride(node: YamlNode, { overrides }: DecodeContext): Overriding {
  if (child(node, "override")?.data === true) return { override: "entry" };
  return overrides ? { override: "manager" } : {};
}

/** Whether a declaration replaces another one. Within one file, a second one is always a mistake. */
export function replaces({ override, position }: Placed & Overriding, other: Placed): boolean {
  return override !== undefined && position.file !== other.position.file;
}

/** The declarations without those that a later file replaces. */
export function withoutReplaced<T extends Placed>(
  declared: readonly (T & Overriding)[],
  addressOf: (item: T) => string,
  diagnostics: DiagnosticList,
  identityOf = addressOf,
): T[] {
  const kept: T[] = [];
  /** Places in `kept`, by identity. */
  const places = new Map<string, number>();
  for (const item of declared) {
    const identity = identityOf(item);
    const place = places.get(identity) ?? kept.length;
    const known = kept[place];
    const { override, ...plain } = item;
    if (known && replaces(item, known)) kept[place] = plain as unknown as T;
    else {
      if (override === "entry") warnOfNothingReplaced(quote(addressOf(item)), item.position, diagnostics);
      places.set(identity, place);
      kept.push(plain as unknown as T);
    }
  }
  return kept;
}

/**
 * Warns of an override without an earlier declaration: most likely its name is misspelt, and the intended resource
 * stays unchanged.
 */
export function warnOfNothingReplaced(
  name: string,
  position: SourcePosition,
  diagnostics: DiagnosticList,
): void {
  diagnostics.add({
    code: "likely-mistake",
    severity: "warning",
    summary: `${name} has \`override: true\`, and no earlier file declares it`,
    remedy: "correct its name, name the file that declares it before this one with -f, or remove `override`",
    position,
  });
}
