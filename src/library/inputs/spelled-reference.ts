import { type DiagnosticError, failure } from "../../model/diagnostic";

/** A source or sink as the desired state spells it: one key, the type, over its options. */
export type Spelled = Readonly<Record<string, unknown>>;

/** What a bare text after the colon stands for; the types that are not here need JSON. */
const bare: Readonly<Record<string, (text: string) => unknown>> = {
  env: (text) => text,
  file: (text) => text,
  exec: (text) => [text],
  vault: (text) => ({ path: text }),
};

const types = {
  source: ["env", "file", "exec", "sops", "age", "vault"],
  sink: ["file", "age", "exec", "vault"],
} as const;

/**
 * Reads a source or sink of the command line: `TYPE:TEXT` (`env:NAME`, `file:PATH`, `exec:PROGRAM`, `vault:PATH`), or
 * `TYPE:JSON` with the options that the desired state takes. Throws a `DiagnosticError` (`usage`) that does not repeat
 * the text: somebody may have typed a secret there.
 */
export function spelledReference(text: string, kind: keyof typeof types, option: string): Spelled {
  const [, type = "", rest = ""] = /^([a-z]+):(.+)$/s.exec(text) ?? [];
  const known: readonly string[] = types[kind];
  if (!known.includes(type)) throw notSpelled(kind, option);
  if (/^\s*[[{"]/.test(rest)) return { [type]: parseJson(rest, kind, option) };
  const options = bare[type];
  if (options === undefined) throw notSpelled(kind, option);
  return { [type]: options(rest) };
}

function parseJson(text: string, kind: keyof typeof types, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notSpelled(kind, option);
  }
}

function notSpelled(kind: keyof typeof types, option: string): DiagnosticError {
  const example =
    kind === "source"
      ? "env:NAME, file:PATH or exec:PROGRAM"
      : 'file:PATH, exec:PROGRAM or vault:PATH, or with options file:{"path":"PATH","format":"json"}';
  return failure({
    code: "usage",
    summary: `the value of ${option} is no ${kind}`,
    remedy: `write ${example}; the types are ${types[kind].join(", ")}, and JSON after the colon is as in the desired state`,
  });
}
