import fc from "fast-check";
import { DiagnosticError } from "../../src/model/diagnostic";
import { type AskedGapId, answersTo, askedGapIds } from "../../src/model/gaps";
import { likenessOf } from "../../src/simulator/like";

const report = (probes: readonly object[], version = "1.0") =>
  JSON.stringify({ format_version: version, jp1im: "0.1.0", probes });

test("what was seen is played, and what is not known is said", () => {
  const text = report([
    { id: "sessions", seen: "one" },
    { id: "secret-batch", seen: "other" },
    { id: "secret-order", seen: "__proto__" },
    { id: "secret-limit", reason: "the agent is full" },
    { id: "a gap of another version", seen: "yes" },
    ["no probe"],
  ]);
  expect(likenessOf(text, "probe.json")).toEqual({
    behaviours: { sessions: "one" },
    unplayable: ["secret-batch", "secret-order"],
  });
});

test.each([
  ["", "no JSON"],
  ["apiVersion: jp1im/v1", "YAML"],
  [JSON.stringify({ probe: JSON.parse(report([])) }), "the document of --output json"],
  [report([], "2.0"), "another format"],
  ["[]", "a list"],
])("what is no report is refused: %s (%s)", (text) => {
  expect(() => likenessOf(text, "probe.json")).toThrow("probe.json is no report of a probe in format 1.0");
});

test("whatever JSON a file holds, it is read or refused with a diagnostic", () => {
  const probes = fc.array(fc.record({ id: fc.constantFrom(...askedGapIds, "x"), seen: fc.anything() }));
  const anything = fc.oneof(fc.jsonValue(), fc.record({ format_version: fc.constant("1.0"), probes }));
  fc.assert(
    fc.property(anything, (value) => {
      const text = JSON.stringify(value, (_, each) => (typeof each === "bigint" ? String(each) : each));
      try {
        const { behaviours } = likenessOf(text, "probe.json");
        for (const [id, answer] of Object.entries(behaviours)) {
          expect(answersTo(id as AskedGapId)).toContain(answer);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(DiagnosticError);
      }
    }),
  );
});
