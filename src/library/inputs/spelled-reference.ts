import { type DiagnosticError, failure } from "../../model/diagnostic";
import { type ReferenceKind, referenceTypes } from "../../model/reference-types";

/** A source or sink in the form of the desired state: one key, the type, with its options. */
export type Spelled = Readonly<Record<string, unknown>>;

/**
 * Parses a source or sink of the command line: `TYPE:TEXT` (`env:NAME`, `file:PATH`, `exec:PROGRAM`, `vault:PATH`),
 * or `TYPE:JSON` with the options that the desired state takes. Throws a `DiagnosticError` (`usage`) that does not
 * repeat the text, which may be a secret.
 */
export function spelledReference(text: string, kind: ReferenceKind, option: string): Spelled {
  const [, type = "", rest = ""] = /^([a-z]+):(.+)$/s.exec(text) ?? [];
  const known = referenceTypes[kind].get(type);
  if (known === undefined) throw notSpelled(kind, option);
  if (/^\s*[[{"]/.test(rest)) return { [type]: parseJson(rest, kind, option) };
  if (known.shorthand === undefined) throw notSpelled(kind, option);
  return { [type]: known.shorthand(rest) };
}

function parseJson(text: string, kind: ReferenceKind, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notSpelled(kind, option);
  }
}

function notSpelled(kind: ReferenceKind, option: string): DiagnosticError {
  const example =
    kind === "source"
      ? "env:NAME, file:PATH or exec:PROGRAM"
      : 'file:PATH, exec:PROGRAM or vault:PATH, or with options file:{"path":"PATH","format":"json"}';
  return failure({
    code: "usage",
    summary: `the value of ${option} is no ${kind}`,
    remedy: `write ${example}; the types are ${[...referenceTypes[kind].keys()].join(", ")}, and JSON after the colon is as in the desired state`,
  });
}
