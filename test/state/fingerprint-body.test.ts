import { DiagnosticError } from "../../src/model/diagnostic";
import { mergeBodies } from "../../src/state/fingerprint-body";

test.each(["", "null", "[]", "{}", '{"set":{}}', '{"set":null,"unset":[]}', '{"set":{},"unset":"a"}', "{"])(
  "a body that this tool did not write is told as damage of the state: %s",
  (body) => {
    expect(() => mergeBodies([Buffer.from(body)])).toThrow(DiagnosticError);
  },
);

test("a fingerprint that is no text counts as one that is not known", () => {
  expect(mergeBodies([Buffer.from('{"set":{"a":1,"b":"f"},"unset":[2]}')])).toEqual(
    new Map([
      ["a", null],
      ["b", "f"],
    ]),
  );
});
