import fc from "fast-check";
import { clientAddress, lowerManagerAddress, secretAddress } from "../../src/model/address";
import type { Change } from "../../src/model/change";
import type { Diagnostic } from "../../src/model/diagnostic";
import type { Plan } from "../../src/model/plan";
import { codeSpan } from "../../src/report/markdown/code-span";
import { foldText } from "../../src/report/markdown/fold";
import { MOST_CHARACTERS, markdownReport } from "../../src/report/markdown/markdown-report";
import { outputDocument } from "../../src/report/output-document";
import { markdownFaults } from "./markdown-check";
import { agentOperation, mixedPlan, outcomeOf, planOf, secretChange } from "./plans";

const reportOf = (plan: Plan, command = "plan") => markdownReport(outputDocument(command, 0, { plan }, []));

test("begins with the summary and the counts of each manager; the details come after them, folded", () => {
  const report = reportOf(mixedPlan);
  expect(report.split("\n").slice(0, 6)).toEqual([
    "### Plan: 2 to create, 1 to update, 1 to replace, 1 to delete, 1 to forget; 1 unknown, 1 blocked, 310 unchanged, 1 to adopt, 6 left alone. 5 requests.",
    "",
    "| manager | create | update | replace | delete | forget | adopt | unknown | blocked | requests |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    "| `tokyo` | 2 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 5 |",
    "",
  ]);
  expect(report.match(/<summary>.*?<\/summary>/g)).toEqual([
    "<summary>Changes (7)</summary>",
    "<summary>Unknown, and so left alone (1)</summary>",
    "<summary>Blocked until someone decides (1)</summary>",
    "<summary>Not pruned (6)</summary>",
    "<summary>Requests (5)</summary>",
  ]);
  expect(markdownFaults(report)).toEqual([]);
});

test("counts the managers without a row of their own together", () => {
  const changes = [...Array(53).keys()].map((number): Change => {
    const address = clientAddress(`m${String(number).padStart(2, "0")}`, "web");
    return { address, kind: "client", action: "create", reason: "missing" };
  });
  const rows = reportOf(planOf({ changes })).match(/^\|.*$/gm) ?? [];
  expect(rows.slice(-3)).toEqual(["| `m49` | 1 |", "| … and 3 more | 3 |", "| **all** | 53 |"]);
});

test("shows what is due for rotation, and why", () => {
  const vanished = { address: "tokyo/client/web", by: "rotate", vanished: ["file out/web"] } as const;
  const report = reportOf(planOf({ due: [vanished] }), "drift");
  expect(report).toContain("### Drift: 1 delivered secret no longer in place");
  expect(report).toContain("<summary>Due for rotation (1)</summary>");
  expect(report).toContain("the delivered secret is no longer at file out/web");
  expect(markdownFaults(report)).toEqual([]);
});

test("notes which managers were not asked", () => {
  const managers = ["a", "b", "c", "d", "e", "f", "g"];
  const report = reportOf(planOf({ not_asked: managers, summary: { unchanged: 3 } }));
  expect(report).toContain("### In sync by the state alone of 7 managers: 3 resources are as declared");
  expect(report).toContain(
    "**Note:** `from the state alone: a, b, c, d, e, … and 2 more were not asked (see the warnings)`",
  );
});

test("shows how many agents each selector matches", () => {
  const report = reportOf(planOf({ selectors: [{ address: "tokyo/agent", match: "web*", agents: 3 }] }));
  expect(report).toContain("<summary>Agents that selectors match (1)</summary>");
  expect(report).toContain('  tokyo/agent  match "web*": 3 agents\n');
  expect(markdownFaults(report)).toEqual([]);
});

test("shows changes as a diff, the sign first on the line", () => {
  const report = reportOf(planOf({ changes: [secretChange("-web", "+key", "delete", "undeclared")] }));
  expect(report).toContain("\n-         +key  ours, and no longer declared\n");
  // A name that begins with a sign is no change.
  expect(report).toContain("\n    immhost01/-web\n");
});

test("speaks of drift, of a destroy and of what became of a plan in their words", () => {
  expect(reportOf(mixedPlan, "drift")).toMatch(/^### Drift: /);
  expect(reportOf({ ...mixedPlan, mode: "destroy" }, "destroy")).toMatch(/^### Destroy: /);
  const changes = mixedPlan.changes.map(({ address, action }, index) => ({
    ...{ address, action },
    ...(index === 0
      ? { status: "failed" as const }
      : { status: "applied" as const, delivered_to: "file out" }),
  }));
  const outcome = outcomeOf(mixedPlan, { changes });
  const report = markdownReport(outputDocument("apply", 3, { outcome }, []));
  expect(report).toMatch(/^### Partly applied: .* 1 failed/);
  expect(report).toContain("**This run: partly applied, or partly unknown** (exit code 3)");
  expect(report).toContain("<details><summary>Delivered (6)</summary>");
  expect(report).toContain("<details open><summary>Failed (1)</summary>");
  expect(markdownFaults(report)).toEqual([]);
});

test("of a run that made no plan tells how it ended, with its errors unfolded", () => {
  const error: Diagnostic = { code: "no-input", severity: "error", summary: "no desired state was given" };
  const report = markdownReport(outputDocument("plan", 64, {}, [error]));
  expect(report).toMatch(
    /^### jp1im plan: wrong usage, or invalid input\n\n<details open><summary>Errors \(1\)/,
  );
  expect(markdownFaults(report)).toEqual([]);
});

test("a plan of a part says so before anything else", () => {
  const options = { managers: [], targets: ["tokyo/client/`x`"], refresh: false, secrets: false };
  const report = reportOf({ ...mixedPlan, options });
  expect(report).toContain("\n**Note:** `` only the targets tokyo/client/`x` ``\n");
  expect(markdownFaults(report)).toEqual([]);
});

describe("a fold", () => {
  const lines = [...Array(100).keys()].map((number) => `line ${number + 1}`);

  test("leaves out whole lines, and counts them", () => {
    const text = foldText({ title: "Changes (100)", lines }, 400);
    expect(text.length).toBeLessThanOrEqual(400);
    const shown = text.split("\n").filter((line) => /^line \d+$/.test(line));
    const hidden = Number(/… and (\d+) more lines/.exec(text)?.[1]);
    expect(shown).toEqual(lines.slice(0, shown.length));
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.length + hidden).toBe(100);
    expect(text.endsWith("\n```\n\n</details>\n")).toBe(true);
  });

  test("without room for even that is left out as a whole", () => {
    expect(foldText({ title: "Changes (100)", lines }, 40)).toBe("");
  });

  test("is fenced with more backticks than any line holds", () => {
    const text = foldText({ title: "Changes (1)", lines: ["`````", "</details>"] }, 1_000);
    expect(text).toContain("\n``````text\n`````\n</details>\n``````\n");
  });
});

test.each([
  ["web01", "`web01`"],
  ["`a|b`", "`` `a\\x7cb` ``"],
  ["a``b", "```a``b```"],
  ["<script>", "`<script>`"],
  [" a ", "`  a  `"],
  ["  ", "`  `"],
  ["a\nb\u202e", "`a\\x0ab\\u{202e}`"],
  ["", "(empty)"],
])("%j stands in a cell as %s", (name, span) => {
  expect(codeSpan(name)).toBe(span);
});

const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      "<script>alert(1)</script>",
      "`a|b`",
      "</details>",
      "```",
      "````diff",
      "@octocat",
      "#123",
      "a\n\n# b",
    ],
    ...[
      "![x](http://evil)",
      "[x](javascript:y)",
      "https://evil.example",
      "&lt;b&gt;",
      "| --- |",
      "<!--",
      "-->",
    ],
    ...[
      "~~~",
      "    ",
      "\\",
      "\\|",
      "a\u2028b",
      "\u202egnp.exe",
      "\ud800",
      "\u0000",
      "x".repeat(255),
      "`".repeat(255),
    ],
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc.string({ minLength: 1, maxLength: 60 }),
);
const action = fc.constantFrom<Change["action"]>("create", "update", "replace", "delete", "forget", "no-op");
const change = fc
  .tuple(hostile, hostile, hostile, action, fc.nat(2))
  .map(([manager, name, key, act, kind]): Change => {
    const common = { action: act, reason: "missing" } as const;
    if (kind === 0) return { kind: "client", address: clientAddress(manager, name), ...common };
    if (kind === 1) return { kind: "lower-manager", address: lowerManagerAddress(manager, name), ...common };
    return {
      kind: "secret",
      address: secretAddress(manager, { managerHost: key, host: name }, key),
      ...common,
    };
  });
const plans = fc
  .record({ changes: fc.array(change, { maxLength: 40 }), more: fc.nat(1_500), name: hostile, text: hostile })
  .map(({ changes, more, name, text }) => {
    const many = [...Array(more).keys()].map((number) =>
      secretChange(`${name}${number}`, `${text}${number}`, "create", "missing"),
    );
    const place = { address: `${name}/agent/a/b`, detail: text };
    return planOf({
      changes: [...changes, ...many],
      operations: [agentOperation(name, [text]), { ...agentOperation("a", [text]), manager: name }],
      unknown: [{ ...place, code: "manager-partial" }],
      blocked: changes.map(({ address }) => ({ address, code: "not-ours", detail: text, remedy: name })),
      kept: [{ address: `${name}/client`, reason: "not-ours", count: 9, names: [text, name] }],
      options: { managers: [name], targets: [text], refresh: true, secrets: false },
      diagnostics: changes.map(({ address }) => ({
        code: "policy-refused",
        severity: "error",
        summary: `${text}\n${name}`,
        address,
        remedy: text,
      })),
    });
  });

test("whatever things are called and however many there are, nothing gets out of its code and nothing is cut in two", () => {
  fc.assert(
    fc.property(plans, fc.boolean(), (plan, isApplied) => {
      const content = isApplied ? { outcome: outcomeOf(plan) } : { plan };
      const report = markdownReport(outputDocument("apply", 4, content, []));
      expect(markdownFaults(report)).toEqual([]);
      expect(report.length).toBeLessThanOrEqual(MOST_CHARACTERS);
      // Cut is told; nothing is left out without a word.
      for (const title of ["Requests (2)", "Unknown, and so left alone (1)"]) expect(report).toContain(title);
    }),
    { numRuns: 60 },
  );
});

test("a plan that is too long for a comment is cut where it says so", () => {
  const changes = [...Array(20_000).keys()].map((number) =>
    secretChange(`host-${number}`, `key-${number}-${"x".repeat(200)}`, "create", "missing"),
  );
  const error: Diagnostic = { code: "policy-refused", severity: "error", summary: "x".repeat(300) };
  const diagnostics = [...Array(500).keys()].map((number) => ({ ...error, remedy: `${number}` }));
  const report = reportOf(
    planOf({
      changes,
      diagnostics,
      blocked: changes
        .slice(0, 300)
        .map(({ address }, n) => ({ address, code: "not-ours", detail: `${n}${"y".repeat(300)}` })),
    }),
  );
  expect(report.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  expect(report).toMatch(/… and [\d,]+ more/);
  expect(markdownFaults(report)).toEqual([]);
});
