import type { SourcePosition } from "../model/diagnostic";
import { serverIdentity } from "../model/server-identity";
import { suggest } from "../model/shell-command";
import { type DiagnosticList, place } from "../yaml/diagnostic-list";
import type { MergedManager } from "./merge-managers";

/**
 * Reports managers that are declared under two names: each would delete what the other one declares, in every run.
 * Their URLs lead to the same server, or both have the same `host`; a host that is only derived from the URL proves
 * nothing.
 */
export function checkOneName(merged: readonly MergedManager[], diagnostics: DiagnosticList): void {
  for (const key of ["url", "host"] as const) {
    const firsts = new Map<string, Mention>();
    for (const { manager, settings } of merged) {
      const setting = settings[key];
      if (setting === undefined) continue;
      const { value, position } = setting;
      const identity = key === "url" ? urlIdentity(value) : value.toLowerCase().replace(/\.$/, "");
      const mention = { name: manager.name, value, position };
      const first = firsts.get(identity);
      if (first) report(key, first, mention, diagnostics);
      else firsts.set(identity, mention);
    }
  }
}

/** A text that is not a URL has a diagnostic of its own. */
function urlIdentity(value: string): string {
  return URL.canParse(value) ? serverIdentity(value) : value;
}

interface Mention {
  readonly name: string;
  readonly value: string;
  readonly position: SourcePosition;
}

function report(key: "url" | "host", first: Mention, second: Mention, diagnostics: DiagnosticList): void {
  const isSpelledAlike = first.value.toLowerCase() === second.value.toLowerCase();
  const what = isSpelledAlike
    ? `both have \`${key}: ${second.value}\``
    : `\`${key}: ${first.value}\` and \`${key}: ${second.value}\` lead to the same place`;
  diagnostics.add({
    code: "duplicate-resource",
    summary: `${first.name} and ${second.name} are one manager under two names: ${what}, ${first.name} at ${place(first.position)}`,
    remedy: `put everything under one name, or correct one of the two; if the state holds ${second.name}, then ${suggest("state", "mv", second.name, first.name)} renames it`,
    address: second.name,
    position: second.position,
    other: first.position,
  });
}
