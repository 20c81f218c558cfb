import type { ErrorObject } from "ajv";
import { type DiagnosticCode, diagnosticCodes } from "../model/diagnostic-codes";
import { allKinds } from "../model/kind-names";
import { referenceSecretKeys, sourceTypes } from "../model/reference-types";
import type { DiagnosticEntry } from "../yaml/diagnostic-list";
import { isPlaceAddress } from "../yaml/hidden-lines";
import { listed, quote, suggestion } from "../yaml/quote";
import { keyWithoutBlank, type YamlNode } from "../yaml/yaml-node";
import { takesVariable } from "./resolve-variables";
import { urlRemedy } from "./url-remedy";
import { wrongType } from "./wrong-type";

/** A violation of the schema, as a message describes it. */
export interface Violated {
  readonly error: ErrorObject;
  readonly path: readonly string[];
  readonly node: YamlNode;
  /** The place, for the message. */
  readonly where: string;
  /** `, found …`, or empty if the value may be a secret. */
  readonly shown: string;
  /** The keys of a manager, to recognise one that is indented too little. */
  readonly managerKeys: ReadonlySet<string>;
}

type Sentence = Omit<DiagnosticEntry, "position">;

/** One violation of the schema in words; the schema's own annotations say what a pattern or a choice means. */
export function sentenceOf(violated: Violated): Sentence {
  const { error, path, node, where, shown, managerKeys } = violated;
  const { params } = error;
  const outOfRange = (summary: string, remedy: string) => ({
    code: "out-of-range" as const,
    summary,
    remedy,
  });
  switch (error.keyword) {
    case "type":
      if (isListWithoutBlanks(error, node)) return withoutBlankAfterDash(where);
      if (isKeyWithoutBlank(path, node)) return withoutBlank("wrong-type", path.at(-1) ?? "", where);
      return misplaced(path, managerKeys, wrongType(error, where, path, node));
    case "required":
      return missing(String(params.missingProperty), where, path);
    case "additionalProperties":
      return misplaced(
        [...path, String(params.additionalProperty)],
        managerKeys,
        unknownKey(error, where, path),
      );
    case "dependencies":
      return {
        code: "missing-key",
        summary: `${quote(params.property)} in ${where} is of use only with ${quote(params.missingProperty)}`,
        remedy: `add ${quote(params.missingProperty)}, or remove ${quote(params.property)}`,
      };
    case "oneOf":
      return alternatives(error, where);
    case "minProperties":
    case "maxProperties":
      return wrongCount(error, where);
    case "enum":
    case "const":
      return notOneOf(error, where, path, shown, node);
    case "pattern":
      return forbiddenText(error, where, path, shown, node);
    case "minItems":
    case "minLength":
      return outOfRange(`${where} is empty`, "give it a value, or remove it");
    case "maxLength":
      return outOfRange(`${where} is longer than ${params.limit} characters`, "shorten it");
    default: {
      const bound = error.keyword === "minimum" ? "at least" : "at most";
      return outOfRange(
        `${where} must be ${bound} ${params.limit}${shown}`,
        `write a number of ${bound} ${params.limit}`,
      );
    }
  }
}

/** Whether a path ends with a key as that of `{ host:imm }`. */
export function isKeyWithoutBlank(path: readonly string[], node: YamlNode): boolean {
  return node.data === null && keyWithoutBlank(path.at(-1) ?? "") !== undefined;
}

function withoutBlank(code: DiagnosticCode, text: string, where: string): Sentence {
  const key = keyWithoutBlank(text) ?? "";
  return {
    code,
    summary: `${quote(`${key}:`)} in ${where} has no blank after its colon`,
    remedy: `write ${quote(`${key}: `)} and then the value`,
  };
}

/** Whether a mapping stands for a list because the first key was written as `-id:`. */
function isListWithoutBlanks(error: ErrorObject, node: YamlNode): boolean {
  const [first = ""] = node.kind === "map" ? node.entries.keys() : [];
  return [error.params.type].flat().includes("array") && /^-\w/.test(first);
}

function withoutBlankAfterDash(where: string): Sentence {
  return {
    code: "wrong-type",
    summary: `${where} must be a list, and the \`-\` of its first entry has no blank after it`,
    remedy: "write `- ` and then the key",
  };
}

/** A key of a manager beside the managers, or in place of a manager's name, is indented too little. */
function misplaced(path: readonly string[], managerKeys: ReadonlySet<string>, sentence: Sentence): Sentence {
  const place = path[0] === "managers" ? path.slice(1, 2) : path.slice(0, 1);
  const isTooShallow = path[0] === "managers" ? path.length <= 3 : path.length === 1;
  const [key = ""] = place;
  if (!isTooShallow || !managerKeys.has(key)) return sentence;
  return {
    ...sentence,
    remedy: `${quote(key)} belongs to a manager: indent it below the manager's name, as its \`url\` is`,
  };
}

function missing(name: string, where: string, path: readonly string[]): Sentence {
  if (name === "apiVersion" && path.length === 0) {
    return {
      code: "api-version",
      summary: "the document lacks `apiVersion`",
      remedy: "begin it with `apiVersion: jp1im/v1`",
    };
  }
  return { code: "missing-key", summary: `${where} lacks ${quote(name)}`, remedy: `add ${quote(name)}` };
}

function unknownKey(error: ErrorObject, where: string, path: readonly string[]): Sentence {
  const known = knownKeys(error, path);
  const unknown = String(error.params.additionalProperty);
  const listing = `known here: ${listed(known, "and")}`;
  if (mayBeSecretKey(error, path))
    return { code: "unknown-key", summary: `there is an unknown key in ${where}`, remedy: listing };
  if (keyWithoutBlank(unknown) !== undefined) return withoutBlank("unknown-key", unknown, where);
  return {
    code: "unknown-key",
    summary: `unknown key ${quote(unknown)} in ${where}`,
    remedy: suggestion(unknown, known) ?? (isChoice(error) ? oneWithOptions(known) : listing),
  };
}

/** A mapping of one key, the type, over its options. */
function isChoice({ parentSchema }: ErrorObject): boolean {
  return parentSchema?.maxProperties === 1;
}

function oneWithOptions(known: readonly string[]): string {
  return `write exactly one of ${listed(known, "or")}; put its options under it`;
}

function knownKeys({ parentSchema }: ErrorObject, path: readonly string[]): readonly string[] {
  const known = Object.keys(parentSchema?.properties ?? {});
  // The schema keeps a lower manager's `issueOn` apart from the sources, so that the sources are listed only once.
  const isOfLower = path.at(-3) === "lowerManagers" && path.at(-1) === "initialSecret";
  return isOfLower && !known.includes("issueOn") ? [...known, "issueOn"] : known;
}

/** Keys that take a secret, or a source of one. */
const SECRET_PLACES = new Set([
  ...allKinds.flatMap(({ secretKeys }) => secretKeys),
  ...["password", "auth"],
  ...referenceSecretKeys,
]);

/**
 * Whether an unknown key may be a secret in braces, as in `password: { hunter2 }`: it is below a key that takes
 * secrets, and it resembles no key that is valid there.
 */
export function mayBeSecretKey(error: ErrorObject, path: readonly string[]): boolean {
  // The name of a manager comes first. A sink takes no secret, but for the sources of its login.
  const steps = path.slice(Math.max(2, path.lastIndexOf("deliverTo") + 1));
  if (!isPlaceAddress(path) && !steps.some((step) => SECRET_PLACES.has(step))) return false;
  const unknown = String(error.params.additionalProperty);
  const word = keyWithoutBlank(unknown) ?? unknown;
  const words = [...knownKeys(error, path), ...sourceTypes.keys()];
  return !words.includes(word) && suggestion(word, words) === undefined;
}

function alternatives(error: ErrorObject, where: string): Sentence {
  const choice = String(error.parentSchema?.oneOfErrorMessage);
  const none = error.params.passingSchemas === null;
  return none
    ? { code: "missing-key", summary: `${where} needs ${choice}`, remedy: "add one of the two" }
    : {
        code: "exclusive-keys",
        summary: `${where} takes ${choice}, not both`,
        remedy: "remove one of the two",
      };
}

function wrongCount(error: ErrorObject, where: string): Sentence {
  const limit = Number(error.params.limit);
  if (limit > 1) {
    return {
      code: "out-of-range",
      summary: `${where} holds more than ${limit} keys, the most that an agent has room for`,
      remedy: "remove some",
    };
  }
  const known = listed(Object.keys(error.parentSchema?.properties ?? {}), "or");
  return error.keyword === "minProperties"
    ? { code: "missing-key", summary: `${where} is empty`, remedy: `write one of ${known}` }
    : {
        code: "exclusive-keys",
        summary: `${where} holds more than one key`,
        remedy: `write exactly one of ${known}`,
      };
}

function notOneOf(
  error: ErrorObject,
  where: string,
  path: readonly string[],
  shown: string,
  node: YamlNode,
): Sentence {
  if (path.length === 1 && path[0] === "apiVersion") {
    const remedy = "write `apiVersion: jp1im/v1`";
    return {
      code: "api-version",
      summary: `this version does not read ${where} ${quote(node.data)}`,
      remedy,
    };
  }
  const allowed = [error.params.allowedValues ?? error.params.allowedValue].flat().map(String);
  return {
    code: "out-of-range",
    summary: `${where} must be ${listed(allowed, "or")}${shown}`,
    // A mapping is not a misspelt word, and may have no text at all.
    remedy: (typeof node.data === "string" && suggestion(node.data, allowed)) || "write one of them",
  };
}

function forbiddenText(
  error: ErrorObject,
  where: string,
  path: readonly string[],
  shown: string,
  node: YamlNode,
): Sentence {
  const annotated = error.parentSchema?.diagnosticCode;
  const code = isCode(annotated) ? annotated : "out-of-range";
  const rule = String(error.parentSchema?.patternErrorMessage);
  const remedy = code === "reserved-name" ? "choose another name" : insteadOf(error, path, node);
  return { code, summary: `${where} is not acceptable${shown}: ${rule}`, remedy };
}

/** What to write instead: as the schema says, or one of its examples. */
function insteadOf(
  { parentSchema, propertyName }: ErrorObject,
  path: readonly string[],
  node: YamlNode,
): string {
  const isUrl = path[0] === "managers" && path.length === 3 && path[2] === "url";
  if (parentSchema?.variableRemedy !== undefined && takesVariable(path))
    return String(parentSchema.variableRemedy);
  if (parentSchema?.patternRemedy !== undefined) return String(parentSchema.patternRemedy);
  if (isUrl && node.kind === "scalar" && propertyName === undefined) return urlRemedy(node.text);
  const examples: readonly unknown[] = parentSchema?.examples ?? [];
  const example = examples.find((each) => typeof each === "string" && !each.includes("\n"));
  return example === undefined ? "write a value of that form" : `write for example ${quote(example)}`;
}

function isCode(text: unknown): text is DiagnosticCode {
  return typeof text === "string" && Object.hasOwn(diagnosticCodes, text);
}
