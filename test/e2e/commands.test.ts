import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { version } from "../../src/version";
import { BIN, type Ended } from "./child";
import { documentOf } from "./document";
import { closeStages, Stage, WORLD } from "./stage";

afterEach(closeStages);

test("validate, plan, apply, plan, drift and destroy, each with its exit code and with stdout for the result alone", async () => {
  const stage = await Stage.open();
  const [valid, planned] = await Promise.all([stage.run("validate"), stage.run("plan --detailed-exitcode")]);
  expect(valid).toEqual(quiet(0, expect.stringContaining("Valid: 1 manager")));
  expect(planned).toEqual(quiet(2, expect.stringContaining("Plan: 4 to create")));
  expect(stage.has(".jp1im")).toBe(false);

  const applied = await stage.run("apply --auto-approve");
  expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining("Applied: 4 created.") });
  expect(applied.stderr).toContain("state.key");
  expect(stage.read("out/fluentd-web.secret")).toBe(clientsOf(stage)["fluentd-web"]);
  expect(statSync(stage.path("out/fluentd-web.secret")).mode & 0o777).toBe(0o600);

  const again = await Promise.all([
    stage.run("plan --detailed-exitcode"),
    stage.run("drift"),
    stage.run("plan --no-secrets --trust jp1im.yaml --detailed-exitcode", { env: { WEB_PASSWORD: "" } }),
    stage.run("drift --refresh false"),
  ]);
  expect(again.map(({ code }) => code)).toEqual([0, 0, 0, 0]);

  stage.simulator.edit({ manager: "tokyo", type: "remove-agent-secret", host: "web2", key: "smtp.password" });
  const drifted = await stage.run("drift");
  expect(drifted).toEqual(quiet(2, expect.stringMatching(/web2[\s\S]*smtp\.password/)));

  const destroyed = await stage.run("destroy --auto-approve");
  expect(destroyed.code).toBe(0);
  expect(clientsOf(stage)).toEqual({ "legacy-viewer": expect.any(String) });
  expect((await stage.run("state list")).stdout).toMatch(
    /^tokyo +manager at .*\ntokyo\/client\/fluentd-web .*retired.*\n2 records in /,
  );
});

test("with --output json stdout is one document of the published schema, however the command ends", async () => {
  const stage = await Stage.open();
  stage.write("wrong.yaml", "apiVersion: jp1im/v1\nmanagers: 7\n");
  const early = await Promise.all([
    stage.run("validate --output json"),
    stage.run("validate --output json -f wrong.yaml"),
    stage.run("validate --output=json -f nothing.yaml"),
    stage.run("plan --output json --out saved.plan --detailed-exitcode"),
    stage.run("plan --output json --nonsense"),
    stage.run("aply --output json"),
    stage.run("drift --output json", { env: { TOKYO_PASSWORD: "wrong" } }),
    stage.run("apply --output json"),
    stage.run("apply --output json nothing.plan"),
    stage.run("state unlock --output json abc"),
    stage.run("state show --output json tokyo/client/fluentd-web"),
  ]);
  const documents = early.map(documentOf);
  expect(documents.map(({ exit_code }) => exit_code)).toEqual([0, 64, 64, 2, 64, 64, 7, 64, 64, 64, 64]);
  expect(early.map(({ stderr }) => stderr).join("")).toBe("");
  expect(documents[0]).toMatchObject({ command: "validate", validation: { managers: 1 } });
  expect(documents[3]).toMatchObject({ command: "plan", plan: { summary: { create: 4 } } });

  const late: Ended[] = [];
  for (const line of [
    "apply --output json saved.plan",
    "apply --output json saved.plan",
    "state list --output json",
    "state show --output json tokyo/agent/immhost01/web1",
    "state rm --output json tokyo/agent/immhost01/web1",
    "destroy --output json --auto-approve",
  ]) {
    late.push(await stage.run(line));
  }
  const results = late.map(documentOf);
  expect(results.map(({ exit_code }) => exit_code)).toEqual([0, 5, 0, 0, 0, 0]);
  expect(results[0]?.outcome?.summary).toMatchObject({ applied: 4, failed: 0 });
  expect(results[1]?.diagnostics.map(({ code }) => code)).toEqual(["plan-stale"]);
  expect(results[3]?.resource).toMatchObject({ keys: [{ key: "smtp.password", known: true }] });
  expect(results[4]?.removed).toEqual(["tokyo/agent/immhost01/web1"]);
  expect(results[5]?.outcome?.summary).toMatchObject({ applied: 3 });
});

test("state list, show, rm and unlock", async () => {
  const stage = await Stage.open();
  await stage.must("apply --auto-approve");
  const [list, client, agent, none] = await Promise.all([
    stage.run("state list --state .jp1im"),
    stage.run("state show tokyo/client/fluentd-web"),
    stage.run("state show tokyo/agent/immhost01/web2"),
    stage.run("state unlock 0123"),
  ]);
  expect(list).toEqual(
    quiet(
      0,
      expect.stringMatching(
        /^tokyo +manager at .*\ntokyo\/agent\/immhost01\/web1 +1 key\n[\s\S]*5 records in /,
      ),
    ),
  );
  expect(client).toEqual(quiet(0, expect.stringContaining("delivered")));
  expect(agent).toEqual(quiet(0, expect.stringContaining("smtp.password")));
  expect(none).toMatchObject({
    code: 64,
    stdout: "",
    stderr: expect.stringContaining("has the ID 0123: nobody"),
  });

  expect(await stage.run("state rm tokyo/client/fluentd-web")).toEqual(
    quiet(0, expect.stringContaining("fluentd-web")),
  );
  // Forgotten, it is no longer ours: it is neither issued again nor deleted.
  const after = await stage.run("plan");
  expect(after).toMatchObject({ code: 3, stdout: expect.stringContaining("the state has no record of it") });
});

test("--file takes files, folders and stdin, several of them, and JP1IM_FILE a list", async () => {
  const stage = await Stage.open();
  const split = stage.read("jp1im.yaml").split(/^ {4}(?=agents:)/m);
  const head = "apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n";
  stage.write("parts/one.yaml", split[0] ?? "");
  stage.write("parts/sub/two.yml", `${head}    ${split[1]}`);
  stage.write("parts/ignored.txt", "}{");
  const stdin = stage.read("parts/sub/two.yml");
  const whole = "Valid: 1 manager, 1 selector, 1 client.\n";
  const runs = await Promise.all([
    stage.run("validate -f parts"),
    stage.run("validate -f parts/one.yaml -f parts/sub/two.yml -f parts"),
    stage.run("validate -f parts/one.yaml -f -", { stdin }),
    stage.run("validate", { env: { JP1IM_FILE: "parts/one.yaml,parts/sub" } }),
    stage.run("validate -f jp1im.yaml", { env: { JP1IM_FILE: "nothing.yaml" } }),
    stage.run("plan -f - --state elsewhere", { stdin: stage.read("jp1im.yaml") }),
  ]);
  for (const each of [0, 1, 2, 3, 4]) expect(runs[each]).toEqual(quiet(0, whole));
  expect(runs[5]?.stdout).toContain("Plan: 4 to create");
});

test("--state and its default beside the first file", async () => {
  const stage = await Stage.open();
  stage.write("deep/tokyo.yaml", stage.read("jp1im.yaml"));
  await stage.must("apply --auto-approve -f deep/tokyo.yaml");
  expect(readdirSync(stage.path("deep")).sort()).toEqual([".jp1im", "out", "tokyo.yaml"]);
  const [elsewhere, absolute] = await Promise.all([
    stage.run("state list --state deep/.jp1im"),
    stage.run(["state", "list"], { env: { JP1IM_STATE: stage.path("deep/.jp1im") } }),
  ]);
  expect(elsewhere.stdout).toContain("5 records in ");
  expect(absolute.stdout).toBe(elsewhere.stdout);
});

test("options of the environment work as on the command line, which goes before them", async () => {
  const stage = await Stage.open();
  const runs = await Promise.all([
    stage.run("plan", { env: { JP1IM_OUTPUT: "json", JP1IM_DETAILED_EXITCODE: "true" } }),
    stage.run("plan --output text", { env: { JP1IM_OUTPUT: "json" } }),
    stage.run("apply", { env: { JP1IM_AUTO_APPROVE: "false" } }),
    stage.run("plan", { env: { JP1IM_PARALLELISM: "none" } }),
    stage.run("plan", { env: { JP1IM_TARGET: "tokyo/clint,tokyo/agent/immhost01/web1", JP1IM_OUTPUT: "" } }),
  ]);
  expect(documentOf(runs[0] as Ended).exit_code).toBe(2);
  expect(runs[1]?.stdout).toContain("Plan: 4 to create");
  expect(runs[2]).toMatchObject({ code: 64, stderr: expect.stringContaining("--auto-approve") });
  expect(runs[3]).toMatchObject({ code: 64, stderr: expect.stringContaining("JP1IM_PARALLELISM=none") });
  expect(runs[4]).toMatchObject({ code: 64, stderr: expect.stringContaining("tokyo/clint") });
  await stage.must("apply", { env: { JP1IM_AUTO_APPROVE: "1" } });
});

test("colour only where it is asked for: FORCE_COLOR, less than NO_COLOR, less than --no-color", async () => {
  const stage = await Stage.open();
  const runs = await Promise.all([
    stage.run("plan"),
    stage.run("plan", { env: { FORCE_COLOR: "1" } }),
    stage.run("plan", { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }),
    stage.run("plan --no-color", { env: { FORCE_COLOR: "1" } }),
    stage.run("plan --output json", { env: { FORCE_COLOR: "1" } }),
  ]);
  expect(runs.map(({ stdout }) => stdout.includes("\x1b["))).toEqual([false, true, false, false, false]);
});

test("help, version, schemas and completion go to stdout, and are whole", async () => {
  const stage = await Stage.open();
  const lines = [
    ...["--version", "--help", "plan --help", "help apply", "schema", "schema plan", "schema output"],
    ...["schema manager-api", "completion bash", "completion zsh", "completion fish"],
  ];
  const runs = await Promise.all(lines.map((line) => stage.run(line)));
  for (const each of runs)
    expect(each).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/\S\n$/) });
  const out = (line: string) => runs[lines.indexOf(line)]?.stdout ?? "";
  expect(out("--version")).toBe(`${version}\n`);
  expect(out("--help")).toContain("Exit codes:");
  expect(out("help apply")).toContain("--auto-approve");
  expect(JSON.parse(out("schema")).title).toEqual(expect.any(String));
  expect(JSON.parse(out("schema plan")).title).toBe("A plan of jp1im");
  expect(out("completion bash")).toContain("complete ");
  const unfinished = await Promise.all([stage.run(""), stage.run("state")]);
  for (const each of unfinished)
    expect(each).toMatchObject({ code: 64, stdout: "", stderr: expect.stringContaining("Usage:") });
});

test("a reader that goes away (`| head -1`) harms nothing: the apply runs to its end", async () => {
  const stage = await Stage.open();
  const line = `"${process.execPath}" "${BIN}"`;
  const piped = `exec 3>&1; { ${line} apply --auto-approve; echo "exit $?" >&3; } | head -1`;
  const ended = await shell(piped, stage);
  expect(ended.stdout.split("\n").sort()).toEqual(["", "To reach the desired state:  + create", "exit 0"]);
  expect(Object.keys(clientsOf(stage))).toContain("fluentd-web");
  expect((await stage.run("plan --detailed-exitcode")).code).toBe(0);
  const schema = await shell(`${line} schema manager-api | head -1`, stage);
  expect(schema).toMatchObject({ stderr: "", stdout: expect.stringMatching(/^.+\n$/) });
});

test("a slow reader gets all that is logged, to the last line", async () => {
  const stage = await Stage.open(WORLD.replace("web{1..3}", "web{1..900}"));
  const line = `"${process.execPath}" "${BIN}" plan --output json --debug --log-format json`;
  const { stdout } = await shell(`{ ${line} 2>&1 >plan.json; } | { sleep 3; cat; }`, stage);
  // More than a pipe holds.
  expect(stdout.length).toBeGreaterThan(3 * 65_536);
  const logged = stdout.trimEnd().split("\n");
  expect(JSON.parse(logged.at(-1) ?? "")).toMatchObject({ path: expect.stringContaining("logout") });
});

test("a reader that has gone from the start gets no stack trace, and changes no exit code", async () => {
  const stage = await Stage.open();
  const line = `"${process.execPath}" "${BIN}"`;
  const commands = ["--version", "--help", "plan --detailed-exitcode", "drift --output json", "state list"];
  const codes = [0, 0, 2, 2, 0];
  const ended = await Promise.all(
    commands.map((command) => shell(`exec 3>&1; { ${line} ${command}; echo "exit $?" >&3; } | true`, stage)),
  );
  expect(ended.map(({ stdout, stderr }) => [stdout, stderr])).toEqual(
    codes.map((code) => [`exit ${code}\n`, ""]),
  );
  // Not even with stderr gone as well, in the middle of everything.
  const applied = `exec 3>&1; { ${line} apply --auto-approve --debug 2>&1; echo "exit $?" >&3; } | true`;
  expect((await shell(applied, stage)).stdout).toBe("exit 0\n");
  expect((await stage.run("plan --detailed-exitcode")).code).toBe(0);
});

test("simulate serves a world until it is told to stop, keeps it with --persist, and refuses a taken port", async () => {
  const stage = await Stage.open();
  const world = (port: number) =>
    `apiVersion: jp1im-simulator/v1\nmanagers:\n  tokyo: { host: immhost01, port: ${port}, users: { jp1admin: { password: tokyo-pass } }, agents: [{ host: "web{1..3}" }] }\n`;
  stage.write("world.yaml", world(0));
  stage.write("taken.yaml", world(Number(new URL(stage.url()).port)));
  const first = stage.start("simulate world.yaml --persist kept.json --output json");
  const { simulator } = JSON.parse((await first.said(/^[\s\S]*\n}\n/))[0]);
  stage.edit("jp1im.yaml", stage.url(), simulator.managers.tokyo);
  await stage.must("apply --auto-approve");
  const taken = await stage.run("simulate taken.yaml");
  expect(taken).toMatchObject({ code: 64, stdout: "", stderr: expect.stringContaining("EADDRINUSE") });
  first.kill("SIGTERM");
  expect(documentOf(await first.ended).command).toBe("simulate");

  const second = stage.start("simulate world.yaml --persist kept.json");
  const [, url = ""] = await second.said(/tokyo +(http:\S+)/);
  await second.said(/_simulator\s/);
  stage.edit("jp1im.yaml", simulator.managers.tokyo, url);
  expect((await stage.run("plan --detailed-exitcode")).code).toBe(0);
  second.kill("SIGINT");
  expect((await second.ended).code).toBe(0);
});

function quiet(code: number, stdout: unknown) {
  return { code, signal: null, stdout, stderr: "" };
}

function clientsOf(stage: Stage): Record<string, string | null> {
  return { ...stage.simulator.truth().managers.tokyo?.clients };
}

async function shell(script: string, stage: Stage): Promise<Ended> {
  const child = spawn("sh", ["-c", script], { cwd: stage.folder, env: { ...process.env, ...stage.env } });
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, signal: null, stdout: await stdout, stderr: await stderr };
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = "";
  for await (const part of stream) text += String(part);
  return text;
}
