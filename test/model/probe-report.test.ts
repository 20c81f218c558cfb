import { isProbeReport } from "../../src/model/probe";
import { outputDocument } from "../../src/report/output-document";
import { probing } from "../cli/fake-library";
import { outputFaults } from "../report/output-schema";

const [first] = probing.probes;
const { id: _id, ...nameless } = first;

test.each([
  ["a report", probing, true],
  ["another format", { ...probing, format_version: "2.0" }, false],
  ["no version of jp1im", { format_version: "1.0", probes: probing.probes }, false],
  ["no gaps", { format_version: "1.0", jp1im: "0.1.0" }, false],
  ["a gap without an ID", { ...probing, probes: [nameless] }, false],
  ["an unknown result", { ...probing, probes: [{ ...first, result: "odd" }] }, false],
  ["an unknown field", { ...probing, more: 1 }, false],
])("%s is judged as the published schema judges it", (_, report, isReport) => {
  expect(isProbeReport(report)).toBe(isReport);
  const document = outputDocument("probe", 0, { probe: report as typeof probing }, []);
  expect(outputFaults(document).length === 0).toBe(isReport);
});

test.each([undefined, null, 1, "1.0", [], {}])("%j is no report", (value) => {
  expect(isProbeReport(value)).toBe(false);
});
