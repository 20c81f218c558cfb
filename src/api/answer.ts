import { isUtf8 } from "node:buffer";
import { repeatsName } from "./duplicate-names";
import type { TransportReply } from "./transport";

/**
 * A 200 whose body is not the expected answer. Its reason names fields and types and never a value: an answer that is
 * malformed in one place may hold an issued secret in another.
 */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  /**
   * `partial`: well formed, but with warnings where only a full answer is useful. `failed`: the answer itself reports
   * that the call failed.
   */
  readonly kind: "malformed" | "partial" | "failed";
  readonly messageId: string | undefined;

  constructor(kind: AnswerError["kind"], reason: string, messageId?: string) {
    super(reason);
    this.kind = kind;
    this.messageId = messageId;
  }
}

export type JsonObject = { readonly [name: string]: unknown };

/**
 * The answer's JSON. Anything that is not JSON in UTF-8 under its own Content-Type, or that says a name twice in one
 * object, is an `AnswerError`.
 */
export function readJson(reply: TransportReply): unknown {
  requireJson(reply);
  if (!isUtf8(reply.body)) throw malformed("the answer holds bytes that are not UTF-8");
  const value = parse(reply.body);
  if (repeatsName(reply.body, value)) throw malformed("the answer holds the same name twice in one object");
  return value;
}

/** Throws unless the answer's headers declare JSON. */
export function requireJson(reply: TransportReply): void {
  if (reply.body.length === 0) throw malformed("the answer is empty, where JSON was expected");
  const encoding = reply.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw malformed("the answer is compressed, which was not requested");
  }
  const type = reply.headers["content-type"];
  if (type !== "application/json" && !isJsonType(type)) {
    throw malformed(`the answer is ${nameOfType(type)} of ${reply.body.length} bytes, not JSON in UTF-8`);
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // The parser's own message quotes the text, so it goes no further.
    throw malformed(`the answer of ${body.length} bytes is not JSON`);
  }
}

export function malformed(reason: string): AnswerError {
  return new AnswerError("malformed", reason);
}

export function asObject(value: unknown, where: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(where, value, "an object");
  return value as JsonObject;
}

export function asArray(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(where, value, "an array");
  return value;
}

export function asString(value: unknown, where: string): string {
  if (typeof value !== "string") throw wrong(where, value, "a string");
  return value;
}

export function asBoolean(value: unknown, where: string): boolean {
  if (typeof value !== "boolean") throw wrong(where, value, "true or false");
  return value;
}

const CONTROL = /\p{Cc}/u;

/** A string of `1..max` characters without control characters. Plans and logs show such names. */
export function asName(value: unknown, where: string, max: number): string {
  const name = asString(value, where);
  if (name === "") throw malformed(`${where} is empty`);
  if (name.length > max) throw malformed(`${where} has ${name.length} characters, more than ${max}`);
  if (CONTROL.test(name)) throw malformed(`${where} holds a control character`);
  return name;
}

/** Reads an array. Throws where two entries are the same. */
export function asDistinct(values: readonly string[], where: string): readonly string[] {
  const seen = new Set(values);
  if (seen.size === values.length) return values;
  const index = values.findIndex((value) => !seen.delete(value));
  throw malformed(`${where}[${index}] repeats an earlier entry`);
}

function wrong(where: string, value: unknown, expected: string): AnswerError {
  if (value === undefined) return malformed(`${where} is missing`);
  const actual = value === null ? "null" : Array.isArray(value) ? "an array" : `of type ${typeof value}`;
  return malformed(`${where} is ${actual}, not ${expected}`);
}

function isJsonType(type: string | string[] | undefined): boolean {
  return typeof type === "string" && /^application\/json\s*(;\s*charset="?utf-8"?\s*)?;?\s*$/i.test(type);
}

/** The media type, if it has the form of one. Messages do not repeat the rest of the header. */
function nameOfType(type: string | string[] | undefined): string {
  if (type === undefined) return "a body without Content-Type";
  const name = /^[a-z]{1,20}\/[a-z.+-]{1,40}(?=$|[\s;])/i.exec(String(type))?.[0].toLowerCase();
  return name === undefined
    ? "a body with an odd Content-Type"
    : `${/^[aeiou]/.test(name) ? "an" : "a"} ${name} body`;
}
