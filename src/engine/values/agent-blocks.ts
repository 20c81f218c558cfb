import type { Agent, Answer } from "../../api/port";
import { agentAddress, secretAddressOn } from "../../model/address";
import type { AgentDeclaration, DesiredManager, SecretBlock } from "../../model/desired-state";
import type { SecretValue } from "../../model/secret-value";
import type { AgentDesired, WrittenSecret } from "../../resources/agent-secrets/agent-unit";
import type { AgentFingerprints, Fingerprints } from "../../secrets/port";
import type { DesiredValues } from "./desired-values";
import type { MissingValues } from "./missing-values";
import { type SourceVersions, VersionDigests } from "./source-versions";

/** Mostly a few values of an agent have changed, whose fingerprints are compared, shown and recorded. */
const FEW_FINGERPRINTS = 8;

/** What a run knows about the declared values, and how it digests them. */
export interface KnownValues {
  /** Absent when values are not compared: fingerprints and digests are then absent, too. */
  readonly values?: DesiredValues | undefined;
  /** Values that `values` lacks because their sources have none. */
  readonly missing?: MissingValues | undefined;
  /** Versions of the sources, if they are asked. */
  readonly versions?: SourceVersions;
  readonly fingerprints: Fingerprints;
  readonly versionDigests?: VersionDigests;
}

/**
 * Turns the entries that apply to an agent into its desired secrets. Agents with the same blocks share a merged one,
 * and a block is digested once for any number of agents.
 */
export class AgentBlocks {
  readonly #manager: DesiredManager;
  readonly #values: DesiredValues | undefined;
  readonly #fingerprints: Fingerprints;
  readonly #versions: SourceVersions;
  readonly #versionDigests: VersionDigests;
  readonly #versionBlocks = new Map<SecretBlock, string>();
  readonly #missing: MissingValues | undefined;
  readonly #merged = new Map<string, MergedBlocks>();
  readonly #digests = new Map<SecretBlock, string | undefined>();
  readonly #tags = new Map<MergedBlocks, Tagged>();
  readonly #numbers: ReadonlyMap<SecretBlock, number>;
  #latest:
    | { readonly address: string; readonly tags: Uint8Array; readonly bound: AgentFingerprints }
    | undefined;

  constructor(manager: DesiredManager, known: KnownValues) {
    this.#manager = manager;
    this.#values = known.values;
    this.#missing = known.missing;
    this.#fingerprints = known.fingerprints;
    this.#versions = known.versions ?? new Map();
    this.#versionDigests = known.versionDigests ?? new VersionDigests(() => "");
    this.#numbers = new Map(manager.agents.map(({ secrets }, number) => [secrets, number]));
  }

  /** `declarations` are in the order of rising specificity: a later one wins. */
  desired(address: string, declarations: readonly AgentDeclaration[]): AgentDesired {
    const merged = this.#mergedOf(declarations);
    const values = this.#values;
    let few: Map<string, string> | undefined;
    const fingerprint = (key: string) => {
      if (!values) return undefined;
      const tagged = this.#tagged(merged);
      const index = tagged.indexes.get(key);
      if (index === undefined) return undefined;
      const known = few?.get(key) ?? this.#bound(address, tagged).of(index);
      few ??= new Map();
      if (few.size < FEW_FINGERPRINTS) few.set(key, known);
      return known;
    };
    return {
      keys: merged.keys,
      missing: merged.missing,
      lacks: (key) => merged.missing.has(key),
      values: (keys) => {
        if (merged.written?.keys !== keys) merged.written = { keys, secrets: this.#secretsOf(merged, keys) };
        return merged.written.secrets;
      },
      fingerprint,
      written: (keys) => ({
        keys,
        writeAt: (places, bytes) => {
          const texts = few && textsOf(keys, few);
          if (texts)
            for (const [index, text] of texts.entries()) bytes.write(text, places[index] ?? 0, "latin1");
          else this.#writeFingerprints(address, merged, keys, places, bytes);
        },
        *[Symbol.iterator]() {
          for (const key of keys) yield [key, fingerprint(key) ?? null];
        },
      }),
      expected: () => {
        const tagged = this.#tagged(merged);
        return { keys: tagged.keys, ...this.#bound(address, tagged) };
      },
      digest: merged.digests && this.#agentDigest(address, merged, merged.digests),
      versions: merged.versions && this.#versionsOf(address, merged, merged.versions),
    };
  }

  /** Those of one agent are needed one after the other; those of all agents would take much memory. */
  #bound(address: string, { tags }: Tagged): AgentFingerprints {
    if (this.#latest?.address !== address || this.#latest.tags !== tags)
      this.#latest = { address, tags, bound: this.#fingerprints.onAgent(address, tags) };
    return this.#latest.bound;
  }

  #writeFingerprints(
    address: string,
    merged: MergedBlocks,
    keys: readonly string[],
    places: readonly number[],
    bytes: Buffer,
  ): void {
    const tagged = this.#tagged(merged);
    if (merged.placed?.keys !== keys) merged.placed = { keys, indexes: this.#indexesOf(tagged, keys) };
    this.#bound(address, tagged).writeAt(places, bytes, merged.placed.indexes);
  }

  #indexesOf({ indexes }: Tagged, keys: readonly string[]): readonly number[] {
    return keys.map((key) => {
      const index = indexes.get(key);
      if (index === undefined)
        throw new Error(`the value of ${this.#manager.name}'s ${key} was not resolved`);
      return index;
    });
  }

  #secretsOf({ declared }: MergedBlocks, keys: readonly string[]): readonly WrittenSecret[] {
    return keys.map((key) => {
      const reference = declared.get(key)?.source;
      const value = reference && this.#values?.get(reference);
      if (!value) throw new Error(`the value of ${this.#manager.name}'s ${key} was not resolved`);
      return { key, value };
    });
  }

  /** Called when an agent is planned, when it is done, and at the end of the run. */
  #agentDigest(address: string, { agentDigests }: MergedBlocks, digests: readonly string[]): string {
    let digest = agentDigests.get(address);
    if (digest === undefined) {
      digest = this.#fingerprints.agent(address, digests);
      agentDigests.set(address, digest);
    }
    return digest;
  }

  #versionsOf(address: string, { declared }: MergedBlocks, { blocks, areFirm }: MergedVersions) {
    const digests = this.#versionDigests;
    return {
      areFirm,
      digest: () => digests.agent(address, blocks),
      of: (key: string) => {
        const reference = declared.get(key)?.source;
        const version = reference && this.#versions.get(reference);
        return (
          version && { digest: digests.of(secretAddressOn(address, key), version), isHint: version.isHint }
        );
      },
    };
  }

  #mergedOf(declarations: readonly AgentDeclaration[]): MergedBlocks {
    const name = declarations.map(({ secrets }) => this.#numbers.get(secrets)).join(",");
    let merged = this.#merged.get(name);
    if (!merged) {
      const [first, ...others] = declarations.map(({ secrets }) => secrets);
      const declared =
        others.length === 0 && first ? first : new Map(declarations.flatMap(({ secrets }) => [...secrets]));
      const lacking = [...declared].filter(([, { source }]) => this.#missing?.has(source));
      const missing = lacking.length === declared.size ? declared : new Map(lacking);
      const digests = this.#digestsOf(declarations);
      const versions = this.#mergedVersions(declarations, declared);
      merged = {
        ...{ keys: new Set(declared.keys()), declared, missing, agentDigests: new Map() },
        digests,
        versions,
      };
      this.#merged.set(name, merged);
    }
    return merged;
  }

  /** Absent if no source reports a version. */
  #mergedVersions(
    declarations: readonly AgentDeclaration[],
    declared: SecretBlock,
  ): MergedVersions | undefined {
    const versions = [...declared.values()].map(({ source }) => this.#versions.get(source));
    if (versions.every((version) => version === undefined)) return undefined;
    const areFirm = versions.every((version) => version?.isHint === false);
    return { blocks: declarations.map(({ secrets }) => this.#versionBlock(secrets)), areFirm };
  }

  #versionBlock(block: SecretBlock): string {
    let digest = this.#versionBlocks.get(block);
    if (digest === undefined) {
      const versions = [...block].map(([key, { source }]) => [key, this.#versions.get(source)] as const);
      digest = VersionDigests.block(versions);
      this.#versionBlocks.set(block, digest);
    }
    return digest;
  }

  /** The tags, which only an agent that differs from the last apply needs. */
  #tagged(merged: MergedBlocks): Tagged {
    let tagged = this.#tags.get(merged);
    if (!tagged) {
      const given = new Map([...merged.declared].filter(([key]) => !merged.missing.has(key)));
      const keys = [...given.keys()];
      const indexes = new Map(keys.map((key, index) => [key, index]));
      tagged = { tags: this.#fingerprints.tags(this.#entriesOf(given)), keys, indexes };
      this.#tags.set(merged, tagged);
    }
    return tagged;
  }

  /** `undefined` when values are not compared, or one is missing. */
  #digestsOf(declarations: readonly AgentDeclaration[]): readonly string[] | undefined {
    if (!this.#values) return undefined;
    const digests = declarations.flatMap(({ secrets }) => this.#digestOf(secrets) ?? []);
    return digests.length === declarations.length ? digests : undefined;
  }

  #digestOf(block: SecretBlock): string | undefined {
    if (!this.#digests.has(block)) {
      const isWhole = ![...block.values()].some(({ source }) => this.#missing?.has(source));
      this.#digests.set(block, isWhole ? this.#fingerprints.block(this.#entriesOf(block)) : undefined);
    }
    return this.#digests.get(block);
  }

  *#entriesOf(block: SecretBlock): Generator<readonly [string, SecretValue]> {
    for (const [key, { source }] of block) {
      const value = this.#values?.get(source);
      if (!value) throw new Error(`a value of ${this.#manager.name} was not resolved`);
      yield [key, value];
    }
  }
}

interface MergedBlocks {
  readonly keys: ReadonlySet<string>;
  readonly declared: SecretBlock;
  /** Those of them without a value. */
  readonly missing: SecretBlock;
  readonly digests?: readonly string[] | undefined;
  /** By the agent's address, computed from `digests`. */
  readonly agentDigests: Map<string, string>;
  /** The latest list of keys to write, with the values. */
  written?: { readonly keys: readonly string[]; readonly secrets: readonly WrittenSecret[] };
  /** The latest list of written keys, with the index of each key's tag. */
  placed?: { readonly keys: readonly string[]; readonly indexes: readonly number[] };
  readonly versions?: MergedVersions | undefined;
}

interface MergedVersions {
  /** The digest of each block. */
  readonly blocks: readonly string[];
  readonly areFirm: boolean;
}

interface Tagged {
  readonly tags: Uint8Array;
  readonly keys: readonly string[];
  /** The index of each key's tag. */
  readonly indexes: ReadonlyMap<string, number>;
}

/** `undefined` if one is not among the few. */
function textsOf(keys: readonly string[], few: ReadonlyMap<string, string>): readonly string[] | undefined {
  if (keys.length > few.size) return undefined;
  const texts = keys.flatMap((key) => few.get(key) ?? []);
  return texts.length === keys.length ? texts : undefined;
}

/** The known part of the live agent list, by address. */
export interface AgentListing {
  readonly agents: ReadonlyMap<string, Agent>;
  /** Whether an agent that is not in it does not exist. */
  readonly complete: boolean;
  /** Whether the manager was asked for it. */
  readonly isAsked: boolean;
}

export function agentListing(manager: string, answer: Answer<readonly Agent[]> | undefined): AgentListing {
  if (!answer) return { agents: new Map(), complete: false, isAsked: false };
  const agents = answer.complete ? answer.value : answer.partial;
  return {
    agents: new Map(agents.map((agent) => [agentAddress(manager, agent), agent])),
    complete: answer.complete,
    isAsked: true,
  };
}
