import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import type { Diagnostic } from "../../src/model/diagnostic";
import { ExitCode } from "../../src/model/exit-code";
import type { Plan } from "../../src/model/plan";
import { jsonText } from "../../src/report/json-text";
import { type OutputDocument, outputDocument } from "../../src/report/output-document";
import { mixedPlan, outcomeOf, planOf } from "./plans";

const schemas = join(__dirname, "..", "..", "schemas");
const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(schemas, name), "utf8"));
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false });
const isPlan = ajv.addSchema(read("plan.schema.json")).getSchema("plan.schema.json");
const isOutput = ajv.compile(read("output.schema.json"));
if (isPlan === undefined) throw new Error("plan.schema.json has lost its $id");

const diagnostic: Diagnostic = {
  code: "manager-failed",
  severity: "error",
  summary: "disk full",
  remedy: "make room",
  address: "tokyo/agent/immhost01/web01",
  position: { file: "a.yaml", line: 1, column: 2 },
};
const reread = (document: object): unknown => JSON.parse([...jsonText(document)].join(""));

test("what a second round found is in the document, although its plan is that of the outcome alone", () => {
  const found = { ...diagnostic, summary: "found in the second round" };
  const outcome = outcomeOf(planOf({ diagnostics: [diagnostic, found] }));
  const { diagnostics } = outputDocument(
    "apply",
    0,
    { plan: planOf({ diagnostics: [diagnostic] }), outcome },
    [],
  );
  expect(diagnostics).toEqual([diagnostic, found]);
});

test("the plan schema takes a plan of every kind of change, operation and diagnostic", () => {
  const operations: Plan["operations"] = [
    ...mixedPlan.operations,
    {
      id: "p",
      stage: 2,
      manager: "tokyo",
      type: "put-lower-manager",
      host: "o",
      issue_on: "osaka",
      registered: false,
    },
    { id: "d", stage: 6, manager: "tokyo", type: "delete-lower-managers", hosts: ["o"] },
  ];
  const plan = { ...mixedPlan, operations, diagnostics: [diagnostic] };
  isPlan(plan);
  expect(isPlan.errors).toBeNull();
});

test.each([
  ["a key that no plan has", { ...mixedPlan, secret: "s" }],
  ["a change with a value", { ...mixedPlan, changes: [{ ...mixedPlan.changes[0], value: "s" }] }],
  [
    "an operation of another type",
    { ...mixedPlan, operations: [{ id: "a", stage: 1, manager: "t", type: "reboot" }] },
  ],
  ["another format version", { ...mixedPlan, format_version: "9.0" }],
  ["a missing summary", { ...mixedPlan, summary: undefined }],
])("the plan schema refuses %s", (_title, plan) => {
  expect(isPlan(plan)).toBe(false);
});

test.each([
  ["a plan", outputDocument("plan", ExitCode.changes, { plan: mixedPlan }, [])],
  ["an outcome", outputDocument("apply", ExitCode.partial, { outcome: outcomeOf(mixedPlan) }, [diagnostic])],
  ["a failure", outputDocument("plan", ExitCode.usage, {}, [diagnostic])],
  ...[
    { in: "key-file", path: "/k" } as const,
    { in: "new-file", path: "/k" } as const,
    { in: "environment" } as const,
  ].map((key): [string, OutputDocument] => {
    const rekeyed = { location: "/s", already: false, key, kept: 2, unverified: 1 };
    return [
      `a rekey with its key in the ${key.in}`,
      outputDocument("state rekey", ExitCode.done, { rekeyed }, []),
    ];
  }),
  ...(["enrolled", "already", "failed"] as const).map((status): [string, OutputDocument] => {
    const enrolment = { url: "http://m", client_id: "a", status, delivered_to: "file a" };
    return [
      `an enrolment that ended as ${status}`,
      outputDocument("enroll", ExitCode.done, { enrolment }, []),
    ];
  }),
  [
    "an enrolment whose secret reached one of two sinks",
    outputDocument(
      "enroll",
      ExitCode.partial,
      {
        enrolment: {
          ...{ url: "http://m", client_id: "a", status: "failed", delivered_to: "file a and file b" },
          places: [
            { place: "file a", status: "delivered" },
            { place: "file b", status: "failed" },
          ],
        },
      },
      [],
    ),
  ],
  [
    "a rebuild",
    outputDocument(
      "rebuild",
      ExitCode.partial,
      {
        outcome: outcomeOf(mixedPlan),
        rebuild: {
          ...{ manager: "tokyo", host: "immhost99", replaces: "immhost01", begun_at: "2026-01-02T03:04:05Z" },
          ...{ resumed: false, finished: false },
          queued: [{ address: "tokyo/agent/o", code: "manager-failed" }, { address: "tokyo/client/a" }],
          by_hand: [
            { task: "hand-out-secrets", items: [{ address: "tokyo/client/a", place: "file out/a" }] },
            { task: "set-up-agents", items: [{ address: "tokyo/agent/immhost99/web01" }] },
          ],
        },
      },
      [],
    ),
  ],
  [
    "a rehearsal",
    outputDocument(
      "rebuild",
      ExitCode.done,
      {
        plan: mixedPlan,
        rehearsal: {
          ...{ manager: "tokyo", host: "immhost01", replaces: "immhost01", rehearsed: "before-the-loss" },
          ...{ sinks: 3, by_hand: [] },
          expected: { seconds: 12, reads: 400, writes: 210, parallelism: 10, median_read_ms: 190 },
        },
      },
      [],
    ),
  ],
  [
    "a validation",
    outputDocument(
      "validate",
      ExitCode.done,
      {
        validation: {
          managers: 1,
          resources: { "initial-secret": 0, client: 1, "lower-manager": 0, secret: 2, selector: 0 },
          diagnostics: [],
        },
      },
      [],
    ),
  ],
])("the output schema takes %s as it is written", (_title, document) => {
  const written = reread(document);
  isOutput(written);
  expect(isOutput.errors).toBeNull();
  expect(written).toEqual(JSON.parse(JSON.stringify(document)));
});

test("the output schema refuses a success that its exit code denies", () => {
  const failed = outputDocument("plan", ExitCode.failure, {}, []);
  expect(isOutput(failed)).toBe(true);
  expect(isOutput({ ...failed, success: true })).toBe(false);
  expect(isOutput({ ...failed, exit_code: 0 })).toBe(false);
});

test("success is exactly an exit code of 0 or 2", () => {
  const successful = Object.values(ExitCode).filter((code) => outputDocument("plan", code, {}, []).success);
  expect(successful).toEqual([0, 2]);
});

test("an outcome's plan and diagnostics stand at the top level, once", () => {
  const plan = planOf({ diagnostics: [diagnostic] });
  const outcome = outcomeOf(plan, { diagnostics: [diagnostic, { ...diagnostic, address: "b" }] });
  // What was shown last is the plan of the last round; the outcome's is of all.
  const shown = planOf();
  const document = outputDocument("apply", ExitCode.partial, { plan: shown, outcome }, [diagnostic]);
  expect(document.plan).toBe(plan);
  const parts = ["cancelled", "changes", "further_plan_due", "summary"];
  expect(Object.keys(document.outcome ?? {}).sort()).toEqual(parts);
  expect(document.diagnostics.map(({ address }) => address)).toEqual([diagnostic.address, "b"]);
});

test("a long list is written one element a line, in pieces", () => {
  const pieces = [...jsonText(outputDocument("plan", ExitCode.done, { plan: mixedPlan }, []))];
  const lines = pieces.join("").split("\n");
  expect(lines.filter((line) => line.startsWith('      {"address":"tokyo/'))).toHaveLength(11);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(1000);
});

test.each(["plan.schema.json", "output.schema.json", "audit.schema.json"])(
  "every property of %s is described",
  (name) => {
    const missing: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      const {
        properties,
        if: _condition,
        then: _then,
        else: _else,
        ...rest
      } = node as Record<string, unknown>;
      for (const [key, value] of Object.entries(
        (properties ?? {}) as Record<string, { description?: string }>,
      )) {
        if (!value.description) missing.push(`${path}.${key}`);
        visit(value, `${path}.${key}`);
      }
      for (const [key, value] of Object.entries(rest)) visit(value, `${path}.${key}`);
    };
    visit(read(name), "");
    expect(missing).toEqual([]);
  },
);
