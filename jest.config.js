// These are loaded as one file each; jest runs no ES modules, which some are.
const packages =
  "(age-encryption/dist/index|ajv/dist/ajv|fast-check/lib/cjs/fast-check|undici/index|yaml/dist/index)\\.js$";
const modules = "(@actions|cronstrue)/.+\\.js$";
const transformer = "<rootDir>/test/transformer.js";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "<rootDir>/test/environment.ts",
  roots: ["<rootDir>/test"],
  // The end-to-end tests run the built package, and all that is temporary goes to one folder, which is removed.
  globalSetup: "<rootDir>/test/global-setup.ts",
  globalTeardown: "<rootDir>/test/global-teardown.ts",
  setupFilesAfterEnv: ["<rootDir>/test/every-test-asserts.ts"],
  testMatch: ["**/*.test.ts"],
  // What starts many processes, or works for long, is for `npm run test:slow`.
  testPathIgnorePatterns: ["/node_modules/", "/test/(cdktf|e2e|fuzz|pipelines)/", "\\.slow\\.test\\.ts$"],
  // Of many tries alike, in test/effort.ts.
  globals: { DRAWN_PART: 1 / 4 },
  // Sources import each other without an extension, except in dynamic imports, where Node wants one.
  moduleNameMapper: {
    // Random tests draw the same inputs each time, unless they are told otherwise.
    "^fast-check$": "<rootDir>/test/seeded-fast-check.ts",
    // They have entries for `import` alone.
    "^@actions/(expressions|workflow-parser)$": "<rootDir>/node_modules/@actions/$1/dist/index.js",
    "^@actions/expressions/(.+?)(?:\\.js)?$": "<rootDir>/node_modules/@actions/expressions/dist/$1.js",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  transform: { [`\\.ts$|/node_modules/(${packages}|${modules})`]: transformer },
  transformIgnorePatterns: [`/node_modules/(?!(${packages}|${modules}))`],
  // What hangs is found by it; a busy machine may be slow.
  testTimeout: 60000,
  maxWorkers: "100%",
};
