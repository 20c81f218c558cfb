import { type Addressed, parseAddress } from "../../model/address";
import type { SecretReference } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError, type SourcePosition } from "../../model/diagnostic";
import type { SecretResolver } from "../../secrets/port";
import { IMPORTED, type StateView } from "../../state/port";

/**
 * Values that their sources do not have yet and that imported secrets may not need: an imported secret stays as it is
 * until its source has a value. That depends on the agent, so it is decided when each agent is planned.
 */
export class MissingValues {
  readonly #state: StateView;
  readonly #resolver: Pick<SecretResolver, "absence">;
  /** Where each is declared. A run may lack a hundred thousand values, and their errors are made only if needed. */
  readonly #positions = new Map<SecretReference, SourcePosition>();
  /** By manager: every key that is imported on one of its agents. */
  readonly #importedKeys = new Map<string, ReadonlySet<string>>();

  constructor(state: StateView, resolver: Pick<SecretResolver, "absence">) {
    this.#state = state;
    this.#resolver = resolver;
  }

  /** Whether the declaration at `address` may apply to something imported; a selector's pattern counts as a host. */
  mayBeAt(address: string): boolean {
    const addressed = parseAddress(address);
    if (addressed?.kind === "secret") return this.#keysOn(addressed.manager).has(addressed.key);
    return addressed?.kind === "lower-manager" && this.#isImported(address);
  }

  /** Adds a source that has no value, with the position of its declaration. */
  add(reference: SecretReference, position: SourcePosition): void {
    this.#positions.set(reference, position);
  }

  has(reference: SecretReference | undefined): boolean {
    return reference !== undefined && this.#positions.has(reference);
  }

  /** Throws the diagnostics of all references, each with the address of the resource that needs it. */
  refuse(needed: Iterable<readonly [address: string, reference: SecretReference]>): void {
    const diagnostics = [...needed].flatMap(([address, reference]) =>
      this.#diagnosticsOf(address, reference),
    );
    if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  }

  #diagnosticsOf(address: string, reference: SecretReference): Diagnostic[] {
    const position = this.#positions.get(reference);
    if (position === undefined) return [];
    const absence = this.#resolver.absence?.(reference);
    return absence?.diagnostics.map((each) => ({ address, position, ...each })) ?? [];
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
