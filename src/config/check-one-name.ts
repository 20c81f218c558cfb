import type { SourcePosition } from "../model/diagnostic";
import { type DiagnosticList, place } from "../yaml/diagnostic-list";
import type { MergedManager } from "./merge-managers";

/**
 * Reports managers that are declared under two names: each would delete what the other one declares, in every run. They
 * have the same URL, or were given the same host; a host that only follows from the URL tells nothing.
 */
export function checkOneName(merged: readonly MergedManager[], diagnostics: DiagnosticList): void {
  for (const key of ["url", "host"] as const) {
    const firsts = new Map<string, Mention>();
    for (const { manager, settings } of merged) {
      const setting = settings[key];
      if (setting === undefined) continue;
      const { value, position } = setting;
      const identity = value.toLowerCase();
      const first = firsts.get(identity);
      if (first) report(key, value, first, { name: manager.name, position }, diagnostics);
      else firsts.set(identity, { name: manager.name, position });
    }
  }
}

interface Mention {
  readonly name: string;
  readonly position: SourcePosition;
}

function report(
  key: "url" | "host",
  value: string,
  first: Mention,
  second: Mention,
  diagnostics: DiagnosticList,
): void {
  diagnostics.add({
    code: "duplicate-resource",
    summary: `${first.name} and ${second.name} are one manager under two names: both have \`${key}: ${value}\`, ${first.name} at ${place(first.position)}`,
    remedy: `put everything under one name, or correct one of the two; \`jp1im state mv\` renames what the state holds`,
    address: second.name,
    position: second.position,
    other: first.position,
  });
}
