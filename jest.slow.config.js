/** @type {import("jest").Config} The tests that `npm test` leaves out. */
module.exports = {
  ...require("./jest.config.js"),
  testMatch: ["<rootDir>/test/{cdktf,e2e,fuzz,pipelines}/**/*.test.ts", "<rootDir>/test/**/*.slow.test.ts"],
  globals: { DRAWN_PART: 1 },
  testPathIgnorePatterns: ["/node_modules/"],
};
