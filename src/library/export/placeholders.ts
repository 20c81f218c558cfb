import { type DiagnosticError, failure } from "../../model/diagnostic";
import type { KindName } from "../../model/kind-names";
import { type ReferenceKind, type ReferenceType, referenceTypes } from "../../model/reference-types";
import type { YamlMap, YamlValue } from "../../yaml/yaml-text";
import { spelledReference } from "../inputs/spelled-reference";

export type Field = "MANAGER" | "MANAGERHOST" | "AGENT" | "KEY" | "CLIENT";
export type FieldValues = Partial<Readonly<Record<Field, string>>>;

export interface TemplateTraits {
  readonly kind: ReferenceKind;
  /** The option on the command line, for messages. */
  readonly option: string;
  readonly fields: readonly Field[];
  /** Whether a text is in use elsewhere, so that it must not be generated. */
  readonly isTaken?: (text: string) => boolean;
}

/** Longer names are cut, because paths and variables have their own limits. */
const LONGEST_NAME = 200;
/** Delimiters of a field's name where a brace would be JSON. */
const [OPEN, CLOSE] = ["\ue000", "\ue001"];
const MARKED = /\ue000([A-Z]+)\ue001/g;

/**
 * Sources or sinks by a template: `env:{AGENT}_{KEY}`. The values of fields may be any text from a manager; they are
 * inserted with only those characters that the place accepts, and with a number if two would be equal.
 */
export class Template {
  readonly #traits: TemplateTraits;
  readonly #type: string;
  readonly #names: ReferenceType["names"] | undefined;
  readonly #options: YamlValue;
  /** The fields in it; the first one gets the numbers. */
  readonly #fields: readonly Field[];
  /** By text: what it was generated for. */
  readonly #given = new Map<string, string>();
  /** The next number for each text that is in use. */
  readonly #numbers = new Map<string, number>();
  readonly #next = new Map<string, number>();

  /** Throws a `DiagnosticError` (`usage`). */
  constructor(text: string, traits: TemplateTraits) {
    this.#traits = traits;
    const marked = text.replace(/\{([A-Z]+)\}/g, (whole, name: string) => {
      if (!traits.fields.some((field) => field === name)) throw unknownField(whole, traits);
      return `${OPEN}${name}${CLOSE}`;
    });
    const [[type, options] = ["", null]] = Object.entries(
      spelledReference(marked, traits.kind, traits.option) as YamlMap,
    );
    this.#type = type;
    this.#names = referenceTypes[traits.kind].get(type)?.names;
    this.#options = options;
    const names = new Set([...marked.matchAll(MARKED)].map(([, name]) => name));
    this.#fields = precedence.filter((field) => names.has(field));
  }

  get type(): string {
    return this.#type;
  }

  uses(field: Field): boolean {
    return this.#fields.includes(field);
  }

  /**
   * The same values of one kind always give the same text, and different values give different texts unless the
   * template does not distinguish them. Agents of different managers are different, even if the template uses only
   * their host.
   */
  fill(kind: KindName, values: FieldValues): YamlMap {
    const parts = this.#fields.map((field) => values[field]);
    const identity = [kind, ...parts, this.uses("AGENT") ? values.MANAGERHOST : ""].join("\0");
    const numbered = this.#numbers.get(identity);
    if (numbered !== undefined) return this.#render(values, numbered);
    const base = this.#render(values, 1);
    const name = this.#nameOf(base);
    const owner = this.#given.get(name);
    if (this.#fields.length === 0 || owner === identity) return base;
    if (owner === undefined && !this.#isTaken(base)) return this.#give(base, identity);
    let number = this.#next.get(name) ?? 2;
    let spelled = this.#render(values, number);
    while (this.#given.has(this.#nameOf(spelled)) || this.#isTaken(spelled))
      spelled = this.#render(values, ++number);
    this.#next.set(name, number + 1);
    this.#numbers.set(identity, number);
    return this.#give(spelled, identity);
  }

  #give(spelled: YamlMap, identity: string): YamlMap {
    this.#given.set(this.#nameOf(spelled), identity);
    return spelled;
  }

  #render(values: FieldValues, number: number): YamlMap {
    const [numbered] = this.#fields;
    const name = (field: Field) => {
      const text = nameFor(this.#names, values[field] ?? "");
      return field === numbered && number > 1 ? `${text}_${number}` : text;
    };
    const fill = (text: string) => {
      const filled = text.replace(MARKED, (_, field: Field) => name(field));
      return this.#names === "variables" && /^\d/.test(filled) ? `_${filled}` : filled;
    };
    return { [this.#type]: mapTexts(this.#options, fill) };
  }

  /** The name for comparisons: files that differ only in case are one file on some systems. */
  #nameOf(spelled: YamlMap): string {
    const text = JSON.stringify(spelled);
    return this.#names === "variables" ? text : text.toLowerCase();
  }

  #isTaken(spelled: YamlMap): boolean {
    const { isTaken } = this.#traits;
    return isTaken !== undefined && [...textsOf(spelled[this.#type] ?? null)].some(isTaken);
  }
}

const precedence: readonly Field[] = ["KEY", "CLIENT", "AGENT", "MANAGERHOST", "MANAGER"];

/** Every text in a reference's options. */
export function* textsOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) yield* textsOf(inner);
}

/** A manager's name as part of a variable, a SOPS path, or a path, without special characters. */
function nameFor(names: ReferenceType["names"] | undefined, text: string): string {
  if (names === "variables") {
    const words = text.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_");
    return (
      words
        .replace(/^_+|_+$/g, "")
        .toUpperCase()
        .slice(0, LONGEST_NAME) || "X"
    );
  }
  const odd = names === "keys" ? /[^A-Za-z0-9_-]+/g : /[^A-Za-z0-9._-]+/g;
  return text.replace(odd, "_").replace(/^[.-]/, "_").slice(0, LONGEST_NAME) || "_";
}

function mapTexts(value: YamlValue, map: (text: string) => string): YamlValue {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((inner: YamlValue) => mapTexts(inner, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, map)]));
}

function unknownField(field: string, { option, fields }: TemplateTraits): DiagnosticError {
  return failure({
    code: "usage",
    summary: `${option} holds ${field}, which stands for nothing`,
    remedy: `use ${fields.map((each) => `{${each}}`).join(", ")}`,
  });
}
