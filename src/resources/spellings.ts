import type { Diagnostic, SourcePosition } from "../model/diagnostic";

/** Names, looked up without case. */
export class Spellings {
  readonly #byLowerCase = new Map<string, Set<string>>();

  add(name: string): void {
    const key = name.toLowerCase();
    const known = this.#byLowerCase.get(key);
    if (known) known.add(name);
    else this.#byLowerCase.set(key, new Set([name]));
  }

  differing(name: string | undefined, what: string, position: SourcePosition): Diagnostic[] {
    const spellings = name === undefined ? undefined : this.#byLowerCase.get(name.toLowerCase());
    const [listed] = spellings ?? [];
    if (name === undefined || listed === undefined || spellings?.has(name)) return [];
    return [
      {
        code: "host-spelling",
        severity: "warning",
        summary: `the ${what} ${JSON.stringify(name)} is listed by the manager as ${JSON.stringify(listed)}`,
        remedy: `write ${JSON.stringify(listed)}, as the manager's list spells it`,
        position,
      },
    ];
  }
}
