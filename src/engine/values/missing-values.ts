import { type Addressed, parseAddress } from "../../model/address";
import type { SecretReference } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import { IMPORTED, type StateView } from "../../state/port";

/**
 * Values that their sources do not have yet and that imported secrets may not need: an imported secret stays as it is
 * until its source has a value. That depends on the agent, so it is decided when each agent is planned.
 */
export class MissingValues {
  readonly #state: StateView;
  readonly #diagnostics = new Map<SecretReference, readonly Diagnostic[]>();
  /** By manager: every key that is imported on one of its agents. */
  readonly #importedKeys = new Map<string, ReadonlySet<string>>();

  constructor(state: StateView) {
    this.#state = state;
  }

  /** Whether the declaration at `address` may apply to something imported; a selector's pattern counts as a host. */
  mayBeAt(address: string): boolean {
    const addressed = parseAddress(address);
    if (addressed?.kind === "secret") return this.#keysOn(addressed.manager).has(addressed.key);
    return addressed?.kind === "lower-manager" && this.#isImported(address);
  }

  /** Adds the diagnostics of a source that has no value. */
  add(reference: SecretReference, diagnostics: readonly Diagnostic[]): void {
    this.#diagnostics.set(reference, diagnostics);
  }

  has(reference: SecretReference | undefined): boolean {
    return reference !== undefined && this.#diagnostics.has(reference);
  }

  /** Throws the diagnostics of all references, each with the address of the resource that needs it. */
  refuse(needed: Iterable<readonly [address: string, reference: SecretReference]>): void {
    const diagnostics = [...needed].flatMap(([address, reference]) =>
      (this.#diagnostics.get(reference) ?? []).map((diagnostic) => ({ ...diagnostic, address })),
    );
    if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  }

  #isImported(address: string): boolean {
    const record = this.#state.record(address);
    return record?.kind === "lower-manager" && record.fingerprint === IMPORTED;
  }

  #keysOn(manager: Addressed["manager"]): ReadonlySet<string> {
    const known = this.#importedKeys.get(manager);
    if (known) return known;
    const keys = new Set<string>();
    for (const record of this.#state.records()) {
      if (record.kind !== "agent" || record.manager !== manager) continue;
      for (const [key, entry] of this.#state.fingerprints(record.address))
        if (entry === IMPORTED) keys.add(key);
    }
    this.#importedKeys.set(manager, keys);
    return keys;
  }
}
