import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import { Limits } from "../../src/model/limits";
import { SecretValue } from "../../src/model/secret-value";

const VALUE = "open-sesame-42";
const secret = new SecretValue(VALUE);

test.each([
  ["String", () => String(secret)],
  ["a template literal", () => `${secret}`],
  ["JSON.stringify", () => JSON.stringify({ secret, list: [secret] })],
  ["util.inspect", () => inspect({ secret }, { depth: 9, showHidden: true })],
  [
    "Object.entries",
    () => JSON.stringify(Object.entries(secret)) + JSON.stringify(Object.getOwnPropertyNames(secret)),
  ],
  ["an error's cause", () => inspect(new Error("failed", { cause: secret }))],
  ["structuredClone", () => inspect(structuredClone({ secret }), { depth: 9, showHidden: true })],
  ["a message between threads", () => serialize({ secret }).toString("latin1")],
  ["a spread", () => JSON.stringify({ ...secret })],
  ["util.format", () => format("%s %o %O %j %d", secret, secret, secret, { secret }, secret)],
  [
    "util.inspect without custom inspection",
    () => inspect(secret, { customInspect: false, showHidden: true }),
  ],
  ["concatenation", () => ["a", secret].join(" ")],
  [
    "an error's message, stack and properties",
    () => inspect(Object.assign(new Error(`no ${secret}`), { secret })),
  ],
  [
    "an AggregateError",
    () => inspect(new AggregateError([new Error("one", { cause: { secret } })], "all"), { depth: 9 }),
  ],
  ["a Map", () => inspect(new Map([["key", secret]]))],
])("does not show itself in %s", (_, show) => {
  expect(show()).not.toContain(VALUE);
});

test("does not show itself in the message of a failed assertion", () => {
  const fail = () => expect({ secret }).toEqual({ secret: "something else" });
  expect(fail).toThrow();
  expect(fail).not.toThrow(VALUE);
});

test("gives its value to who asks for it by name", () => {
  expect(secret.reveal()).toBe(VALUE);
});

test.each([
  ["", "it is empty"],
  ["a".repeat(1025), "it has 1025 characters, the manager takes at most 1024"],
  ["umlaut ü", "it holds a character outside ASCII 0x20-0x7e"],
  ["two\nlines", "it has more than one line"],
  ["value\n", "it ends with a line end"],
  ["value\r\n", "it ends with a line end (CRLF)"],
  ["value\r", "it ends with a carriage return"],
  ["\ufeffvalue", "it begins with a byte-order mark"],
  ["\u007f", "it holds a character outside ASCII 0x20-0x7e"],
])("tells why %j would be refused, and nothing else about it", (value, reason) => {
  expect(new SecretValue(value).refusal(Limits.secretValue)).toBe(reason);
});

test.each([" ", "~", "a".repeat(1024), "007"])("accepts %j", (value) => {
  expect(new SecretValue(value).refusal(Limits.secretValue)).toBeUndefined();
});
