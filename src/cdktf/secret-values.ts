import { createHash } from "node:crypto";
import { Fn, type IResolvable, Token, Tokenization } from "cdktf";
import type { SecretInput, SecretSource } from "./props";

/** A reference that reaches the tool in an environment variable. */
export interface SecretVariable {
  readonly name: string;
  readonly value: string | IResolvable;
}

/** A secret prop in the document: a source, and the variable that carries a reference. */
export interface DocumentSecret {
  readonly source: SecretSource;
  readonly variable?: SecretVariable;
  /** The prop holds the secret itself, which no output repeats. */
  readonly literal?: true;
}

/** `path` identifies the secret in the desired state and is the same in every synth. */
export function documentSecret(input: SecretInput, path: readonly string[]): DocumentSecret {
  if (typeof input !== "string" && !Tokenization.isResolvable(input)) return { source: input };
  const name = variableName(path);
  const source = { env: name };
  if (!Token.isUnresolved(input)) return { source, literal: true };
  return { source, variable: { name, value: input } };
}

/**
 * A digest that Terraform computes over all references of one manager. It is nested as in HMAC, so that digests of
 * known values reveal nothing about others. With a public key, the digest can be compared with guesses.
 */
export function referenceDigest(key: string, variables: readonly SecretVariable[]): string {
  const sorted = [...variables].sort((a, b) => (a.name < b.name ? -1 : 1));
  const values = Object.fromEntries(sorted.map(({ name, value }) => [name, value]));
  const inner = Fn.sha256(Fn.jsonencode([key, values]));
  return Fn.sha256(Fn.jsonencode([key, inner]));
}

/** Readable, and unique by its last part. */
function variableName(path: readonly string[]): string {
  const words = path
    .join("_")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
  const digest = createHash("sha256").update(JSON.stringify(path)).digest("hex").slice(0, 8).toUpperCase();
  return `JP1IM_SECRET_${words}_${digest}`;
}
