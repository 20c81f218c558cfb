import type {
  DesiredSecret,
  ExternalReference,
  SecretBlock,
  SecretReference,
  SinkReference,
} from "../model/desired-state";
import type { SourcePosition } from "../model/diagnostic";
import { Limits, refusedText } from "../model/limits";
import { type ReferenceKind, referenceTypes } from "../model/reference-types";
import { SecretValue } from "../model/secret-value";
import { severalSinks } from "../model/sinks-in";
import type { DiagnosticList } from "./diagnostic-list";
import type { SourceText } from "./source-text";
import { itemsOf, startOf, type YamlMap, type YamlNode } from "./yaml-node";

/** A secret that is written in the text itself. */
export interface Literal {
  readonly position: SourcePosition;
  /** Why the manager would refuse it; quotes no part of it. */
  readonly refusal?: string;
}

/**
 * Decodes sources and sinks of one document that the schema has accepted. A source or sink is a mapping of one key:
 * its type, over the options that the type's own file in `src/secrets` reads.
 */
export class ReferenceDecoder {
  readonly #source: SourceText;
  readonly #literals: Map<SecretReference, Literal>;
  readonly #diagnostics: DiagnosticList;
  /** A block that aliases share is decoded once, so that it stays one object. */
  readonly #blocks = new Map<YamlNode, SecretBlock>();

  constructor(source: SourceText, literals: Map<SecretReference, Literal>, diagnostics: DiagnosticList) {
    this.#source = source;
    this.#literals = literals;
    this.#diagnostics = diagnostics;
  }

  /** Agent secrets by key. */
  block(node: YamlMap): SecretBlock {
    const known = this.#blocks.get(node);
    if (known !== undefined) return known;
    const block = new Map<string, DesiredSecret>();
    for (const [key, { keyStart, value }] of node.entries) {
      block.set(key, { source: this.secret(value), position: this.#source.position(keyStart) });
    }
    this.#blocks.set(node, block);
    return block;
  }

  /** A source of an agent's secret or of an initial secret. */
  secret(node: YamlNode): SecretReference {
    return this.#reference(node, (text) => refusedText(text, Limits.secretValue));
  }

  /** A source of a JP1 user's password (manual 5.2.8). */
  password(node: YamlNode): SecretReference {
    const { max } = Limits.passwordBytes;
    return this.#reference(node, (text) =>
      Buffer.byteLength(text) > max
        ? `it has more than ${max} bytes`
        : text === ""
          ? "it is empty"
          : undefined,
    );
  }

  /** A sink, or a list of them, which becomes one reference. */
  sink(node: YamlNode): SinkReference {
    if (node.kind === "map") return this.#sink(node);
    const items = itemsOf(node).filter((item) => item.kind === "map");
    return severalSinks(
      items.map((item) => this.#sink(item)),
      this.#source.folder,
    );
  }

  #sink(node: YamlMap): SinkReference {
    return { ...this.#external("sink", node), position: this.#source.position(node.start) };
  }

  /** A source or sink that is not a literal. */
  #external(kind: ReferenceKind, node: YamlMap): ExternalReference {
    const [type = "", entry] = node.entries.entries().next().value ?? [];
    const options = entry && plain(entry.value);
    const mistake = referenceTypes[kind].get(type)?.mistakeIn?.(options);
    if (mistake) {
      const { option, summary, remedy } = mistake;
      const position = this.#source.position(startOf(entry?.value ?? node, option));
      this.#diagnostics.add({ code: "likely-mistake", severity: "warning", summary, remedy, position });
    }
    return { type, options, folder: this.#source.folder };
  }

  #reference(node: YamlNode, refusalOf: (text: string) => string | undefined): SecretReference {
    if (node.kind === "map") return this.#external("source", node);
    // As written: 007, 1e3 and yes are not numbers or truth values here.
    const text = node.kind === "scalar" ? node.text : "";
    const reference: SecretReference = { type: "literal", value: new SecretValue(text) };
    const refusal = refusalOf(text);
    const position = this.#source.position(node.start);
    this.#literals.set(reference, refusal === undefined ? { position } : { position, refusal });
    return reference;
  }
}

/** Options as ordinary objects. */
function plain(node: YamlNode): unknown {
  if (node.kind === "scalar") return node.data;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries(Array.from(node.entries, ([key, { value }]) => [key, plain(value)]));
}
