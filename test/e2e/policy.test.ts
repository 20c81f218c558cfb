import { documentOf } from "./document";
import { closeStages, Stage, WORLD } from "./stage";

afterEach(closeStages);

/** Refuses a plan in which an address holds the text that it is given. */
const REFUSING = `
import { readFileSync } from "node:fs";
const { changes } = JSON.parse(readFileSync(0, "utf8"));
const found = changes.filter(({ address }) => address.includes(process.argv[2]));
for (const { address, action } of found) console.log(action, address);
process.exitCode = found.length > 0 ? 1 : 0;
`;
const refusing = (text: string) => ["--policy", `node policy.mjs ${text}`];

test("a program is asked before the first write, for a saved plan as well", async () => {
  const stage = await Stage.open();
  stage.write("policy.mjs", REFUSING);
  const refused = await stage.run(["apply", "--auto-approve", "--output", "json", ...refusing("web2")]);
  const { exit_code, diagnostics } = documentOf(refused);
  expect(exit_code).toBe(4);
  expect(diagnostics.filter(({ code }) => code === "policy-refused").map(({ summary }) => summary)).toEqual([
    "the policy refuses the plan: the program node exited with 1:\ncreate tokyo/agent/immhost01/web2/secret/smtp.password",
  ]);
  await stage.must("plan --out tokyo.plan");
  expect(await stage.run(["apply", "tokyo.plan", ...refusing("web2")])).toMatchObject({ code: 4 });
  expect(stage.writes()).toEqual([]);
  expect(await stage.run(["apply", "tokyo.plan", ...refusing("web9")])).toMatchObject({ code: 0 });
});

test("where only the plan for the agents of a new lower manager is refused, what was done before stays told", async () => {
  const agents = "agents: [{ host: db1, os: linux }]";
  const stage = await Stage.open(
    WORLD.replace("osaka: { host: immhost-osaka,", `osaka: { host: immhost-osaka, ${agents},`),
    `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: TOKYO_URL
    host: immhost01
    auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } }
    lowerManagers: [{ host: immhost-osaka, initialSecret: { issueOn: osaka } }]
    agents: [{ match: "db*", secrets: { smtp.password: { env: WEB_PASSWORD } } }]
  osaka: { url: OSAKA_URL, host: immhost-osaka, auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } } }
`,
  );
  stage.write("policy.mjs", REFUSING);
  const ended = await stage.run(["apply", "--auto-approve", "--output", "json", ...refusing("db1")]);
  const { exit_code, outcome, diagnostics } = documentOf(ended);
  expect(exit_code).toBe(3);
  expect(outcome?.summary).toMatchObject({ applied: 1, failed: 0 });
  expect(diagnostics.map(({ code }) => code)).toContain("policy-refused");
  expect(stage.writes()).toEqual(["secret/generateInfo 200", "subManagers/createInfo 200"]);
});

test("a freeze is overridden by its option alone", async () => {
  const stage = await Stage.open();
  const freeze =
    "policy: { freeze: [{ from: 2000-01-01T00:00:00Z, to: 9999-01-01T00:00:00Z, reason: audit }] }";
  stage.edit("jp1im.yaml", "host: immhost01", `host: immhost01\n    ${freeze}`);
  const refused = await stage.run("apply --auto-approve");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain(
    "error: tokyo is frozen (audit): from 2000-01-01T00:00:00Z to 9999-01-01T00:00:00Z [policy-refused]",
  );
  expect(refused.stderr).toContain("--during-freeze");
  expect(stage.writes()).toEqual([]);
  expect(await stage.run("drift")).toMatchObject({ code: 2, stderr: expect.stringContaining("[frozen]") });
  await stage.must("apply --auto-approve --during-freeze");
  // Nothing to do is nothing to refuse.
  await stage.must("apply --auto-approve");
});

test("graph asks no manager and reads no secret", async () => {
  const stage = await Stage.open();
  const ended = await stage.run("graph", { env: { TOKYO_PASSWORD: "", WEB_PASSWORD: "" } });
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^flowchart LR\n/) });
  expect(stage.simulator.requests()).toEqual([]);
});
