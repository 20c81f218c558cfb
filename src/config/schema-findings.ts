import type { ErrorObject } from "ajv";
import type { DiagnosticCode } from "../model/diagnostic-codes";
import { diagnosticCodes } from "../model/diagnostic-codes";
import type { Finding } from "./findings";
import { hideScalars } from "./hidden-lines";
import { listed, quote, suggestion } from "./quote";
import type { SourceText } from "./source-text";
import { child, nodeAt, type YamlNode } from "./yaml-node";

/** The schema's violations in one document, as sentences. Lines whose values may be secrets are hidden on the way. */
export function schemaFindings(
  errors: readonly ErrorObject[],
  root: YamlNode,
  source: SourceText,
): Finding[] {
  const told = errors.filter((error) => !isEcho(error, errors));
  const version = told.find((error) => error.instancePath === "/apiVersion");
  // Another version may have another format: what else is said about it would mislead.
  const relevant = version ? [version] : told;
  return relevant.map((error) => {
    const violation = describe(error, root, source);
    hideWhatMayBeSecret(violation, source);
    return { ...violation.finding, position: source.position(violation.offset) };
  });
}

/** One violation with what its sentence is made of. */
interface Violation {
  readonly error: ErrorObject;
  readonly path: readonly string[];
  readonly node: YamlNode;
  readonly offset: number;
  readonly finding: Omit<Finding, "position">;
}

/** Errors that only repeat another one: of a branch, of the frame around it, or next to a clearer one. */
function isEcho(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  if (error.keyword === "propertyNames" || error.keyword === "if") return true;
  if (error.schemaPath.includes("/oneOf/")) return true;
  if (error.keyword === "pattern") {
    return all.some((other) => other.keyword === "minLength" && other.instancePath === error.instancePath);
  }
  if (error.keyword !== "oneOf") return false;
  return all.some(
    (other) =>
      other.instancePath === error.instancePath &&
      ["dependencies", "type", "additionalProperties"].includes(other.keyword),
  );
}

function describe(error: ErrorObject, root: YamlNode, source: SourceText): Violation {
  const path = pointer(error.instancePath);
  const node = nodeAt(root, path);
  const named = error.propertyName ?? (error.keyword === "additionalProperties" ? key(error) : undefined);
  const entry = named !== undefined && node.kind === "map" ? node.entries.get(named) : undefined;
  const offset = entry?.keyStart ?? node.start;
  return { error, path, node, offset, finding: sentence(error, path, node, source) };
}

function key(error: ErrorObject): string {
  return String(error.params["additionalProperty"]);
}

function hideWhatMayBeSecret({ error, path, node }: Violation, source: SourceText): void {
  if (error.keyword === "additionalProperties") {
    const unknown = child(node, key(error));
    if (unknown) hideScalars(unknown, source);
  }
  const isMisplaced = error.keyword === "type" && [error.params["type"]].flat().includes("object");
  const isReference = path.some((step) => SECRET_PLACES.has(step));
  if (isMisplaced || (isReference && node.kind === "scalar") || (path.at(-1) === "url" && holdsMore(node))) hideScalars(node, source);
}

/** Whether a URL has a part that credentials stand in. */
function holdsMore(node: YamlNode): boolean {
  return node.kind === "scalar" && /[@?#]/.test(node.text);
}

function sentence(error: ErrorObject, path: readonly string[], node: YamlNode, source: SourceText): Omit<Finding, "position"> {
  const where = error.propertyName === undefined ? shownPath(path) : `the key ${quote(error.propertyName)}`;
  const { params } = error;
  const found = mayBeShown(path, node, source) ? `, found ${quote(error.propertyName ?? node.data)}` : "";
  const outOfRange = (summary: string, remedy: string) => ({ code: "out-of-range" as const, summary, remedy });
  switch (error.keyword) {
    case "type":
      return wrongType(error, where, node);
    case "required":
      return missing(String(params["missingProperty"]), where, path);
    case "additionalProperties":
      return unknownKey(error, where, path);
    case "dependencies":
      return {
        code: "missing-key",
        summary: `${quote(params["property"])} in ${where} is of use only with ${quote(params["missingProperty"])}`,
        remedy: `add ${quote(params["missingProperty"])}, or remove ${quote(params["property"])}`,
      };
    case "oneOf":
      return alternatives(error, where);
    case "minProperties":
    case "maxProperties":
      return wrongCount(error, where);
    case "enum":
    case "const":
      return notOneOf(error, where, path, found, node);
    case "pattern":
      return forbiddenText(error, where, found);
    case "minLength":
      return outOfRange(`${where} is empty`, "give it a value, or remove it");
    case "maxLength":
      return outOfRange(`${where} is longer than ${params["limit"]} characters`, "shorten it");
    default: {
      const bound = error.keyword === "minimum" ? "at least" : "at most";
      return outOfRange(`${where} must be ${bound} ${params["limit"]}${found}`, `write a number of ${bound} ${params["limit"]}`);
    }
  }
}

function wrongType(error: ErrorObject, where: string, node: YamlNode): Omit<Finding, "position"> {
  const types = [error.params["type"]].flat().map(String);
  const expected = types.includes("object") && types.length > 2 ? ["object"] : types;
  const wanted = expected.map((type) => typeNames[type] ?? type).join(" or ");
  const unquoted = types[0] === "string" && (typeof node.data === "number" || typeof node.data === "boolean");
  return {
    code: "wrong-type",
    summary: `${where} must be ${wanted}, found ${typeOf(node)}`,
    remedy: unquoted
      ? "put the value in quotes"
      : node.data === null
        ? "give it a value, or remove the key"
        : String(error.parentSchema?.["patternErrorMessage"] ?? `write ${wanted}`),
  };
}

const typeNames: Readonly<Record<string, string>> = {
  object: "a mapping",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "`true` or `false`",
};

function typeOf(node: YamlNode): string {
  if (node.kind !== "scalar") return node.kind === "map" ? "a mapping" : "a list";
  if (node.data === null) return "nothing";
  return typeof node.data === "string" ? "a text" : typeof node.data === "number" ? "a number" : "a truth value";
}

function missing(name: string, where: string, path: readonly string[]): Omit<Finding, "position"> {
  if (name === "apiVersion" && path.length === 0) {
    return {
      code: "api-version",
      summary: "the document lacks `apiVersion`",
      remedy: "begin it with `apiVersion: jp1im/v1`",
    };
  }
  return { code: "missing-key", summary: `${where} lacks ${quote(name)}`, remedy: `add ${quote(name)}` };
}

function unknownKey(error: ErrorObject, where: string, path: readonly string[]): Omit<Finding, "position"> {
  const known = Object.keys(error.parentSchema?.["properties"] ?? {});
  // The schema takes a lower manager's `issueOn` apart from the sources, so that these are listed only once.
  if (path.at(-3) === "lowerManagers" && path.at(-1) === "initialSecret" && !known.includes("issueOn")) {
    known.push("issueOn");
  }
  return {
    code: "unknown-key",
    summary: `unknown key ${quote(key(error))} in ${where}`,
    remedy: suggestion(key(error), known) ?? `known here: ${listed(known, "and")}`,
  };
}

function alternatives(error: ErrorObject, where: string): Omit<Finding, "position"> {
  const choice = String(error.parentSchema?.["oneOfErrorMessage"]);
  const none = error.params["passingSchemas"] === null;
  return none
    ? { code: "missing-key", summary: `${where} needs ${choice}`, remedy: "add one of the two" }
    : { code: "exclusive-keys", summary: `${where} takes ${choice}, not both`, remedy: "remove one of the two" };
}

function wrongCount(error: ErrorObject, where: string): Omit<Finding, "position"> {
  const limit = Number(error.params["limit"]);
  if (limit > 1) {
    return {
      code: "out-of-range",
      summary: `${where} holds more than ${limit} keys, the most that an agent has room for`,
      remedy: "remove some",
    };
  }
  const known = listed(Object.keys(error.parentSchema?.["properties"] ?? {}), "or");
  return error.keyword === "minProperties"
    ? { code: "missing-key", summary: `${where} is empty`, remedy: `write one of ${known}` }
    : { code: "exclusive-keys", summary: `${where} holds more than one key`, remedy: `write exactly one of ${known}` };
}

function notOneOf(
  error: ErrorObject,
  where: string,
  path: readonly string[],
  found: string,
  node: YamlNode,
): Omit<Finding, "position"> {
  if (path.length === 1 && path[0] === "apiVersion") {
    const remedy = "write `apiVersion: jp1im/v1`";
    return { code: "api-version", summary: `this version does not read ${where} ${quote(node.data)}`, remedy };
  }
  const allowed = [error.params["allowedValues"] ?? error.params["allowedValue"]].flat().map(String);
  return {
    code: "out-of-range",
    summary: `${where} must be ${listed(allowed, "or")}${found}`,
    remedy: suggestion(String(node.data), allowed) ?? `write one of them`,
  };
}

function forbiddenText(error: ErrorObject, where: string, found: string): Omit<Finding, "position"> {
  const annotated = error.parentSchema?.["diagnosticCode"];
  const code = isCode(annotated) ? annotated : "out-of-range";
  const rule = String(error.parentSchema?.["patternErrorMessage"]);
  const remedy = code === "reserved-name" ? "choose another name" : "correct the value";
  return { code, summary: `${where} is not acceptable${found}: ${rule}`, remedy };
}

function isCode(text: unknown): text is DiagnosticCode {
  return typeof text === "string" && Object.hasOwn(diagnosticCodes, text);
}

const SECRET_PLACES = new Set(["secrets", "password", "initialSecret"]);
const SHOWN_UNDER_AUTH = new Set(["user", "session"]);

/**
 * Whether a value may stand in a message: never below a key that takes secrets. A value of several lines is most
 * likely a quote that was never closed, and has swallowed what comes after it.
 */
function mayBeShown(path: readonly string[], node: YamlNode, source: SourceText): boolean {
  if (source.position(node.start).line !== source.position(Math.max(node.start, node.end - 1)).line) return false;
  const last = path.at(-1) ?? "";
  if (node.kind !== "scalar" || (last === "url" && holdsMore(node))) return false;
  if (path.includes("secrets") || path.includes("password")) return false;
  if (path.includes("auth")) return SHOWN_UNDER_AUTH.has(last);
  return !path.includes("initialSecret") || last === "generation" || last === "issueOn";
}

/** `managers.tokyo.agents[0].host` */
function shownPath(path: readonly string[]): string {
  if (path.length === 0) return "the document";
  const text = path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`));
  return quote(text.join("").replace(/^\./, ""));
}

/** The steps of a JSON pointer. */
export function pointer(text: string): string[] {
  const steps = text.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
