/** Strict readers of request bodies. They name fields and positions, never a value. */
import { isPrintableAscii } from "../model/limits";
import { refusal, statusRefusal } from "./answer";
import type { CallContext } from "./call";
import type { ErrorId } from "./messages";

/** Refuses with the call's own message, or with a plain 400 if the manual has none. */
export function invalid(messageId: ErrorId | undefined, detail: string): Error {
  return messageId === undefined ? statusRefusal(400, detail) : refusal(messageId, detail);
}

/** The fields of an object with every required key and no unknown one. */
export function readObject(
  value: unknown,
  messageId: ErrorId | undefined,
  required: readonly string[],
  optional: readonly string[] = [],
  ignoresOthers = false,
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(messageId, "an object is expected");
  }
  for (const key of required) {
    if (!Object.hasOwn(value, key)) throw invalid(messageId, `"${key}" is missing`);
  }
  for (const key of ignoresOthers ? [] : Object.keys(value)) {
    if (!required.includes(key) && !optional.includes(key))
      throw invalid(messageId, "there is an unknown key");
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The fields of a call's body. */
export function readBody(
  { body, world }: CallContext,
  messageId: ErrorId | undefined,
  required: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return readObject(body, messageId, required, optional, world.behaviours["unknown-key"] === "ignored");
}

export function readText(
  value: unknown,
  messageId: ErrorId | undefined,
  name: string,
  limit: { readonly min: number; readonly max: number },
): string {
  if (typeof value !== "string") throw invalid(messageId, `"${name}" is not a string`);
  if (value.length < limit.min || value.length > limit.max) {
    throw invalid(messageId, `"${name}" is not ${limit.min}-${limit.max} characters long`);
  }
  if (!isPrintableAscii(value))
    throw invalid(messageId, `"${name}" holds a character outside ASCII 0x20-0x7e`);
  return value;
}

/** A list of at least one item, in which no two have the same name unless `allowsTwice`. */
export function readList<T>(
  value: unknown,
  messageId: ErrorId | undefined,
  name: string,
  read: (item: unknown) => T,
  nameOf: (item: T) => string,
  allowsTwice = false,
): T[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw invalid(messageId, `"${name}" is not a list of at least one`);
  }
  const items = value.map(read);
  if (!allowsTwice && new Set(items.map(nameOf)).size < items.length) {
    throw invalid(messageId, `"${name}" names something twice`);
  }
  return items;
}
