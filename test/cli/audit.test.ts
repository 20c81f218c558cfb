import type { AuditReport } from "../../src/model/audit";
import { additionText, auditText } from "../../src/report/audit-text";
import { plain } from "../../src/report/paint";
import { logFaults, outputFaults } from "../report/output-schema";
import { run } from "./fake-library";

const LAST = `sha256:${"0".repeat(64)}`;
const who = { user: "ops", host: "build-7" };
const report: AuditReport = {
  ...{ file: "audit.jsonl", lines: 20, chains: 1, last: LAST, intact: true, faults: [], notes: [] },
  runs: [
    {
      ...{ run: "r1", command: "apply", started: "2026-01-02T03:04:05.678Z", writes: 3, unknown: 1 },
      ...{
        ended: "2026-01-02T03:04:06.000Z",
        outcome: "partial",
        approval: "saved-plan",
        plan: `sha256:${"ab".repeat(32)}`,
      },
      who: { ...who, ci: { system: "gitlab-ci", actor: "sato" }, approved_by: "Tanaka" },
    },
    {
      ...{ run: "r2", command: "state rm", started: "2026-01-03T00:00:00.000Z", writes: 0, unknown: 0 },
      who,
    },
  ],
};

test("audit verify prints a line for each run, and the verdict", () => {
  expect(auditText(report, plain)).toBe(
    `STARTED               RUN  COMMAND   BY                APPROVED BY  PLAN          WRITES         OUTCOME
2026-01-02T03:04:05Z  r1   apply     sato (gitlab-ci)  Tanaka       abababababab  3 (1 unknown)  partial
2026-01-03T00:00:00Z  r2   state rm  ops@build-7       -            -             0              no end

audit.jsonl: 20 lines of 2 runs. The chain is unbroken.
last line: ${LAST}
The file alone does not show whether its last line was changed: give --expect the digest that was kept.
`,
  );
});

test("audit verify shows no name that could do anything to a terminal", () => {
  const [first] = report.runs;
  if (first === undefined) throw new Error("no run");
  const text = auditText({
    ...report,
    runs: [{ ...first, who: { ...who, approved_by: "\u001b[31m\u202eeve" } }],
  });
  expect(text).toContain("eve");
  expect(text).toMatch(/^[ -~\n]+$/);
});

test("audit verify of an empty trail says so", () => {
  const { last: _, ...rest } = report;
  expect(auditText({ ...rest, lines: 0, runs: [] }, plain)).toBe(
    "audit.jsonl: 0 lines of 0 runs. The chain is unbroken.\n",
  );
});

test("audit verify names the file, else the one of the desired state", async () => {
  const named = await run(`audit verify t.jsonl --expect ${"0".repeat(64)} --output json`);
  expect(named.calls).toMatchObject([
    { name: "verifyAudit", options: { files: [], trail: "t.jsonl", expected: LAST } },
  ]);
  expect(outputFaults(named.json())).toEqual([]);
  const declared = await run("audit verify -f a");
  expect(declared.calls).toMatchObject([{ name: "verifyAudit", options: { files: ["a"] } }]);
  expect(declared.code).toBe(0);
});

test.each([
  ["audit verify a b", "too many arguments"],
  ["audit verify a --expect sha256:12", "64 hexadecimal digits"],
  ["audit verify a --output xml", "Allowed choices are text, json"],
  ["audit verfy", "unknown command"],
])("%j is refused", async (line, why) => {
  const { code, err } = await run(line);
  expect({ code, err }).toEqual({ code: 64, err: expect.stringContaining(why) });
});

test("a run says what it added to its trail, last of all and not when it is quiet", async () => {
  const recorded = { trail: "audit.jsonl", lines: 7, last: LAST };
  const library = {
    apply: async (_: unknown, { report: tell }: { report: (event: object) => void }) => {
      tell({ type: "audit", ...recorded });
      return undefined;
    },
  };
  const loud = await run("apply -f a --auto-approve", { library } as never);
  expect(loud.err.endsWith(additionText(recorded))).toBe(true);
  expect((await run("apply -f a --auto-approve --quiet", { library } as never)).err).not.toContain(
    "Audit trail",
  );
  const logged = (await run("apply -f a --auto-approve --log-format json", { library } as never)).err;
  const entry = logged.split("\n").filter((line) => line.includes('"audit"'));
  expect(entry.map((line) => JSON.parse(line))).toMatchObject([
    { level: "info", type: "audit", ...recorded },
  ]);
  expect(entry.flatMap((line) => logFaults(JSON.parse(line)))).toEqual([]);
  const document = (await run("apply -f a --auto-approve --output json", { library } as never)).json();
  expect(document).toMatchObject({ recorded });
  expect(outputFaults(document)).toEqual([]);
});

test("--approved-by and --auto-approve reach the run", async () => {
  const seen: unknown[] = [];
  const library = {
    apply: async (_: unknown, { approval }: { approval: unknown }) => {
      seen.push(approval);
      return undefined;
    },
  };
  await run("apply -f a --auto-approve --approved-by Sato", { library } as never);
  expect(seen).toEqual([{ by: "Sato", isAsked: false }]);
});
