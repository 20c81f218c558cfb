/** A state key as text: 32 bytes in base64. */
import { type DiagnosticError, failure } from "../model/diagnostic";
import { SecretValue } from "../model/secret-value";
import type { Random } from "../platform/random";

const KEY_BYTES = 32;
const KEY_SHAPE = /^[A-Za-z0-9+/]{43}=?$/;

/** Of the same 32 bytes. */
const OTHER_SPELLINGS: readonly (readonly [form: RegExp, why: string, remedy: string])[] = [
  [
    /^[0-9a-f]{64}$/i,
    "holds 32 bytes in hexadecimal, not in base64",
    "write them in base64: xxd -r -p | base64",
  ],
  [/^[\w-]{43}=?$/, "holds 32 bytes in the base64 of URLs", "write `+` for each `-`, and `/` for each `_`"],
  [/^(["'])[A-Za-z0-9+/]{43}=?\1$/, "holds a key in quotes", "remove the quotes"],
];

export function newKey(random: Random): SecretValue {
  return new SecretValue(random.bytes(KEY_BYTES).toString("base64"));
}

export function parseKey(text: string, where: string, { isNew = false } = {}): SecretValue {
  const trimmed = text.trim();
  if (KEY_SHAPE.test(trimmed)) return new SecretValue(trimmed);
  const spelling = OTHER_SPELLINGS.find(([form]) => form.test(trimmed));
  if (spelling !== undefined) throw unusable(`${where} ${spelling[1]}`, spelling[2]);
  throw unusable(
    trimmed === "" ? `${where} is empty` : `${where} does not hold ${KEY_BYTES} bytes in base64`,
    `${isNew ? "" : "give it the key that the state was written under; "}a new one is made by: openssl rand -base64 ${KEY_BYTES}`,
  );
}

export function unusable(summary: string, remedy: string, cause?: unknown): DiagnosticError {
  return failure({ code: "state-key", summary, remedy }, cause === undefined ? undefined : { cause });
}
