/** Imported before what it counts, it lets a test count what a run does with keys and values. */
jest.mock("node:crypto", () => {
  const actual = jest.requireActual("node:crypto");
  return { ...actual, hash: jest.fn(actual.hash), createCipheriv: jest.fn(actual.createCipheriv) };
});

jest.mock("../../src/state/log/fingerprint-body", () => {
  const actual = jest.requireActual("../../src/state/log/fingerprint-body");
  return { ...actual, mergeBodies: jest.fn(actual.mergeBodies) };
});

jest.mock("../../src/state/log/some-keys", () => {
  const actual = jest.requireActual("../../src/state/log/some-keys");
  return { ...actual, mergeBodiesFor: jest.fn(actual.mergeBodiesFor) };
});

jest.mock("../../src/api/decode", () => {
  const actual = jest.requireActual("../../src/api/decode");
  return { ...actual, readSecretKeys: jest.fn(actual.readSecretKeys) };
});

export {};
