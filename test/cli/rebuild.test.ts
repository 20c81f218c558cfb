import type { Rebuild, Rehearsed } from "../../src/index";
import type { Diagnostic } from "../../src/model/diagnostic";
import { rebuildText } from "../../src/report/rebuild-text";
import { markdownFaults } from "../report/markdown-check";
import { deferredChange, mixedPlan, outcomeOf, planOf } from "../report/plans";
import { rehearsing, run } from "./fake-library";

const REBUILD = "rebuild -f a.yaml --manager tokyo --replaces immhost01";

test("hands every option to the library, shows the plan, and reports", async () => {
  const ran = await run(`${REBUILD} --auto-approve --overwrite-sinks --parallelism 3 --lock-timeout 5m`);
  expect(ran.calls).toEqual([
    {
      name: "rebuild",
      options: {
        ...{ files: ["a.yaml"], manager: "tokyo", replaces: "immhost01", overwriteSinks: true },
        ...{ parallelism: 3, lockTimeoutMs: 300_000, approve: expect.any(Function) },
      },
    },
  ]);
  expect(ran.out).toContain("To rebuild the lost manager on the new one:");
  expect(ran.out).toContain("Rebuilt: tokyo on immhost99, in the place of immhost01.");
  expect(ran.out).toContain("tokyo/client/a  → file out/a");
});

test("asks on a terminal, and a no changes nothing", async () => {
  const ran = await run(REBUILD, { tty: true, answer: "no" });
  expect(ran.err).toContain("Rebuild it so?");
  expect(ran.err).toContain("the rebuild was not approved, and nothing was changed");
  expect(ran.code).toBe(130);
});

test("without a terminal it needs --auto-approve", async () => {
  const ran = await run(REBUILD);
  expect(ran).toMatchObject({ code: 64, out: "", calls: [] });
  expect(ran.err).toContain("[needs-approval]");
});

test.each([
  ["rebuild -f a.yaml --replaces immhost01 --auto-approve", "--manager is missing"],
  [`${REBUILD} --manager osaka --auto-approve`, "more than one --manager"],
  ["rebuild -f a.yaml --manager tokyo --auto-approve", "--replaces is missing"],
])("%s is refused before anything", async (line, words) => {
  const ran = await run(line);
  expect(ran).toMatchObject({ code: 64, calls: [] });
  expect(ran.err).toContain(words);
});

test("a rehearsal needs neither --replaces nor an approval, and says how the duration was computed", async () => {
  const ran = await run("rebuild -f a.yaml --manager tokyo --check");
  expect(ran.calls).toEqual([{ name: "rehearseRebuild", options: { files: ["a.yaml"], manager: "tokyo" } }]);
  expect(ran.out).toContain("Requests that a rebuild would send, in this order:");
  expect(ran.out).toContain(
    "about 12 s, for 400 requests to read and 210 to write, 10 at once, at 190 ms each, the median of",
  );
});

test.each<[string, Partial<Rehearsed>, number]>([
  ["nothing wrong", {}, 0],
  [
    "agents of lower managers still to be added",
    { plan: planOf({ deferred: [deferredChange("db01", "a")] }) },
    0,
  ],
  [
    "a lower manager that is down",
    { plan: planOf({ unknown: [{ address: "osaka/client/a", code: "manager-unreachable", detail: "d" }] }) },
    3,
  ],
  [
    "no permission anywhere",
    { plan: planOf({ unknown: [{ address: "osaka/client/a", code: "manager-denied", detail: "d" }] }) },
    7,
  ],
  [
    "a sink that cannot be written",
    { diagnostics: [{ code: "sink-unwritable", severity: "error", summary: "no" }] },
    1,
  ],
  [
    "a plan that the policy refuses",
    {
      plan: planOf({
        changes: mixedPlan.changes,
        diagnostics: [{ code: "policy-refused", severity: "error", summary: "too many" }],
      }),
    },
    4,
  ],
])("a rehearsal that finds %s", async (_title, own, code) => {
  const rehearsal = { ...rehearsing, manager: "tokyo", replaces: "immhost01" };
  const library = {
    rehearseRebuild: async () => ({ rehearsal, plan: planOf({}), diagnostics: [], ...own }),
  };
  const ran = await run("rebuild -f a.yaml --manager tokyo --check --output json", { library });
  expect([ran.code, ran.json().exit_code]).toEqual([code, code]);
  expect(ran.json()).toMatchObject({ rehearsal });
});

test("as Markdown both have what is left to a person unfolded, and the diagnostics as well", async () => {
  const rebuilt = await run(`${REBUILD} --auto-approve --output markdown`);
  expect(markdownFaults(rebuilt.out)).toEqual([]);
  expect(rebuilt.out).toContain("<details open><summary>How it went</summary>");
  expect(rebuilt.out).toContain("Rebuilt: tokyo on immhost99, in the place of immhost01.");

  const diagnostics: Diagnostic[] = [
    { code: "sink-unwritable", severity: "error", summary: "out/web: no <room>" },
  ];
  const rehearsal = { ...rehearsing, manager: "tokyo", replaces: "immhost01" };
  const library = { rehearseRebuild: async () => ({ rehearsal, diagnostics }) };
  const rehearsed = await run("rebuild -f a.yaml --manager tokyo --check --output markdown", { library });
  expect(rehearsed.code).toBe(1);
  expect(markdownFaults(rehearsed.out)).toEqual([]);
  expect(rehearsed.out).toContain("out/web: no <room>");
  expect(rehearsed.out).toContain("It could not be planned: the diagnostics say why.");
});

test("the report of a rehearsal is not one of a rebuild", async () => {
  const rehearsal = { ...rehearsing, manager: "tokyo", replaces: "immhost01" };
  const library = { rehearseRebuild: async () => ({ rehearsal, plan: mixedPlan, diagnostics: [] }) };
  const ran = await run("rebuild -f a.yaml --manager tokyo --check --output html", { library });
  expect(ran.out).toContain("<h1>Rehearsal of a rebuild, nothing was written: 2 to create");
});

test("a rebuild that waits for a client that is not ours names the import that it needs first", () => {
  const text = rebuildText({
    ...{ manager: "tokyo", host: "immhost99", replaces: "immhost01", begun_at: "2026-01-02T03:04:05Z" },
    ...{ resumed: false, finished: false, by_hand: [] },
    queued: [{ address: "tokyo/client/night shift", code: "not-ours" }],
  });
  expect(text).toContain(`
→ jp1im import 'tokyo/client/night shift'   takes over what is there already; or declare another ID
→ jp1im rebuild --manager tokyo --replaces immhost01   finishes it after that
`);
  expect(text).not.toContain("resumes with what is left");
});

test("an unfinished rebuild ends with 3, names what is queued, and how to go on", async () => {
  const plan = planOf({ unknown: [{ address: "tokyo/agent/o", code: "manager-failed", detail: "d" }] });
  const rebuild: Rebuild = {
    ...{ manager: "tokyo", host: "immhost99", replaces: "immhost01", begun_at: "2026-01-02T03:04:05Z" },
    ...{ resumed: true, finished: false },
    queued: [{ address: "tokyo/agent/o", code: "manager-failed" }],
    by_hand: [{ task: "register-hosts", items: [{ address: "tokyo/lower-manager/immhost-osaka" }] }],
  };
  const library = { rebuild: async () => ({ rebuild, outcome: outcomeOf(plan) }) };
  const ran = await run(`${REBUILD} --auto-approve`, { library });
  expect(ran.code).toBe(3);
  expect(ran.out).toContain(rebuildText(rebuild).replace("jp1im rebuild", "jp1im rebuild -f a.yaml"));
  expect(
    rebuildText(rebuild),
  ).toBe(`Not finished: the rebuild of tokyo on immhost99, begun 2026-01-02T03:04:05Z.

Queued for a later run:
  tokyo/agent/o  (manager-failed)

→ jp1im rebuild --manager tokyo --replaces immhost01   resumes with what is left

Left to do by hand:
  register these hosts in IM Configuration Management of the new manager; others are refused
    immhost-osaka
`);
});
