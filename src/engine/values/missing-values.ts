import type { SecretReference } from "../../model/desired-state";
import { DiagnosticError, withPlace } from "../../model/diagnostic";
import type { NeededValue } from "../../resources/plan-context";
import type { SecretResolver } from "../../secrets/port";
import { IMPORTED, type StateView } from "../../state/port";
import type { ValueDemand } from "./value-demands";

/**
 * Values that their sources do not have yet and that imported secrets may not need: an imported secret stays as it is
 * until its source has a value. That depends on the agent, so it is decided when each agent is planned.
 */
export class MissingValues {
  readonly #state: StateView;
  readonly #resolver: Pick<SecretResolver, "absence">;
  /** A run may lack a hundred thousand values, and their errors are made only if needed. */
  readonly #references = new Set<SecretReference>();
  /** By manager: every key that is imported on one of its agents. */
  readonly #importedKeys = new Map<string, ReadonlySet<string>>();

  constructor(state: StateView, resolver: Pick<SecretResolver, "absence">) {
    this.#state = state;
    this.#resolver = resolver;
  }

  /** Whether the declaration may apply to something imported; a selector's pattern counts as a host. */
  mayBe({ manager, key, address }: ValueDemand): boolean {
    return key === undefined ? this.#isImported(address) : this.#keysOn(manager).has(key);
  }

  /** Adds a value that its source does not have. */
  add({ reference }: ValueDemand): void {
    this.#references.add(reference);
  }

  has(reference: SecretReference | undefined): boolean {
    return reference !== undefined && this.#references.has(reference);
  }

  /** Throws the diagnostics of all that are missing, each with the address of the resource that needs it. */
  refuse(needed: Iterable<NeededValue>): void {
    const diagnostics = [...needed].flatMap(({ source, ...place }) => {
      const absence = this.has(source) ? this.#resolver.absence?.(source) : undefined;
      return absence ? [withPlace(absence, place)] : [];
    });
    if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  }

  #isImported(address: string): boolean {
    const record = this.#state.record(address);
    return record?.kind === "lower-manager" && record.fingerprint === IMPORTED;
  }

  #keysOn(manager: string): ReadonlySet<string> {
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
