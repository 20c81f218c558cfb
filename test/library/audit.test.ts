import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  apply,
  applySavedPlan,
  doctor,
  type Outcome,
  parsePlan,
  removeFromState,
  serialisePlan,
  verifyAudit,
} from "../../src/index";
import { actorOf } from "../../src/library/audit/actor";
import { FileTrail } from "../../src/library/audit/file-trail";
import { type ChainEnd, linkLine } from "../../src/library/audit/line";
import { readDesired } from "../../src/library/inputs/inputs";
import { reconcile } from "../../src/library/reconcile";
import { DiagnosticError } from "../../src/model/diagnostic";
import { auditFaults } from "../report/output-schema";
import { HOME, type Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";
import { bothRig, bothYaml } from "../watch/watched";

const TRAIL = `${HOME}/audit.jsonl`;
const tokyo = {
  clients: [{ id: "web", deliverTo: { file: "out/web.secret" } }],
  agents: [{ host: "web01", secrets: { "smtp.password": { env: "SMTP" } } }],
};
const yaml = (more: object) => JSON.stringify({ ...JSON.parse(tokyoYaml(tokyo)), ...more });

let rig: Rig;

beforeEach(async () => {
  rig = await tokyoRig(tokyo);
  rig.env.SMTP = "smtp-secret-1";
  await rig.write("jp1im.yaml", yaml({ audit: { file: "audit.jsonl" } }));
});

const lines = (path = TRAIL) =>
  (rig.files.peek(path)?.toString("utf8") ?? "")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const events = () =>
  lines().map(({ event, outcome, approval }) => [event, outcome ?? approval].filter(Boolean).join(" "));

async function verified(expected?: string) {
  return (await verifyAudit({ files: ["jp1im.yaml"], expected }, rig.platform())).audit;
}

async function codesOf(run: Promise<unknown>): Promise<readonly string[]> {
  const error = await run.then(
    () => undefined,
    (thrown) => thrown,
  );
  return error instanceof DiagnosticError
    ? error.diagnostics.flatMap(({ severity, code }) => (severity === "error" ? [code] : []))
    : [String(error)];
}

test("an apply leaves a line for its beginning, its plan, both ends of each write, and its end", async () => {
  await rig.apply();
  expect(events()).toEqual([
    "run-started",
    "plan automatic",
    "write-started",
    "write-ended done",
    "write-started",
    "write-ended done",
    "run-ended done",
  ]);
  expect(lines().flatMap(auditFaults)).toEqual([]);
  const [agent, client] = lines().filter(({ event }) => event === "write-started");
  expect(agent).toMatchObject({
    ...{ write: 1, manager: "tokyo", method: "POST", path: "/im/api/v1/agents/secrets/change" },
    addresses: ["tokyo/agent/immhost01/web01/secret/smtp.password"],
    who: { user: "ops", host: "build-7" },
  });
  expect(client).toMatchObject({
    path: "/im/api/v1/secret/client/generateInfo",
    addresses: ["tokyo/client/web"],
  });
  expect(agent.plan).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(rig.files.peek(TRAIL)?.toString()).not.toContain("smtp-secret-1");
  expect((await rig.files.stat(TRAIL)).mode).toBe(0o600);
  expect(rig.events.filter(({ type }) => type === "audit")).toMatchObject([
    { trail: "audit.jsonl", lines: 7 },
  ]);
});

test("each line has the SHA-256 of the bytes of the line before it", async () => {
  await rig.apply();
  await rig.apply();
  const texts = (rig.files.peek(TRAIL)?.toString("utf8") ?? "").split("\n").slice(0, -1);
  const digests = texts.map((text) => `sha256:${createHash("sha256").update(text).digest("hex")}`);
  expect(lines().map(({ previous }) => previous)).toEqual([null, ...digests.slice(0, -1)]);
  expect(lines().map(({ line }) => line)).toEqual(texts.map((_, index) => index + 1));
  expect(await verified(digests[2])).toMatchObject({ intact: true, chains: 1, last: digests.at(-1) });
});

test("without an audit trail no file is made, and nothing is reported of one", async () => {
  await rig.write("jp1im.yaml", yaml({}));
  await rig.apply();
  expect(rig.files.paths().filter((path) => path.includes("audit"))).toEqual([]);
  expect(rig.events.some(({ type }) => type === "audit")).toBe(false);
});

test("a plan is no run that can write, and leaves no line", async () => {
  await rig.plan();
  expect(rig.files.peek(TRAIL)).toBeUndefined();
});

test("a plan that is not approved is recorded as declined, and nothing is written", async () => {
  await expect(rig.apply({ approve: async () => false })).rejects.toThrow("not approved");
  expect(events()).toEqual(["run-started", "plan automatic", "run-ended not-approved"]);
  expect(lines()[1]).toMatchObject({ approved: false });
  expect(rig.takeWrites()).toEqual([]);
});

test("a run that cannot write the trail does not begin", async () => {
  rig.files.onCall = ({ name, path }) => (name === "write" && path === TRAIL ? "ENOSPC" : undefined);
  expect(await codesOf(rig.apply())).toEqual(["audit-unwritable"]);
  expect(rig.simulation.requests()).toEqual([]);
});

test.each([
  ["a folder", async () => rig.files.makeFolder(TRAIL), "it is a folder"],
  ["another file", async () => rig.write("audit.jsonl", "notes\n"), "something else than an audit trail"],
])("%s in the place of the trail stops the run with the way out", async (_, make, why) => {
  await make();
  await expect(rig.apply()).rejects.toThrow(why);
  expect(rig.simulation.requests()).toEqual([]);
});

test("once the trail cannot be written no further write is sent, and the run is partial", async () => {
  let writes = 0;
  // The lines of the beginning, the plan, and both ends of the first write.
  rig.files.onCall = ({ name, path }) =>
    name === "write" && path === TRAIL && ++writes > 4 ? "ENOSPC" : undefined;
  const outcome = await rig.apply();
  expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web01 +smtp.password"]);
  expect(outcome.summary).toMatchObject({ applied: 1, failed: 1, carried_out: 1, requests: 1 });
  expect(codesIn(outcome)).toEqual(["audit-incomplete", "audit-unwritable"]);
  // The end of the trail shows that the run did not record its end.
  expect(await verified()).toMatchObject({ intact: true, runs: [{ writes: 1, unknown: 0 }] });
  rig.files.onCall = () => undefined;
  await rig.apply();
  expect(rig.takeWrites()).toEqual(["tokyo secret/client/generateInfo web"]);
});

test("a run that loses its lock while it writes the line of a write does not send that write", async () => {
  const lock = `${HOME}/.jp1im/managers/tokyo/lock`;
  let writes = 0;
  rig.files.onCall = ({ name, path }) => {
    // After the lines of the beginning and of the plan.
    if (name === "write" && path === TRAIL && ++writes === 3) rig.files.place(lock, "another run's");
    return undefined;
  };
  const outcome = await rig.apply();
  expect(rig.takeWrites()).toEqual([]);
  expect(outcome.summary).toMatchObject({ applied: 0, carried_out: 0, requests: 0 });
  expect(codesIn(outcome)).toContain("lock-lost");
  expect(lines().find(({ event }) => event === "write-ended")).toMatchObject({
    outcome: "not-sent",
    code: "lock-lost",
  });
});

test("an outcome that could not be recorded at once is recorded with the end of the run", async () => {
  let writes = 0;
  rig.files.onCall = ({ name, path }) =>
    name === "write" && path === TRAIL && ++writes === 4 ? "ENOSPC" : undefined;
  const outcome = await rig.apply();
  expect(codesIn(outcome)).toEqual(["audit-unwritable"]);
  expect(events()).toEqual([
    "run-started",
    "plan automatic",
    "write-started",
    "write-ended done",
    "run-ended partial",
  ]);
});

test("a write whose answer is lost is recorded as unknown", async () => {
  rig.simulation.faults.add({
    path: "agents/secrets/change",
    times: 1,
    effect: { type: "drop", when: "after" },
  });
  await rig.apply();
  expect(events()).toContain("write-ended unknown");
  expect((await verified()).runs).toMatchObject([{ unknown: 1, outcome: "done" }]);
});

test("half of a line that a killed run left is kept, named, and not called tampering", async () => {
  await rig.apply();
  const whole = rig.files.peek(TRAIL) ?? Buffer.alloc(0);
  rig.files.place(TRAIL, Buffer.concat([whole, whole.subarray(0, 57)]));
  expect((await verified()).notes).toMatchObject([
    { line: 8, detail: expect.stringContaining("not finished") },
  ]);
  await rig.apply();
  const report = await verified();
  expect(report).toMatchObject({ intact: true, faults: [] });
  expect(report.notes).toMatchObject([{ line: 8, detail: expect.stringContaining("as line 9 says") }]);
});

test("a last line without a line end is named, and not called tampering", async () => {
  await rig.apply();
  rig.files.place(TRAIL, rig.files.peek(TRAIL)?.subarray(0, -1) ?? "");
  expect(await verified()).toMatchObject({
    intact: true,
    notes: [{ line: 7, detail: expect.stringContaining("has no line end") }],
  });
});

test("the first line that was never finished begins no second chain", async () => {
  rig.files.place(TRAIL, '{"format_version":"1.0","ch');
  await rig.apply();
  expect(await verified()).toMatchObject({ intact: true, chains: 1, lines: 9 });
});

test("two runs that take turns in one file make one chain", async () => {
  const trails = [1, 2].map(() => new FileTrail(TRAIL, "apply", rig.platform()));
  const record = {
    time: "2030-01-01T00:00:00.000Z",
    run: "r1",
    command: "apply",
    who: { user: "u", host: "h" },
  };
  for (const trail of [...trails, ...trails])
    await trail.append([{ ...record, event: "run-ended", outcome: "done" }]);
  expect(await verified()).toMatchObject({ intact: true, chains: 1, lines: 4 });
});

test("runs on one file at the same time make one chain", async () => {
  rig = await bothRig();
  await rig.write(
    "jp1im.yaml",
    JSON.stringify({ ...JSON.parse(bothYaml()), audit: { file: "audit.jsonl" } }),
  );
  await Promise.all(["tokyo", "osaka"].map((manager) => rig.apply({ managers: [manager] })));
  const report = await verified();
  expect(report).toMatchObject({ intact: true, chains: 1, faults: [] });
  expect(report.runs).toMatchObject([{ outcome: "done" }, { outcome: "done" }]);
  expect(rig.files.paths().filter((path) => path.includes("audit.jsonl.lock"))).toEqual([]);
});

test.each<[string, (lines: string[]) => void, string]>([
  ["a changed line", (all) => change(all, 2, "web01", "web02"), "line 4 does not match"],
  ["a removed line", (all) => all.splice(3, 1), "number 4 is missing"],
  ["removed lines", (all) => all.splice(2, 3), "numbers 3 to 5 are missing"],
  ["a removed beginning", (all) => all.splice(0, 2), "what came before it is missing"],
  ["an inserted line", (all) => all.splice(3, 0, all[1] ?? ""), "was inserted or moved"],
  ["lines in another order", (all) => all.splice(2, 2, all[3] ?? "", all[2] ?? ""), "was inserted or moved"],
  ["a line of another trail", (all) => change(all, 3, /"chain":"\w+"/, '"chain":"f00"'), "another chain"],
  ["a line that is none", (all) => all.splice(3, 0, "nothing"), "is not a line of an audit trail"],
  ["a last line that is none", (all) => all.push("nothing"), "is not a line of an audit trail"],
  ["a header before a line", (all) => change(all, 3, "{", "<134>1 {"), "is not a line of an audit trail"],
  ["a changed line end", (all) => change(all, 3, /$/, "\r"), "line 5 does not match"],
])("%s is found", async (_, tamper, found) => {
  await rig.apply();
  const all = (rig.files.peek(TRAIL)?.toString("utf8") ?? "").split("\n").slice(0, -1);
  tamper(all);
  rig.files.place(TRAIL, `${all.join("\n")}\n`);
  const { audit, diagnostics } = await verifyAudit({ files: [], trail: "audit.jsonl" }, rig.platform());
  expect(audit.intact).toBe(false);
  expect(diagnostics.map(({ summary }) => summary).join("\n")).toContain(found);
});

test.each<[string, number]>([
  ["before its first line", 0],
  ["between its lines", 3],
  ["behind its last line", 7],
])(
  "runs with a chain of their own are found in a file's trail %s, whatever digest is expected",
  async (_, at) => {
    await rig.apply();
    const { last } = await verified();
    const all = (rig.files.peek(TRAIL)?.toString("utf8") ?? "").split("\n").slice(0, -1);
    const record = { ...JSON.parse(all.at(-1) ?? ""), run: "f00" };
    let end: ChainEnd = { chain: "f00", line: 0, digest: null };
    const forged = ["run-started", "run-ended"].map((event) => {
      const { format_version: _version, chain: _chain, line: _line, previous: _previous, ...rest } = record;
      const linked = linkLine(end, { ...rest, event });
      end = linked.end;
      return linked.text;
    });
    all.splice(at, 0, ...forged);
    rig.files.place(TRAIL, `${all.join("\n")}\n`);
    const report = await verified(last);
    expect(report.intact).toBe(false);
    expect(report.faults.map(({ line }) => line)).toEqual([at + 1, at + 2]);
    expect(report.faults[0]?.detail).toContain("another chain");
  },
);

test("a trail in a file does not continue one that a program filled", async () => {
  await rig.apply();
  const all = lines().map((line) => ({ ...line, chain: line.run }));
  rig.files.place(TRAIL, `${all.map((line) => JSON.stringify(line)).join("\n")}\n`);
  await expect(rig.apply()).rejects.toThrow("each run in it has a chain of its own");
});

function change(all: string[], index: number, from: string | RegExp, to: string): void {
  all[index] = (all[index] ?? "").replace(from, to);
}

test("a cut-off end shows as a run without an end, and for certain by a digest that was kept", async () => {
  await rig.apply();
  const { last = "" } = await verified();
  const all = rig.files.peek(TRAIL)?.toString("utf8") ?? "";
  rig.files.place(TRAIL, all.split("\n").slice(0, -3).join("\n").concat("\n"));
  const cut = await verified(last);
  expect(cut.notes.map(({ detail }) => detail).join()).toContain("has no end");
  expect(cut).toMatchObject({ intact: false, faults: [{ detail: expect.stringContaining("cut off") }] });
});

test("a copy whose line ends were converted says so once, and its lines still prove each other", async () => {
  await rig.apply();
  const { last } = await verified();
  const all = rig.files.peek(TRAIL)?.toString("utf8") ?? "";
  rig.files.place(TRAIL, all.replaceAll("\n", "\r\n"));
  const copy = await verified(last);
  expect(copy).toMatchObject({ intact: true, last });
  expect(copy.notes.map(({ detail }) => detail).filter((detail) => detail.includes("CR LF"))).toHaveLength(1);
  rig.files.place(TRAIL, all.replaceAll("\n", "\r\n").replace('"web"', '"wob"').replace("web", "wob"));
  expect((await verified(last)).intact).toBe(false);
});

test("a command on the state is recorded with its addresses, also where --state names its place", async () => {
  await rig.apply();
  await removeFromState({ files: ["jp1im.yaml"], state: ".jp1im" }, ["tokyo/client/web"], rig.platform());
  expect(lines().slice(-2)).toMatchObject([
    { command: "state rm", event: "run-started" },
    { command: "state rm", event: "run-ended", outcome: "done", addresses: ["tokyo/client/web"] },
  ]);
});

test("a desired state with errors stops a command on the state only where it declares a trail", async () => {
  await rig.apply();
  const remove = (address: string) =>
    removeFromState({ files: ["jp1im.yaml"], state: ".jp1im" }, [address], rig.platform());
  await rig.write("jp1im.yaml", yaml({ audit: { file: 7 } }));
  expect(await codesOf(remove("tokyo/client/web"))).toEqual(["wrong-type"]);
  await rig.write("jp1im.yaml", yaml({ unknown: 7 }));
  expect(await remove("tokyo/client/web")).toMatchObject({ removed: ["tokyo/client/web"] });
});

test.each([
  ["a sink", { clients: [{ id: "web", deliverTo: { file: "audit.jsonl" } }] }, "is the audit trail"],
  ["an input of the next run", {}, "would read it as desired state"],
])("the trail is never %s", async (what, declared, why) => {
  const file = what === "a sink" ? "audit.jsonl" : "audit.yaml";
  await rig.write("jp1im.yaml", JSON.stringify({ ...JSON.parse(tokyoYaml(declared)), audit: { file } }));
  await expect(rig.apply({ files: ["."] })).rejects.toThrow(why);
  expect(rig.simulation.requests()).toEqual([]);
});

test("doctor says whether the trail can be expected to take lines, and writes none", async () => {
  const check = async () => {
    const { checks } = await doctor({ files: ["jp1im.yaml"] }, rig.platform());
    return checks
      .filter((each) => each.check === "audit-trail")
      .map(({ status, detail }) => `${status} ${detail}`);
  };
  expect(await check()).toEqual([
    "ok there is no line yet in audit.jsonl; the first run that writes begins it",
  ]);
  expect(rig.files.peek(TRAIL)).toBeUndefined();
  await rig.apply();
  expect(await check()).toEqual(["ok 7 lines in audit.jsonl"]);
  await rig.write("audit.jsonl", "notes\n");
  expect(await check()).toEqual([expect.stringMatching(/^failed .*something else than an audit trail/)]);
  await rig.write("jp1im.yaml", yaml({}));
  expect(await check()).toEqual(["ok none is declared"]);
});

test.each([
  "udp://ops:hunter2@loghost",
  "http://loghost/hunter2",
  "tcp://loghost:99999",
  "tcp://loghost/hunter2",
])("an address of syslog that is none is refused without being shown: %s", async (address) => {
  await rig.write("jp1im.yaml", yaml({ audit: { syslog: { address } } }));
  const error = await rig.apply().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(DiagnosticError);
  const text = JSON.stringify(error.diagnostics);
  expect(text).toMatch(/audit\.syslog\.address.*tcp:\/\/HOST:601/);
  expect(text).not.toContain("hunter2");
});

test("what only a loss of power leaves is no reason to stop", async () => {
  rig.files.place(TRAIL, Buffer.concat([Buffer.from('{"form'), Buffer.alloc(300)]));
  await rig.apply();
  expect(await verified()).toMatchObject({ intact: true, lines: 9 });
});

test.each([
  [
    { GITLAB_CI: "true", GITLAB_USER_LOGIN: "sato", CI_JOB_NAME: "apply" },
    { system: "gitlab-ci", actor: "sato", job: "apply" },
  ],
  [
    {
      TF_BUILD: "True",
      BUILD_REQUESTEDFOR: "Sato",
      SYSTEM_COLLECTIONURI: "https://dev.azure.com/o/",
      SYSTEM_TEAMPROJECT: "a b",
      BUILD_BUILDID: "7",
    },
    {
      system: "azure-pipelines",
      actor: "Sato",
      project: "a b",
      run: "7",
      url: "https://dev.azure.com/o/a%20b/_build/results?buildId=7",
    },
  ],
  [
    { JENKINS_URL: "https://j", BUILD_URL: "https://bot:pass@j/job/x/7/", JOB_NAME: "x", BUILD_NUMBER: "7" },
    { system: "jenkins", job: "x", run: "7", url: "https://j/job/x/7/" },
  ],
  [
    {
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "a",
      GITHUB_TRIGGERING_ACTOR: "b",
      GITHUB_SERVER_URL: "https://g",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_RUN_ID: "7",
      GITHUB_SHA: "abc",
    },
    {
      system: "github-actions",
      actor: "b",
      project: "o/r",
      run: "7",
      url: "https://g/o/r/actions/runs/7",
      commit: "abc",
    },
  ],
])("the job of a CI system is recorded: %j", async (env, ci) => {
  Object.assign(rig.env, env);
  await apply({ files: ["jp1im.yaml"] }, { ...rig.platform(), approval: { by: "Sato", isAsked: true } });
  expect(lines()[0].who).toEqual({ user: "ops", host: "build-7", ci, approved_by: "Sato" });
  expect(lines()[1]).toMatchObject({ event: "plan", approval: "asked" });
});

test.each([
  ["git+https://u:hunter2@h/x", "git+https://h/x"],
  ["https://u:p/hunter2@h/x", "https://h/x"],
  ["https://u:p hunter2@h/x", "https://h/x"],
  ["https://h/x?token=hunter2", "https://h/x"],
  ["https://h/x?token=a b&hunter2", "https://h/x"],
  ["https://h/x#token=hunter2", "https://h/x"],
  ["https://h/x?token=p@hunter2", undefined],
  ["https://u:p?hunter2@h/x", undefined],
  ["u:p/hunter2@h", undefined],
])("the address of a CI job is recorded without credentials: %s", async (address, shown) => {
  for (const env of [
    { GITLAB_CI: "true", CI_JOB_URL: address },
    { JENKINS_URL: "https://j", BUILD_URL: address },
    { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: address, GITHUB_REPOSITORY: "r", GITHUB_RUN_ID: "7" },
    { TF_BUILD: "True", SYSTEM_COLLECTIONURI: address, SYSTEM_TEAMPROJECT: "p", BUILD_BUILDID: "7" },
  ]) {
    const { ci } = actorOf({ ...rig.platform(), env });
    // Two of the systems give the server alone.
    expect(ci?.url?.slice(0, shown?.length)).toBe(shown);
    expect(JSON.stringify(ci)).not.toContain("hunter2");
  }
});

test("the checksum of a saved plan is the digest of the plan in the trail", async () => {
  const saved = await parsePlan(serialisePlan(await rig.plan({ save: true })), "p");
  await applySavedPlan(saved, {}, rig.platform());
  const { checksum } = JSON.parse(serialisePlan(saved));
  expect(
    lines()
      .slice(1)
      .map(({ plan }) => plan),
  ).toEqual(
    lines()
      .slice(1)
      .map(() => checksum),
  );
  expect(lines()[1]).toMatchObject({ approval: "saved-plan", approved: true });
});

test("a cycle of a watch is recorded where it fails or writes, and not where all is in sync", async () => {
  const desired = await readDesired({ files: ["jp1im.yaml"] }, rig.platform());
  const cycle = () =>
    reconcile({ files: ["jp1im.yaml"], manager: "tokyo", writes: true }, desired, rig.platform());
  await cycle();
  await cycle();
  rig.simulation.edit({ manager: "tokyo", type: "set-manager-state", state: "down" });
  await cycle();
  expect(events().filter((event) => event.startsWith("run-"))).toEqual([
    ...["run-started", "run-ended done"],
    ...["run-started", "run-ended failed"],
  ]);
  expect(lines().at(-1)).toMatchObject({ command: "watch", codes: [expect.stringMatching(/^manager-/)] });
});

test("the published schemas agree on who, approval and outcome", () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(join(__dirname, "../../schemas", name), "utf8")).definitions;
  const [audit, output] = [read("audit.schema.json"), read("output.schema.json")];
  expect([output.auditWho, output.auditApproval, output.auditOutcome]).toEqual([
    audit.who,
    audit.approval,
    audit.outcome,
  ]);
});

test("names in a line are printable ASCII, whatever they hold", async () => {
  rig.env.GITHUB_ACTIONS = "true";
  rig.env.GITHUB_ACTOR = 'octo\u202ecat\n{"event":"x"}\u0007';
  await rig.apply();
  const text = rig.files.peek(TRAIL)?.toString("latin1") ?? "";
  expect(text).toMatch(/^[ -~\n]+$/);
  expect(lines()[0].who.ci).toEqual({ system: "github-actions", actor: rig.env.GITHUB_ACTOR });
});

function codesIn({ diagnostics }: Outcome): readonly string[] {
  return [...new Set(diagnostics.map(({ code }) => code))].sort();
}
