import { ExitCode } from "../../src/model/exit-code";
import { isPrintableAscii, isReservedClientId, Limits, refusedText } from "../../src/model/limits";

test("the limits are the manual's", () => {
  expect(Limits).toEqual({
    clientId: { min: 1, max: 280 },
    host: { min: 1, max: 255 },
    secretKey: { min: 1, max: 1024 },
    secretValue: { min: 1, max: 1024 },
    initialSecret: { min: 1, max: 1024 },
    user: { min: 1, max: 31 },
    passwordBytes: { min: 0, max: 32 },
    secretsPerAgent: 1000,
    agentsPerDelete: 200,
  });
});

test("a text is printable ASCII from the blank to the tilde", () => {
  for (let code = 0; code < 0x180; code++) {
    expect([code, isPrintableAscii(`a${String.fromCharCode(code)}b`)]).toEqual([
      code,
      code >= 0x20 && code <= 0x7e,
    ]);
  }
});

test.each([
  ["AGENT_web01", true],
  ["MANAGER_INTEGRATED_immhost01", true],
  ["MANAGER__INTEGRATED_immhost01", true],
  ["MANAGER_", true],
  ["agent_web01", false],
  ["MY_AGENT_1", false],
  ["AGENT", false],
])("whether %s belongs to agents and managers: %s", (id, reserved) => {
  expect(isReservedClientId(id)).toBe(reserved);
});

test("a text at the limit is accepted, and one beyond it is not", () => {
  expect(refusedText("x".repeat(280), Limits.clientId)).toBeUndefined();
  expect(refusedText("x".repeat(281), Limits.clientId)).toContain("281 characters");
});

test("the exit codes are those that the design names, each once", () => {
  expect(ExitCode).toEqual({
    done: 0,
    failure: 1,
    changes: 2,
    partial: 3,
    policy: 4,
    stale: 5,
    locked: 6,
    denied: 7,
    usage: 64,
    cancelled: 130,
  });
  expect(new Set(Object.values(ExitCode)).size).toBe(Object.keys(ExitCode).length);
});
