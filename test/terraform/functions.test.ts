import { callFunction } from "../../src/terraform/rpc/call-function";
import { decodeValue } from "../../src/terraform/values/decode-value";
import { encodeValue } from "../../src/terraform/values/encode-value";

const KEY = Buffer.alloc(32, 7).toString("base64");

async function call(name: string, ...args: readonly string[]) {
  const answer = (await callFunction({
    name,
    arguments: args.map((each) => ({ msgpack: encodeValue("string", each) })),
  })) as { result?: { msgpack: Uint8Array }; error?: { text: string; functionArgument?: number } };
  return { value: answer.result && decodeValue("string", answer.result.msgpack), error: answer.error };
}

describe("the function fingerprint", () => {
  test("gives one value one fingerprint, and another key, manager, name or value another one", async () => {
    const base = [KEY, "tokyo", "smtp.password", "s3cret"] as const;
    const { value } = await call("fingerprint", ...base);
    expect(value).toMatch(/^[\w-]{22}$/);
    expect((await call("fingerprint", `${KEY}\n`, ...base.slice(1))).value).toBe(value);
    for (const [index, other] of [
      Buffer.alloc(32, 8).toString("base64"),
      "osaka",
      "smtp.user",
      "s3cret2",
    ].entries()) {
      const changed = base.map((each, at) => (at === index ? other : each));
      expect((await call("fingerprint", ...changed)).value).not.toBe(value);
    }
  });

  test.each([
    ["an empty key", 0, ["", "tokyo", "a", "canary-4711"], "`state_key` is empty"],
    [
      "a key that is too short",
      0,
      ["canary-key", "tokyo", "a", "canary-4711"],
      "`state_key` does not hold 32 bytes in base64",
    ],
    ["no manager", 1, [KEY, "", "a", "canary-4711"], "a manager's name cannot be empty"],
    ["no name", 2, [KEY, "tokyo", "", "canary-4711"], "a secret's name cannot be empty"],
    ["no value", 3, [KEY, "tokyo", "a", ""], "a secret's value cannot be empty"],
  ])("refuses %s at its argument, and shows neither key nor value", async (_, index, args, text) => {
    const { error } = await call("fingerprint", ...args);
    expect(error).toEqual({ text: expect.stringContaining(text), functionArgument: index });
    expect(error?.text).not.toContain("canary");
    expect(error?.text).not.toContain(KEY);
  });
});
