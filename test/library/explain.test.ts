import { messages } from "../../src/api/messages";
import { explain } from "../../src/library/explain";
import { diagnosticCodes } from "../../src/model/diagnostic-codes";
import { ExitCode } from "../../src/model/exit-code";

test("every code of a diagnostic and every message that is known has an explanation", () => {
  expect(explain().map(({ code }) => code)).toEqual([
    ...Object.keys(diagnosticCodes),
    ...Object.keys(messages),
    ...Object.values(ExitCode).map(String),
  ]);
  for (const { code } of explain()) expect(explain(code)).toHaveLength(1);
});

test("a diagnostic is explained in the words of the page on errors", () => {
  expect(explain("manager-denied")).toMatchObject([
    {
      kind: "diagnostic",
      meaning: "a manager refused the credentials or the permission",
      cause: expect.stringContaining("JP1_Console_Admin"),
      remedy: expect.stringContaining("(docs/prerequisites.md#permissions)"),
      exit_code: 7,
    },
  ]);
});

test.each(["KAJY68205-E", "kajy68205-e", "KAJY68205", "[kajy68205-e]"])("a message is found as %s", (id) => {
  expect(explain(id)).toMatchObject([{ code: "KAJY68205-E", kind: "message" }]);
});

test("an exit code is explained in the words of its page", () => {
  expect(explain("64")).toEqual([
    {
      ...{ code: "64", kind: "exit-code", meaning: "wrong usage, or invalid input" },
      remedy: "fix the command line, or the place that the error points at",
    },
  ]);
  expect(explain("5")).toHaveLength(1);
});

test.each(["", "65", "no-such-code", "KAJY99999-E", "constructor"])("nothing explains %j", (code) => {
  expect(explain(code)).toEqual([]);
});
