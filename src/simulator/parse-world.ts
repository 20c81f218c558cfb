import type { ErrorObject } from "ajv";
import { distance } from "fastest-levenshtein";
import { type Document, isMap, LineCounter, parseDocument } from "yaml";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { checkWorld, type WorldProblem } from "./check-world";
import type { WorldDefinition } from "./world-definition";
import { inWords, unescapePointer, worldErrors } from "./world-errors";

/**
 * Reads a world file: YAML 1.2, or JSON as `truth()` gives it. Throws a `DiagnosticError` with every diagnostic
 * (`simulator-world`), each with its line and column in `file`.
 */
export function parseWorld(text: string, file: string): WorldDefinition {
  // A stored world has megabytes of JSON: it is parsed fast, and by the slow parser only to locate an error.
  const quick = text.startsWith("{") ? parseJson(text) : undefined;
  if (quick !== undefined && worldErrors(quick).length === 0) {
    const definition = quick as WorldDefinition;
    if (checkWorld(definition).length === 0) return definition;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map(({ message, pos }) =>
    diagnostic(message.toLowerCase(), position(lines, file, pos[0])),
  );
  if (syntax.length > 0) throw new DiagnosticError(syntax);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const locate = (path: readonly string[], key: boolean) =>
    position(lines, file, offsetOf(document, path, key));
  const diagnostics = worldErrors(value)
    .filter(({ keyword }) => keyword !== "propertyNames")
    .map((error) => fromSchema(error, locate));
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  const definition = value as WorldDefinition;
  const problems = checkWorld(definition).map((problem) => fromProblem(problem, locate));
  if (problems.length > 0) throw new DiagnosticError(problems);
  return definition;
}

type Position = NonNullable<Diagnostic["position"]>;
type Locate = (path: readonly string[], key: boolean) => Position;

function fromSchema(error: ErrorObject, locate: Locate): Diagnostic {
  const path = error.instancePath.split("/").slice(1).map(unescapePointer);
  const unknown: unknown = error.params.additionalProperty;
  if (typeof unknown === "string") {
    const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
    const [nearest] = known.sort((a, b) => distance(a, unknown) - distance(b, unknown));
    const guess =
      nearest !== undefined && distance(nearest, unknown) <= 3 ? `did you mean "${nearest}"? ` : "";
    return diagnostic(
      `unknown key "${unknown}"`,
      locate([...path, unknown], true),
      `${guess}known here: ${known.join(", ")}`,
    );
  }
  // An invalid property name is an error of the mapping around it.
  const named = error.propertyName;
  const at = named === undefined ? locate(path, false) : locate([...path, named], true);
  return diagnostic(inWords(error), at, remedyOf(error));
}

function remedyOf({ keyword, params }: ErrorObject): string | undefined {
  if (keyword === "required") return `add "${params.missingProperty}"`;
  if (keyword === "type" && params.type === "string") return "put it into quotes";
  return undefined;
}

function fromProblem({ path, summary, remedy }: WorldProblem, locate: Locate): Diagnostic {
  return diagnostic(summary, locate(path, false), remedy);
}

function diagnostic(summary: string, at: Position, remedy?: string): Diagnostic {
  const fault = { code: "simulator-world", severity: "error", summary, position: at } as const;
  return remedy === undefined ? fault : { ...fault, remedy };
}

/** The offset of the value at `path`, or of its key; if there is none, of the nearest node around it. */
function offsetOf(document: Document, path: readonly string[], key: boolean): number {
  for (let length = path.length; length > 0; length -= 1) {
    const inner = path.slice(0, length);
    const parent = document.getIn(inner.slice(0, -1), true);
    const last = inner.at(-1);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => String(item.key) === last);
      const node = key || length < path.length ? pair?.key : (pair?.value ?? pair?.key);
      const range = rangeOf(node);
      if (range !== undefined) return range;
      continue;
    }
    const range = rangeOf(document.getIn(inner.map(toIndex), true));
    if (range !== undefined) return range;
  }
  return rangeOf(document.contents) ?? 0;
}

function rangeOf(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] } | null | undefined)?.range;
  return range?.[0];
}

function toIndex(segment: string): string | number {
  return /^\d+$/.test(segment) ? Number(segment) : segment;
}

function position(lines: LineCounter, file: string, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
