import type { DesiredValues } from "../../engine/values/desired-values";
import { agentAddress } from "../../model/address";
import type { AgentDeclaration, DesiredManager, DesiredState, SecretBlock } from "../../model/desired-state";
import { bySpecificity, matches } from "../../resources/agent-secrets/selection";
import type { AgentFingerprints, Fingerprints } from "../../secrets/port";
import type { KeyFingerprints } from "../../state/port";
import { type AgentPatch, type AgentRecord, isFingerprint, type LowerManagerRecord } from "../../state/port";

/**
 * Converts fingerprints from one key to another. This needs the values. The old fingerprint proves whether a declared
 * value is the last written one, so no manager has to be asked. Fingerprints that match no declared value become
 * unverified.
 */
export class FingerprintConversion {
  kept = 0;
  unverified = 0;
  readonly #old: Fingerprints;
  readonly #next: Fingerprints;
  readonly #values: DesiredValues;
  readonly #managers: ReadonlyMap<string, DesiredManager>;
  readonly #declared = new Map<string, DeclaredSecrets>();
  readonly #tagged = new Map<SecretBlock, Tagged>();

  /** Declarations without a value in `values` are ignored. */
  constructor(
    desired: DesiredState | undefined,
    values: DesiredValues,
    old: Fingerprints,
    next: Fingerprints,
  ) {
    this.#managers = desired?.managers ?? new Map();
    this.#values = values;
    this.#old = old;
    this.#next = next;
  }

  lowerManager(record: LowerManagerRecord): LowerManagerRecord {
    const { boundTo, ...bound } = record;
    const { address, manager, host, fingerprint } = bound;
    if (fingerprint === undefined || isMark(fingerprint)) return record;
    const lower = this.#managers.get(manager)?.lowerManagers.find((each) => each.host === host);
    const value =
      lower?.initialSecret.from === "source" ? this.#values.get(lower.initialSecret.source) : undefined;
    const isProven = value !== undefined && this.#old.value(boundTo ?? address, value) === fingerprint;
    // A version stays bound to its former address, and the next apply replaces it.
    const { version: _version, ...rest } = bound;
    return {
      ...(boundTo === undefined ? bound : rest),
      fingerprint: this.#count(isProven ? this.#next.value(address, value) : null),
    };
  }

  agent({ address, manager, agent, digest }: AgentRecord, written: KeyFingerprints): AgentPatch {
    const applicable = this.#applicable(manager, address, agent);
    const bound = applicable.map(({ secrets }) => this.#bind(address, secrets));
    const set = [...written].map(([key, fingerprint]): [string, string | null] => {
      if (isMark(fingerprint)) return [key, fingerprint];
      const proven = fingerprint === null ? undefined : bound.find((block) => block.was(key) === fingerprint);
      return [key, this.#count(proven?.willBe(key) ?? null)];
    });
    const nextDigest = digest && this.#digest(address, digest, applicable, new Map(set));
    return { manager, agent, set, unset: [], digest: nextDigest || undefined };
  }

  #count(fingerprint: string | null): string | null {
    if (fingerprint === null) this.unverified++;
    else this.kept++;
    return fingerprint;
  }

  /** Entries that may apply to an agent by its names, because the state does not record systems and add-ons. */
  #applicable(name: string, address: string, agent: AgentRecord["agent"]): readonly AgentDeclaration[] {
    const manager = this.#managers.get(name);
    if (manager === undefined || this.#values.size === 0) return [];
    const declared = this.#declared.get(name) ?? declaredSecrets(manager);
    this.#declared.set(name, declared);
    const named = { ...agent, os: "", addons: [] };
    const selectors = declared.selectors.filter(({ selector }) => {
      if (selector.by !== "match") return false;
      const { os: _os, addons: _addons, ...names } = selector;
      return matches(names, named);
    });
    return [...bySpecificity(selectors), ...(declared.exact.get(address) ?? [])];
  }

  #bind(address: string, block: SecretBlock) {
    const { indexes, old, next } = this.#tagsOf(block);
    const [was, willBe] = [this.#old.onAgent(address, old), this.#next.onAgent(address, next)];
    const at = (key: string, fingerprints: AgentFingerprints) => {
      const index = indexes.get(key);
      return index === undefined ? undefined : fingerprints.of(index);
    };
    return { was: (key: string) => at(key, was), willBe: (key: string) => at(key, willBe) };
  }

  #tagsOf(block: SecretBlock): Tagged {
    let tagged = this.#tagged.get(block);
    if (tagged === undefined) {
      const entries = this.#entriesOf(block);
      tagged = {
        indexes: new Map(entries.map(([key], index) => [key, index])),
        old: this.#old.tags(entries),
        next: this.#next.tags(entries),
        digests: [this.#old.block(entries), this.#next.block(entries)],
      };
      this.#tagged.set(block, tagged);
    }
    return tagged;
  }

  #entriesOf(block: SecretBlock) {
    return [...block].flatMap(([key, { source }]) => {
      const value = this.#values.get(source);
      return value === undefined ? [] : [[key, value] as const];
    });
  }

  /**
   * An agent's digest covers the entries that apply to it, presumably those of which it has every key. If the old
   * digest does not confirm this, the digest is dropped, and the next plan compares the fingerprints one by one.
   */
  #digest(
    address: string,
    digest: string,
    applicable: readonly AgentDeclaration[],
    owned: KeyFingerprints,
  ): string | undefined {
    const blocks = applicable
      .filter(({ secrets }) => [...secrets.keys()].every((key) => owned.has(key)))
      .map(({ secrets }) => this.#tagsOf(secrets).digests);
    const isConfirmed =
      this.#old.agent(
        address,
        blocks.map(([old]) => old),
      ) === digest;
    if (!isConfirmed) return undefined;
    return this.#next.agent(
      address,
      blocks.map(([, next]) => next),
    );
  }
}

/** Values that replace a fingerprint, which do not depend on the key. */
function isMark(fingerprint: string | null): fingerprint is string {
  return fingerprint !== null && !isFingerprint(fingerprint);
}

interface Tagged {
  readonly indexes: ReadonlyMap<string, number>;
  readonly old: Uint8Array;
  readonly next: Uint8Array;
  /** Digests of the whole block, under the old and the new key. */
  readonly digests: readonly [old: string, next: string];
}

interface DeclaredSecrets {
  /** By the agent's address. */
  readonly exact: ReadonlyMap<string, readonly AgentDeclaration[]>;
  readonly selectors: readonly AgentDeclaration[];
}

function declaredSecrets({ name, agents }: DesiredManager): DeclaredSecrets {
  const exact = new Map<string, AgentDeclaration[]>();
  const selectors: AgentDeclaration[] = [];
  for (const declaration of agents) {
    const { selector } = declaration;
    if (selector.by === "match") {
      selectors.push(declaration);
      continue;
    }
    const address = agentAddress(name, selector);
    const entries = exact.get(address);
    if (entries) entries.push(declaration);
    else exact.set(address, [declaration]);
  }
  return { exact, selectors };
}
