import { exitCodeOfDiagnostics, exitCodeOfOutcome, exitCodeOfPlan } from "../../src/cli/exit-code-of";
import type { Diagnostic } from "../../src/model/diagnostic";
import type { DiagnosticCode } from "../../src/model/diagnostic-codes";
import { diagnosticExitCodes } from "../../src/model/diagnostic-exit-codes";
import { ExitCode } from "../../src/model/exit-code";
import { outcomeOf, planOf, secretChange } from "../report/plans";

const errors = (...codes: DiagnosticCode[]): Diagnostic[] =>
  codes.map((code) => ({ code, severity: "error", summary: "s" }));
const open = (...codes: DiagnosticCode[]) => codes.map((code) => ({ address: "tokyo", code, detail: "d" }));
const changes = [
  secretChange("web01", "a", "create", "missing"),
  secretChange("web01", "b", "update", "changed"),
];
const outcome = (
  statuses: ("applied" | "failed" | "skipped")[],
  parts: Parameters<typeof outcomeOf>[1] = {},
  plan = planOf({ changes }),
) =>
  outcomeOf(plan, {
    changes: statuses.map((status) => ({ address: "x", action: "create", status })),
    ...parts,
  });

describe("diagnostics that stopped a run", () => {
  test.each([
    [["policy-refused"], ExitCode.policy],
    [["other-manager"], ExitCode.policy],
    [["plan-stale"], ExitCode.stale],
    [["state-locked"], ExitCode.locked],
    [["lock-lost"], ExitCode.locked],
    [["cancelled"], ExitCode.cancelled],
    [["manager-denied"], ExitCode.denied],
    [["manager-denied", "manager-denied"], ExitCode.denied],
    [["manager-denied", "manager-unreachable"], ExitCode.failure],
    [["manager-denied", "source-unresolved"], ExitCode.failure],
    [["yaml-syntax", "usage"], ExitCode.usage],
    [["exclusive-keys", "unknown-key"], ExitCode.usage],
    [["yaml-syntax", "state-corrupted"], ExitCode.failure],
    [["yaml-syntax", "policy-refused"], ExitCode.policy],
    [["internal", "cancelled"], ExitCode.failure],
    [["source-unresolved"], ExitCode.failure],
    [[], ExitCode.failure],
  ] as const)("%j end it with %d", (codes, expected) => {
    expect(exitCodeOfDiagnostics(errors(...codes))).toBe(expected);
  });

  test("count by their errors: a warning decides nothing", () => {
    const warning: Diagnostic = { code: "policy-refused", severity: "warning", summary: "s" };
    expect(exitCodeOfDiagnostics([warning, ...errors("yaml-syntax")])).toBe(ExitCode.usage);
  });

  test.each(Object.entries(diagnosticExitCodes))(
    "of %s alone end it with %d, as the table says",
    (code, expected) => {
      const exitCode = exitCodeOfDiagnostics(errors(code as DiagnosticCode));
      expect(exitCode).toBe(expected);
      expect([ExitCode.done, ExitCode.changes]).not.toContain(exitCode);
      // They alone say that something was done.
      expect(exitCode === ExitCode.partial).toBe(["audit-incomplete", "copy-incomplete"].includes(code));
    },
  );
});

describe("a plan", () => {
  test("in sync is 0, asked for detail or not", () => {
    expect(exitCodeOfPlan(planOf(), true)).toBe(ExitCode.done);
    expect(exitCodeOfPlan(planOf({ changes: [secretChange("w", "a", "no-op", "adopted")] }), true)).toBe(
      ExitCode.done,
    );
  });

  test("with changes is 2 only where detail is asked for", () => {
    expect(exitCodeOfPlan(planOf({ changes }), false)).toBe(ExitCode.done);
    expect(exitCodeOfPlan(planOf({ changes }), true)).toBe(ExitCode.changes);
    expect(exitCodeOfPlan(planOf({ changes: [secretChange("w", "a", "forget", "gone")] }), true)).toBe(
      ExitCode.changes,
    );
  });

  test("with anything unknown or blocked is 3, changes or not", () => {
    expect(exitCodeOfPlan(planOf({ unknown: open("manager-unreachable") }), true)).toBe(ExitCode.partial);
    expect(exitCodeOfPlan(planOf({ blocked: open("not-ours") }), false)).toBe(ExitCode.partial);
    expect(exitCodeOfPlan(planOf({ changes, blocked: open("not-ours") }), true)).toBe(ExitCode.partial);
  });

  test("of managers that all deny us is 7, and 3 as soon as anything is known", () => {
    const unknown = open("manager-denied", "manager-denied");
    expect(exitCodeOfPlan(planOf({ unknown }), true)).toBe(ExitCode.denied);
    expect(exitCodeOfPlan(planOf({ unknown, summary: { unchanged: 1 } }), true)).toBe(ExitCode.partial);
    expect(exitCodeOfPlan(planOf({ unknown, summary: { not_compared: 1 } }), true)).toBe(ExitCode.partial);
    expect(exitCodeOfPlan(planOf({ unknown, changes }), true)).toBe(ExitCode.partial);
    expect(exitCodeOfPlan(planOf({ unknown: open("manager-denied", "manager-timeout") }), true)).toBe(
      ExitCode.partial,
    );
  });

  test("that is refused is 4, whatever else is open", () => {
    const plan = planOf({ changes, unknown: open("manager-timeout"), diagnostics: errors("policy-refused") });
    expect(exitCodeOfPlan(plan, true)).toBe(ExitCode.policy);
  });

  test("with an error among its diagnostics is not a success", () => {
    expect(exitCodeOfPlan(planOf({ changes, diagnostics: errors("policy-refused") }), true)).toBe(
      ExitCode.policy,
    );
    expect(exitCodeOfPlan(planOf({ diagnostics: errors("source-unresolved") }), false)).toBe(
      ExitCode.failure,
    );
  });
});

describe("an outcome", () => {
  test("that is complete is 0", () => {
    expect(exitCodeOfOutcome(outcome(["applied", "applied"]))).toBe(ExitCode.done);
    expect(exitCodeOfOutcome(outcome([], {}, planOf()))).toBe(ExitCode.done);
  });

  test("of which a part failed or was skipped is 3", () => {
    expect(exitCodeOfOutcome(outcome(["applied", "failed"], { diagnostics: errors("manager-denied") }))).toBe(
      ExitCode.partial,
    );
    expect(exitCodeOfOutcome(outcome(["applied", "skipped"]))).toBe(ExitCode.partial);
    expect(exitCodeOfOutcome(outcome(["applied"], { diagnostics: errors("lock-lost") }))).toBe(
      ExitCode.partial,
    );
  });

  test("of which everything failed, and something may have been done all the same, is 3", () => {
    const parts = { diagnostics: errors("sink-unwritable"), carriedOut: 1 };
    expect(exitCodeOfOutcome(outcome(["failed", "skipped"], parts))).toBe(ExitCode.partial);
  });

  test("of which nothing was done is 1, or 7 where every failure was a denial", () => {
    expect(exitCodeOfOutcome(outcome(["failed", "skipped"], { diagnostics: errors("manager-failed") }))).toBe(
      ExitCode.failure,
    );
    expect(exitCodeOfOutcome(outcome(["failed"]))).toBe(ExitCode.failure);
    expect(exitCodeOfOutcome(outcome(["failed"], { diagnostics: errors("manager-denied") }))).toBe(
      ExitCode.denied,
    );
  });

  test("of a plan that was partly unknown is 3, whether something was applied or nothing had to be", () => {
    const plan = planOf({ changes, unknown: open("manager-partial") });
    expect(exitCodeOfOutcome(outcome(["applied", "applied"], {}, plan))).toBe(ExitCode.partial);
    expect(exitCodeOfOutcome(outcome([], {}, planOf({ unknown: open("manager-partial") })))).toBe(
      ExitCode.partial,
    );
    expect(exitCodeOfOutcome(outcome([], {}, planOf({ unknown: open("manager-denied") })))).toBe(
      ExitCode.denied,
    );
  });

  test("that was cancelled is 130, whatever was done", () => {
    expect(exitCodeOfOutcome(outcome(["applied", "skipped"], { cancelled: true }))).toBe(ExitCode.cancelled);
  });
});
