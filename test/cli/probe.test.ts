import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Probed } from "../../src/index";
import { askedGapIds, gaps } from "../../src/model/gaps";
import { probeIntentText } from "../../src/report/probe-text";
import { outputFaults } from "../report/output-schema";
import { probing, run } from "./fake-library";

const folder = () => mkdtempSync(join(tmpdir(), "probe-"));
const ofProbed = (probed: Partial<Probed>) => ({
  library: { probe: async () => ({ isPartial: false, diagnostics: [], ...probed }) },
});
const CLEAN_UP = "probe -f a --manager tokyo --clean-up";
const PROBE = "probe -f a --manager tokyo --agent test01";

test("hands its options on, shows the differences first, and saves the report", async () => {
  const cwd = folder();
  const ran = await run(`${PROBE} --state st --skip sessions --auto-approve`, { cwd });
  expect(ran.calls).toMatchObject([
    {
      name: "probe",
      options: { files: ["a"], state: "st", manager: "tokyo", agent: "test01", skip: ["sessions"] },
    },
  ]);
  expect(ran.code).toBe(0);
  expect(ran.out).toMatchInlineSnapshot(`
"different   sessions      one
                          several?
                          assumed: yes
                          answered: 200, 500 KAJY68207-E
                          → give each a user

as assumed  wrong-method  405

not tried   empty-list    it might be everything

3 gaps of a manager 13-10: 1 different, 1 as assumed, 1 not tried.

Saved to probe.json, which holds no name, host or secret: please send it to the project's issues.
"
`);
  expect(ran.err).toMatchInlineSnapshot(`
"
A probe of tokyo (http://immhost01) makes these scratch objects, and removes them at its end:
  keys on the agent immhost01/test01:
    p.a
    p.0001 to p.0998, which fill the agent up to 1,000 keys for a moment
  clients:
    p.a
It tries to delete these names, which nothing has:
    p.invalid
It touches nothing else, no other agent. It sends about 150 requests, 500 at most.
"
`);
  expect(JSON.parse(readFileSync(join(cwd, "probe.json"), "utf8"))).toEqual(probing);
  // A second one replaces it.
  expect((await run(`${PROBE} --auto-approve`, { cwd })).code).toBe(0);
});

test("asks on a terminal, and does nothing without a yes", async () => {
  const cwd = folder();
  const terminal = { cwd, tty: true };
  const refused = await run(PROBE, { ...terminal, answer: "no" });
  expect(refused).toMatchObject({ code: 130, out: "" });
  expect(refused.err).toContain("Probe it? Only 'yes' is accepted");
  expect((await run(PROBE, { ...terminal, answer: "yes" })).code).toBe(0);
});

test("without a terminal it needs --auto-approve", async () => {
  const ran = await run(PROBE, { cwd: folder() });
  expect(ran).toMatchObject({ code: 64, calls: [] });
  expect(ran.err).toContain("give --auto-approve");
});

test("a file that is no report is not replaced, and nothing is asked", async () => {
  const cwd = folder();
  writeFileSync(join(cwd, "jp1im.yaml"), "apiVersion: jp1im/v1\n");
  const ran = await run(`${PROBE} --report jp1im.yaml --auto-approve`, { cwd });
  expect(ran).toMatchObject({ code: 1, calls: [] });
  expect(ran.err).toContain("probe-unwritable");
  const missing = await run(`${PROBE} --report no/such/probe.json --auto-approve`, { cwd });
  expect(missing).toMatchObject({ code: 1, calls: [] });
});

test.each([
  ["a backup of a state", { format: "jp1im-state", format_version: "1.0", lineage: "l", managers: {} }],
  ["the document of plan --output json", { format_version: "1.0", command: "plan", plan: {} }],
  ["a line of an audit trail", { format_version: "1.0", event: "run-started" }],
  ["the document of probe --output json", { format_version: "1.0", command: "probe", probe: probing }],
  ["a report with more in it", { ...probing, notes: [] }],
  ["a report with a gap that has more in it", { ...probing, probes: [{ ...probing.probes[0], note: 1 }] }],
  ["a report without gaps", { ...probing, probes: [] }],
])("%s is not replaced, neither before nor after the probe", async (_, document) => {
  const text = JSON.stringify(document);
  const before = folder();
  writeFileSync(join(before, "probe.json"), text);
  expect(await run(`${PROBE} --auto-approve`, { cwd: before })).toMatchObject({ code: 1, calls: [] });
  expect(readFileSync(join(before, "probe.json"), "utf8")).toBe(text);

  // Something else makes the file while the probe runs: what was found out is still shown.
  const cwd = folder();
  const probe = async () => {
    writeFileSync(join(cwd, "probe.json"), text);
    return { report: probing, isPartial: false, diagnostics: [] };
  };
  const after = await run(`${PROBE} --auto-approve`, { cwd, library: { probe } });
  expect(after).toMatchObject({ code: 1, err: expect.stringContaining("probe-unwritable") });
  expect(after.out).toContain("3 gaps of a manager 13-10");
  expect(after.out).not.toContain("Saved");
  expect(readFileSync(join(cwd, "probe.json"), "utf8")).toBe(text);
});

test("the JSON has the report, and the exit code is 3 where something is left or could not be asked", async () => {
  const cwd = folder();
  const report = { ...probing, probes: [...probing.probes] };
  const done = await run(`${PROBE} --auto-approve --output json`, { cwd, ...ofProbed({ report }) });
  expect(done.json()).toMatchObject({ command: "probe", exit_code: 0, probe: probing });
  expect(outputFaults(done.json())).toEqual([]);
  expect((await run(`${PROBE} --auto-approve`, { cwd, ...ofProbed({ report, isPartial: true }) })).code).toBe(
    3,
  );
  const diagnostics = [{ code: "probe-leftovers", severity: "error", summary: "left" }] as const;
  const left = await run(`${PROBE} --auto-approve`, { cwd, ...ofProbed({ report, diagnostics }) });
  expect(left).toMatchObject({ code: 3, err: expect.stringContaining("probe-leftovers") });
});

test("cleaning up needs no agent, names what it removes, and writes no report", async () => {
  const cwd = folder();
  const ran = await run(`${CLEAN_UP} --auto-approve`, { cwd });
  expect(ran).toMatchObject({ code: 0, out: "Removed the scratch objects of an earlier probe.\n" });
  expect(ran.err).toMatchInlineSnapshot(`
"
An earlier probe of tokyo (http://immhost01) did not end. These scratch objects of it are removed:
  keys on the agent immhost01/test01:
    q.a
    q.b
  clients:
    q.a
  whatever else begins with q is removed as well, if it appears meanwhile
"
`);
  expect(() => readFileSync(join(cwd, "probe.json"))).toThrow("ENOENT");
});

test("cleaning up asks first, and removes nothing without a yes", async () => {
  const cwd = folder();
  expect(await run(CLEAN_UP, { cwd })).toMatchObject({ code: 64, calls: [] });
  const refused = await run(CLEAN_UP, { cwd, tty: true, answer: "no" });
  expect(refused).toMatchObject({ code: 130, out: "" });
  expect(refused.err).toContain("Remove what was left? Only 'yes' is accepted");
  expect(refused.err).toContain("nothing was made or removed");
  expect(await run(CLEAN_UP, { cwd, tty: true, answer: "yes" })).toMatchObject({ code: 0 });
});

const leftovers = { code: "probe-leftovers", severity: "error", summary: "may carry it out" } as const;

test.each([
  [{}, 0, "No probe has left anything that is known here.\n"],
  [{ removed: 0 }, 0, "Nothing was left of an earlier probe.\n"],
  [{ removed: 0, diagnostics: [leftovers] }, 3, "Removed nothing of an earlier probe.\n"],
  [{ removed: 2, diagnostics: [leftovers] }, 3, "Removed the scratch objects of an earlier probe.\n"],
])("a clean-up that comes to %j ends with %i", async (probed, code, out) => {
  const ran = await run(`${CLEAN_UP} --auto-approve`, { cwd: folder(), ...ofProbed(probed) });
  expect(ran).toMatchObject({ code, out });
});

test("a thousand keys that were left are not all shown", async () => {
  const keys = Array.from({ length: 998 }, (_, index) => `q.${index}`);
  const agent = { host: "test01", managerHost: "immhost01" };
  const text = probeIntentText({
    ...{ manager: "tokyo", url: "http://immhost01" },
    leftovers: { agent, prefix: "q", keys, clients: [] },
  });
  expect(text).toContain("q.9\n    and 988 more\n");
  expect(text).not.toContain("q.10\n");
});

test("docs/probe.md has every gap with its question, and every difference with what it means", () => {
  const page = readFileSync(join(__dirname, "../../docs/probe.md"), "utf8").replaceAll(/\s+/g, " ");
  const lacking = Object.entries(gaps).filter(([id, gap]) => {
    const { chapter, question, asked, untried } = gap;
    const how = asked === undefined ? `not tried: ${untried}` : `asked: ${asked}`;
    return !page.includes(` - **\`${id}\`**, ${chapter}: ${question}? - ${how} `);
  });
  expect(lacking).toEqual([]);
  for (const id of askedGapIds) {
    for (const [answer, { isAssumed, meaning }] of Object.entries(gaps[id].answers)) {
      const entry = ` - \`${id}: ${answer}\`: ${meaning} `;
      expect([id, answer, page.includes(entry)]).toEqual([id, answer, !isAssumed]);
    }
  }
});
