import type { ErrorObject } from "ajv";
import { referenceSecretKeys } from "../model/reference-types";
import type { DiagnosticEntry } from "../yaml/diagnostic-list";
import { hideScalars, isPlaceAddress } from "../yaml/hidden-lines";
import { quote, suggestion, variableNote } from "../yaml/quote";
import type { SourceText } from "../yaml/source-text";
import { unusualCharacter } from "../yaml/unusual-character";
import { child, nodeAt, type YamlNode } from "../yaml/yaml-node";
import type { DesiredStateSchema } from "./compile-schema";
import { shownPath } from "./shown-path";
import { isKeyWithoutBlank, mayBeSecretKey, sentenceOf, type Violated } from "./violation-sentence";

/** The schema's violations in one document, as sentences. It also hides lines whose values may be secrets. */
export function schemaDiagnostics(
  errors: readonly ErrorObject[],
  root: YamlNode,
  source: SourceText,
  { managerKeys }: Pick<DesiredStateSchema, "managerKeys">,
): DiagnosticEntry[] {
  const places = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    const known = places.get(error.instancePath);
    if (known) known.push(error);
    else places.set(error.instancePath, [error]);
  }
  const reported = errors.filter((error) => !isEcho(error, places.get(error.instancePath) ?? []));
  const version = reported.find((error) => error.instancePath === "/apiVersion");
  // Another version may have another format, so further diagnostics would mislead.
  const relevant = version ? [version] : reported;
  return relevant.map((error) => {
    const violated = { ...describe(error, root, source), managerKeys };
    hideWhatMayBeSecret(violated, source);
    return { ...withUnusual(sentenceOf(violated), violated), position: source.position(offsetOf(violated)) };
  });
}

/** An invisible character is shown by its number already. */
const FULL_WIDTH = /[\uff01-\uff5e]/;

/** Names a character that only looks like one of YAML's own: it is hard to see in an excerpt. */
function withUnusual<T extends { readonly summary: string }>(
  sentence: T,
  { error, path, node, shown }: Violated,
): T {
  const isKey = error.keyword === "additionalProperties" && !mayBeSecretKey(error, path);
  const text = isKey ? key(error) : shown !== "" && typeof node.data === "string" ? node.data : "";
  const unusual = FULL_WIDTH.test(text) ? unusualCharacter(text) : undefined;
  if (unusual === undefined) return sentence;
  return { ...sentence, summary: `${sentence.summary}; it holds ${unusual.name}`, remedy: unusual.remedy };
}

/** Whether an error only repeats another one: from a branch, from the frame around it, or beside a clearer one. */
function isEcho(error: ErrorObject, at: readonly ErrorObject[]): boolean {
  const besides = new Set(at.map(({ keyword }) => keyword));
  switch (error.keyword) {
    case "propertyNames":
    case "if":
      return true;
    case "pattern":
      // A key's violation has the path of its mapping, so only values differ by their path.
      if (error.propertyName === undefined && besides.has("minLength")) return true;
      break;
    case "oneOf":
      if (["dependencies", "type", "additionalProperties"].some((keyword) => besides.has(keyword)))
        return true;
      break;
    case "maxProperties":
      // Without the keys that nothing has there may be one left.
      if (error.params.limit === 1 && besides.has("additionalProperties")) return true;
      break;
    case "required":
      if (at.some((each) => isMisspelling(each, String(error.params.missingProperty)))) return true;
  }
  return error.schemaPath.includes("/oneOf/");
}

function isMisspelling(error: ErrorObject, wanted: string): boolean {
  return error.keyword === "additionalProperties" && suggestion(key(error), [wanted]) !== undefined;
}

function describe(error: ErrorObject, root: YamlNode, source: SourceText): Omit<Violated, "managerKeys"> {
  const path = pointer(error.instancePath);
  const node = nodeAt(root, path);
  const { propertyName } = error;
  // Such a key includes its value.
  const place = isKeyWithoutBlank(path, node) ? path.slice(0, -1) : path;
  const where =
    propertyName === undefined ? shownPath(place) + variableNote(node) : `the key ${quote(propertyName)}`;
  const shown = mayBeShown(path, node, source) ? `, found ${quote(node.data)}` : "";
  return { error, path, node, where, shown };
}

function offsetOf({ error, node }: Violated): number {
  const named = error.propertyName ?? (error.keyword === "additionalProperties" ? key(error) : undefined);
  const entry = named !== undefined && node.kind === "map" ? node.entries.get(named) : undefined;
  return entry?.keyStart ?? node.start;
}

function key(error: ErrorObject): string {
  return String(error.params.additionalProperty);
}

function hideWhatMayBeSecret(violated: Violated, source: SourceText): void {
  const { error, path, node } = violated;
  if (error.keyword === "additionalProperties") {
    const unknown = child(node, key(error));
    if (unknown) hideScalars(unknown, source);
    if (mayBeSecretKey(error, path)) source.hide(offsetOf(violated), offsetOf(violated));
  }
  const types = [error.params.type].flat();
  const isMisplaced = error.keyword === "type" && types.includes("object") && types[0] !== "string";
  const isReference = path.some((step) => SECRET_PLACES.has(step));
  if (isMisplaced || (isReference && node.kind !== "map") || mayHoldCredentials(path, node))
    hideScalars(node, source);
  // In a mapping where a text is expected, a key may be the secret.
  if (error.keyword === "type" && isReference && node.kind === "map") source.hide(node.start, node.end);
}

/** Whether a text may contain credentials; below `state`, an invalid text may have any form. */
function mayHoldCredentials(path: readonly string[], node: YamlNode): boolean {
  if (node.kind !== "scalar") return false;
  if (KEY_OR_LINES.test(String(node.data))) return true;
  if (isPlaceAddress(path) || URL_WITH_MORE.test(node.text)) return true;
  return /^(url|proxy)$/.test(path.at(-1) ?? "") && /[@?#]/.test(node.text);
}

/** A key in PEM, or a text of several lines, where something else is expected. */
const KEY_OR_LINES = /^\s*-----BEGIN|[\r\n]/;

/** A URL where something else is expected, with a part that may be a login or a token. */
const URL_WITH_MORE = /^\s*[a-z][a-z0-9+.-]+:.*[@?#]/is;

const NEVER_SHOWN = ["secrets", "password", ...referenceSecretKeys];
const SECRET_PLACES = new Set([...NEVER_SHOWN, "initialSecret"]);
const SHOWN_UNDER_AUTH = new Set(["user", "session"]);

/**
 * Whether a message may show a value: never below a key that takes secrets. A value of several lines is most likely
 * an unclosed quote that includes the lines after it.
 */
function mayBeShown(path: readonly string[], node: YamlNode, source: SourceText): boolean {
  if (source.position(node.start).line !== source.position(Math.max(node.start, node.end - 1)).line)
    return false;
  const last = path.at(-1) ?? "";
  if (node.kind !== "scalar" || mayHoldCredentials(path, node)) return false;
  if (NEVER_SHOWN.some((place) => path.includes(place))) return false;
  if (path.includes("auth")) return SHOWN_UNDER_AUTH.has(last);
  return !path.includes("initialSecret") || last === "generation" || last === "issueOn";
}

/** The steps of a JSON pointer. */
export function pointer(text: string): string[] {
  const steps = text.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
