import { secretAddress } from "../../src/model/address";
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
