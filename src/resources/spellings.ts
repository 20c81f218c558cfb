import type { Diagnostic, SourcePosition } from "../model/diagnostic";

/** Names, looked up without case. */
export class Spellings {
  readonly #listed: readonly string[];
  #names: ReadonlySet<string> | undefined;
  /** The first spelling of each name. */
  #byLowerCase: ReadonlyMap<string, string> | undefined;

  constructor(listed: readonly string[]) {
    this.#listed = listed;
  }

  differing(name: string | undefined, what: string, position: SourcePosition): Diagnostic[] {
    if (name === undefined) return [];
    this.#names ??= new Set(this.#listed);
    if (this.#names.has(name)) return [];
    this.#byLowerCase ??= new Map([...this.#names].reverse().map((each) => [each.toLowerCase(), each]));
    const listed = this.#byLowerCase.get(name.toLowerCase());
    if (listed === undefined) return [];
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
