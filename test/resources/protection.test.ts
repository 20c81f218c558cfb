import { checkProtected } from "../../src/engine/plan/protect";
import { secretAddress } from "../../src/model/address";
import type { Change } from "../../src/model/change";
import type { DesiredManager } from "../../src/model/desired-state";
import { createProtection } from "../../src/resources/protection";

const DB01 = { managerHost: "immhost01", host: "db01" };
const oracle = secretAddress("tokyo", DB01, "oracle.password");

test.each([
  ["*/agent/*/db*/secret/oracle.*", "oracle.password", oracle],
  ["tokyo/agent/immhost01/db01", "oracle.password", oracle],
  ["tokyo/agent/immhost01", "oracle.password", oracle],
  ["tokyo/*", "oracle.password", oracle],
  ["*/client/prod-*", "prod-web", "tokyo/client/prod-web"],
  ["tokyo/initial-secret", undefined, "tokyo/initial-secret"],
  ["*/secret/a%2Fb", "a/b", secretAddress("tokyo", DB01, "a/b")],
  ["oracle.*", "oracle.password", oracle],
])("%s protects %s at %s", (pattern, name, address) => {
  expect(createProtection([pattern]).patternOf(name, () => address)).toBe(pattern);
});

test.each([
  ["osaka/*", "oracle.password", oracle],
  ["tokyo/agent/immhost01/db0", "oracle.password", oracle],
  ["*/agent/*/web*/secret/oracle.*", "oracle.password", oracle],
  ["tokyo/client/prod", "prod-web", "tokyo/client/prod-web"],
  ["*", undefined, "tokyo/initial-secret"],
  ["a?b", "a", "tokyo/client/a%2Fb"],
])("%s does not protect %s at %s", (pattern, name, address) => {
  expect(createProtection([pattern]).patternOf(name, () => address)).toBeUndefined();
});

test("no address is made where all patterns are of names", () => {
  const address = jest.fn(() => "tokyo/client/a");
  createProtection(["b"]).patternOf("a", address);
  expect(address).not.toHaveBeenCalled();
});

test.each([
  ["generation", ["policy-refused"]],
  ["requested", ["policy-refused"]],
  ["due", ["policy-refused"]],
  ["vanished", ["policy-refused"]],
  ["undelivered", []],
] as const)("a protected client that would be issued again because of %s is %j", (reason, codes) => {
  const manager = { name: "tokyo", policy: { protect: ["prod-*"] } } as unknown as DesiredManager;
  const change: Change = { address: "tokyo/client/prod-web", kind: "client", action: "replace", reason };
  expect(checkProtected([manager], [change]).map(({ code }) => code)).toEqual(codes);
});
