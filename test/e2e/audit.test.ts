/** The audit trail as operators and auditors meet it: a killed run, two at once, tampering, and what each command prints. */
import { appendFileSync } from "node:fs";
import { closeStages, DESIRED, Stage } from "./stage";

afterEach(closeStages);

const OSAKA = `
  osaka:
    url: OSAKA_URL
    host: immhost-osaka
    auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } }
    clients: [{ id: edge, deliverTo: { file: out/edge.secret } }]
`;

async function audited(more = ""): Promise<Stage> {
  const stage = await Stage.open();
  stage.write("jp1im.yaml", `${DESIRED}${more}\naudit: { file: audit.jsonl }\n`);
  return stage;
}

async function verified(stage: Stage) {
  const { stdout } = await stage.must("audit verify --output json");
  return JSON.parse(stdout).audit;
}

test("a run that is killed in the middle of a write leaves a write without an end, and the next one goes on", async () => {
  const stage = await audited();
  stage.simulator.faults.add({
    path: "secret/client/generateInfo",
    times: 1,
    effect: { type: "latency", ms: 1, when: "before" },
  });
  const killed = stage.start("apply --auto-approve");
  await stage.gate.reached;
  killed.kill("SIGKILL");
  await killed.ended;
  stage.gate.open();
  const after = await verified(stage);
  expect(after).toMatchObject({ intact: true, runs: [{ command: "apply", unknown: 1 }] });
  expect(after.notes.map(({ detail }: { detail: string }) => detail).join()).toContain("has no end");

  // It could as well have been killed in the middle of a line.
  appendFileSync(stage.path("audit.jsonl"), stage.read("audit.jsonl").slice(0, 99));
  expect((await stage.must("audit verify")).stdout).toContain(
    "is not finished: a run was killed while it wrote it",
  );
  await stage.must("apply --auto-approve --approved-by Sato");
  const repaired = await verified(stage);
  expect(repaired).toMatchObject({
    intact: true,
    runs: [{ unknown: 1 }, { outcome: "done", who: { approved_by: "Sato" } }],
  });
  expect(stage.has("audit.jsonl.lock")).toBe(false);
});

test("two processes that write one file at once make one chain", async () => {
  const stage = await audited(OSAKA);
  // Two first runs would each make a key of the state.
  stage.env.JP1IM_STATE_KEY = Buffer.alloc(32, "key").toString("base64");
  const ended = await Promise.all(
    ["tokyo", "osaka"].map((manager) => stage.run(`apply --auto-approve --manager ${manager}`)),
  );
  expect(ended.map(({ code, stderr }) => [code, stderr.includes("Audit trail: ")])).toEqual([
    [0, true],
    [0, true],
  ]);
  expect(await verified(stage)).toMatchObject({
    intact: true,
    chains: 1,
    runs: [{ outcome: "done" }, { outcome: "done" }],
  });
});

test("a run whose end cannot be recorded shows its result, and ends with 3", async () => {
  const stage = await Stage.open();
  stage.write("jp1im.yaml", DESIRED);
  await stage.must("apply --auto-approve");
  const once = "cat > /dev/null; test ! -e once && touch once";
  stage.write(
    "jp1im.yaml",
    `${DESIRED}\naudit: { exec: { command: [${JSON.stringify(once)}], shell: true } }\n`,
  );
  const { code, stdout, stderr } = await stage.run("state rm tokyo/client/fluentd-web");
  expect(code).toBe(3);
  expect(stdout).toContain("tokyo/client/fluentd-web");
  expect(stderr).toContain("[audit-incomplete]");
});

test("verify ends with 1 for a trail that was changed, and with 64 for what is none", async () => {
  const stage = await audited();
  const { stdout } = await stage.must("apply --auto-approve --output json");
  const { last, lines, trail } = JSON.parse(stdout).recorded;
  expect({ lines, trail }).toEqual({
    lines: stage.read("audit.jsonl").split("\n").length - 1,
    trail: "audit.jsonl",
  });
  expect((await stage.must(`audit verify audit.jsonl --expect ${last}`)).stdout).toContain(
    "has the expected digest; 0 lines follow it",
  );

  stage.edit("audit.jsonl", "fluentd-web", "fluentd-app");
  const changed = await stage.run("audit verify");
  expect(changed.code).toBe(1);
  expect(changed.stderr).toContain("[audit-broken]");
  expect(changed.stdout).toContain("The chain is broken: 1 fault.");

  stage.write("notes.txt", "nothing\n");
  stage.write("emptied.jsonl", "");
  for (const [line, why] of [
    ["audit verify notes.txt", "holds no line of an audit trail"],
    ["audit verify emptied.jsonl", "holds no line of an audit trail"],
    ["audit verify missing.jsonl", "it does not exist"],
    ["audit verify .", "it is a folder"],
    ["audit verify --expect 12", "64 hexadecimal digits"],
    ["audit", "Usage:"],
  ] as const) {
    const { code, stderr } = await stage.run(line);
    expect([line, code, stderr]).toEqual([line, 64, expect.stringContaining(why)]);
  }
  stage.write("jp1im.yaml", DESIRED);
  expect((await stage.run("audit verify")).stderr).toContain("declares no audit trail");
});
