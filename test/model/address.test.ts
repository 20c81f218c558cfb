import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import {
  agentAddress,
  clientAddress,
  initialSecretAddress,
  isManagerName,
  isWithin,
  lowerManagerAddress,
  managerOf,
  parseAddress,
  secretAddress,
} from "../../src/model/address";

/** Names as the manager takes them: printable ASCII, here with more slashes and percent signs than usual. */
const name = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.oneof(
    fc.constantFrom("/", "%", "2", "5", "F"),
    fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  ),
});

test("every address is read back as what it was made of", () => {
  fc.assert(
    fc.property(name, name, name, name, (manager, host, managerHost, key) => {
      const agent = { host, managerHost };
      const round = [
        [initialSecretAddress(manager), { kind: "initial-secret", manager }],
        [clientAddress(manager, key), { kind: "client", manager, id: key }],
        [lowerManagerAddress(manager, host), { kind: "lower-manager", manager, host }],
        [agentAddress(manager, agent), { kind: "agent", manager, agent }],
        [secretAddress(manager, agent, key), { kind: "secret", manager, agent, key }],
      ] as const;
      for (const [address, addressed] of round) {
        expect(parseAddress(address)).toEqual(addressed);
        expect(managerOf(address)).toBe(manager);
      }
    }),
  );
});

test("two resources never share an address", () => {
  fc.assert(
    fc.property(fc.tuple(name, name, name, name), fc.tuple(name, name, name, name), (one, other) => {
      const address = ([manager, managerHost, host, key]: typeof one) =>
        secretAddress(manager, { managerHost, host }, key);
      expect(address(one) === address(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

test("a secret lies within its agent and its manager, and within no agent whose name only begins alike", () => {
  fc.assert(
    fc.property(name, name, name, name, (manager, host, managerHost, key) => {
      const secret = secretAddress(manager, { host, managerHost }, key);
      expect(isWithin(secret, agentAddress(manager, { host, managerHost }))).toBe(true);
      expect(isWithin(secret, secret)).toBe(true);
      expect(isWithin(secret, agentAddress(manager, { host: host.slice(0, -1) || "x!", managerHost }))).toBe(
        false,
      );
      expect(isWithin(agentAddress(manager, { host, managerHost }), secret)).toBe(false);
    }),
  );
});

test.each([
  "",
  "/",
  "tokyo/",
  "/client/app",
  "tokyo/client",
  "tokyo/client/",
  "tokyo/client/a/b",
  "tokyo/initial-secret/x",
  "tokyo/lower-manager",
  "tokyo/agent/immhost01",
  "tokyo/agent/immhost01/web01/secret",
  "tokyo/agent/immhost01/web01/secret/a/b",
  "tokyo/agent/immhost01/web01/key/a",
  "tokyo/client/a%2fb",
  "tokyo/client/100%",
  "tokyo/unknown/x",
])("%j is no address", (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test("a manager's name alone is an address", () => {
  expect(parseAddress("tokyo")).toEqual({ kind: "manager", manager: "tokyo" });
  expect(managerOf("tokyo")).toBe("tokyo");
  expect(isWithin("tokyo2/client/app", "tokyo")).toBe(false);
});

test("a manager's name follows the rule of the schema", () => {
  const { managerName } = readSchema().definitions;
  const ofSchema = (text: string) =>
    new RegExp(managerName.pattern).test(text) && text.length <= managerName.maxLength;
  const names = [
    "tokyo",
    "a",
    "0.b_c-d",
    "",
    "a b",
    "..",
    "-a",
    "a/b",
    "a\n",
    "x".repeat(100),
    "x".repeat(101),
  ];
  expect(names.map(isManagerName)).toEqual(names.map(ofSchema));
});

function readSchema() {
  return JSON.parse(readFileSync("schemas/desired-state.schema.json", "utf8"));
}
