/** Every command in every format, with every kind of source and sink: nothing shows a secret. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { completables } from "../../../src/model/completable";
import { listedKinds } from "../../../src/model/listing";
import { asJson, encodeSops, encryptAge, makeAgeKey } from "../../secrets/sops-encoder";
import { VaultStandIn } from "../../secrets/vault-stand-in";
import type { Ended } from "../child";
import { closeStages, type Stage } from "../stage";
import { everySourceAndSink, GIVEN, STATE_KEY } from "./given";
import { leaksIn } from "./guises";
import { neverRun, programCommands } from "./program-commands";
import { Search } from "./search";

const VAULT_TOKEN = "hvs.canary-vault-tokenQ";
const NEW_STATE_KEY = Buffer.from("another key of thirty-two bytes!").toString("base64");

/** What a program of the user's is given: kept where the test looks at it, command line and environment. */
const NOTE = `mkdir -p seen
cat /proc/$$/environ > "seen/environ.$$"
cat /proc/$$/cmdline /proc/$PPID/cmdline > "seen/cmdline.$$"
`;
const GIVE = `${NOTE}cat "$1"\n`;
const TAKE = `${NOTE}test -z "$TAKE_FAILS" || { cat > /dev/null; echo "no room for it" >&2; exit 1; }
mkdir -p out && cat > "out/$1.taken"
`;

const search = new Search();
/** One for each stage: both write to the same path. */
const vaults = [new VaultStandIn(), new VaultStandIn()] as const;

// Some sixty processes.
jest.setTimeout(700_000);
beforeAll(() => Promise.all(vaults.map((vault) => vault.start())));
afterAll(async () => {
  await closeStages();
  await Promise.all(vaults.map((vault) => vault.stop()));
});

test("no command in any format shows a secret, whatever source it comes from and whatever sink it goes to", async () => {
  const [one, other] = vaults;
  await Promise.all([
    staged("a key in a file.", one).then((stage) => everyCommand(stage, one)),
    staged("key in environment", other).then(otherKey),
  ]);
  const requests = vaults.flatMap((vault) => vault.requests);
  search.produced.push({ from: "requests to the vaults", text: requests.join("\n") });

  expect(search.leaks()).toEqual([]);
  // A command, or a format of one, that is new to the program has to be run above.
  expect(neverRun(search.lines)).toEqual([]);

  // It was a real search: every source was read and sent, every sink has its secret.
  const sent = search.sent();
  for (const name of ["ENV", "FILE", "EXEC", "SOPS", "AGE", "VAULT", "LITERAL"] as const) {
    const secret = GIVEN[`${name}_SECRET`];
    expect([name, leaksIn(sent, { [name]: secret })]).toEqual([
      name,
      expect.arrayContaining([`${name} (json)`]),
    ]);
  }
  for (const word of [
    "state.log",
    "saved.plan",
    "audit.jsonl",
    "recovery/",
    "seen/cmdline",
    "delivered/app.age",
  ]) {
    expect([word, search.texts().some(({ from }) => from.includes(word))]).toEqual([word, true]);
  }
  expect(search.looks).toBeGreaterThan(50);
});

test("a command or format that was not run is noticed", () => {
  const lines = [...programCommands()].flatMap(([command, formats]) =>
    formats.length === 0 ? [command] : formats.map((format) => `${command} --output ${format}`),
  );
  expect(neverRun(lines)).toEqual([]);
  expect(neverRun(lines.filter((line) => line !== "plan --output json"))).toEqual(["plan --output json"]);
  expect(neverRun(lines.filter((line) => !line.startsWith("enroll")))).toContain("enroll --output text");
});

async function everyCommand(stage: Stage, vault: VaultStandIn): Promise<void> {
  await inEveryFormat(stage, "validate --debug");
  await inEveryFormat(stage, "plan --debug");
  await inEveryFormat(stage, "plan --no-secrets");
  await inEveryFormat(stage, "plan --no-secrets --trust jp1im.yaml");
  await inEveryFormat(stage, "plan --rotate tokyo/client/app --debug");
  await inEveryFormat(stage, "drift --debug");
  await inEveryFormat(stage, "watch --once --debug");
  await scrapeWatch(stage);
  expect((await search.run(stage, "plan --out saved.plan")).code).toBe(0);
  for (const format of ["mermaid", "dot"]) {
    await search.run(stage, `graph --format ${format} --debug`);
    await search.run(stage, `graph --format ${format} --plan saved.plan`);
  }
  await inEveryFormat(stage, "shards --debug");
  for (const shell of ["bash", "zsh", "fish"]) await search.run(stage, `completion ${shell}`);
  for (const kind of completables) await search.run(stage, `completion zsh ${kind} -- jp1im plan  --debug`);
  await search.run(stage, "terraform-provider install --plugin-dir mirror --debug");
  for (const name of ["", "output", "plan", "audit", "manager-api"])
    await search.run(stage, `schema ${name}`.trim());

  // One sink fails: the secrets are kept in the state's folder, and the next run delivers them.
  const failing = { env: { TAKE_FAILS: "1" } };
  const kept = await search.run(stage, "apply saved.plan --debug", failing);
  expect(kept).toMatchObject({ code: 3, stderr: expect.stringContaining("no room for it") });
  expect(readdirSync(stage.path(".jp1im/managers/tokyo/recovery"))).toHaveLength(2);
  await copyState(stage);
  search.lookAt(stage);
  expect((await search.run(stage, "apply --auto-approve --output json --debug")).code).toBe(0);
  const { clients = {} } = stage.simulator.truth().managers.tokyo ?? {};
  expect(stage.read("out/app.taken")).toBe(clients.app);
  expect(vault.current("secret/app")).toContain(clients.app);
  search.lookAt(stage);

  await inEveryFormat(stage, "doctor --debug");
  await probeInEveryFormat(stage);
  for (const code of ["", "manager-denied", "KAJY68205-E"])
    await inEveryFormat(stage, `explain ${code}`.trim());
  await inEveryFormat(stage, "audit verify --debug");
  await inEveryFormat(stage, "version");
  await inEveryFormat(stage, "plan --debug --log-format json --show-unmanaged");
  for (const kind of listedKinds) await inEveryFormat(stage, `get ${kind} --debug`);
  await inEveryFormat(stage, "state list --debug");
  await inEveryFormat(stage, "state show tokyo/agent/immhost01/web1 --debug");
  await inEveryFormat(stage, "state show tokyo/client/app");
  await dropKept(stage);
  await inEveryFormat(stage, "state rekey --debug", () => search.lookAt(stage));
  await inEveryFormat(stage, "state rm tokyo/agent/immhost01/web3");
  for (const format of ["text", "json"]) {
    expect(
      (await search.run(stage, `state mv tokyo/client/app tokyo/client/moved --output ${format}`)).code,
    ).toBe(0);
    expect(
      (await search.run(stage, `state mv tokyo/client/moved tokyo/client/app --output ${format}`)).code,
    ).toBe(0);
  }
  await begin(stage);
  await adopt(stage);
  await inEveryFormat(stage, "state unlock 0123456789abcdef", () => placeLock(stage));
  await issueAndEnroll(stage);
  await inEveryFormat(stage, "drift --debug");
  await simulateInEveryFormat(stage);
  stage.env.ENV_SECRET = GIVEN.CHANGED_SECRET;
  await inEveryFormat(stage, "plan --debug");
  await search.run(stage, "watch --once --mode apply --auto-approve --debug");
  expect((await search.run(stage, "apply --auto-approve --debug --output markdown")).code).toBe(0);
  await rebuild(stage);
  await inEveryFormat(stage, "destroy --auto-approve --debug");
  checkEnvironments(stage);
}

/** Scratch objects come and go; the report of them is for everybody. */
async function probeInEveryFormat(stage: Stage): Promise<void> {
  const probed = await inEveryFormat(stage, "probe --manager tokyo --agent web1 --auto-approve --debug");
  expect(probed.map(({ code }) => code)).toEqual([0, 0]);
  await inEveryFormat(stage, "probe --manager tokyo --clean-up --auto-approve --debug");
  const names = ["tokyo", "immhost01", "web1", "jp1admin", "127.0.0.1", "jp1im-probe-"];
  expect(names.filter((name) => stage.read("probe.json").includes(name))).toEqual([]);
}

/** An issued secret that no sink took is kept until a person gives it up, and the next run issues another one. */
async function dropKept(stage: Stage): Promise<void> {
  for (const format of formatsOf("state rm")) {
    const failing = { env: { TAKE_FAILS: "1" } };
    await search.run(stage, "apply --rotate tokyo/client/app --auto-approve --debug", failing);
    search.lookAt(stage);
    const dropped = await search.run(stage, `state rm --kept tokyo/client/app --debug --output ${format}`);
    expect(dropped.code).toBe(0);
    expect(readdirSync(stage.path(".jp1im/managers/tokyo/recovery"))).toEqual([]);
  }
  expect((await search.run(stage, "apply --auto-approve --debug --output html")).code).toBe(0);
}

/** A manager that is replaced: rehearsed, rebuilt as far as it goes, and taken up again. */
async function rebuild(stage: Stage): Promise<void> {
  await inEveryFormat(stage, "rebuild --manager tokyo --check --debug");
  stage.edit("jp1im.yaml", "host: immhost01", "host: immhost02");
  const line = "rebuild --manager tokyo --replaces immhost01 --overwrite-sinks --auto-approve --debug";
  await inEveryFormat(stage, line);
}

/** A desired state from nothing, in a folder of its own for each format. */
async function begin(stage: Stage): Promise<void> {
  const login = `--url ${stage.url("tokyo")} --host immhost01 --user jp1admin --password-env TOKYO_PASSWORD`;
  for (const format of formatsOf("init")) {
    const cwd = stage.path(`begun-${format}`);
    mkdirSync(cwd);
    const line = `init ${login} --from-manager --debug --output ${format}`;
    expect((await search.run(stage, line, { cwd })).code).toBe(0);
    search.lookAt(stage);
    rmSync(cwd, { recursive: true });
  }
}

/** What others made, and what was just forgotten, taken over. */
async function adopt(stage: Stage): Promise<void> {
  await inEveryFormat(stage, "export --manager tokyo --debug");
  await search.run(stage, "export --manager tokyo --out-dir found --split agent");
  await inEveryFormat(stage, "import --all --dry-run --debug");
  await inEveryFormat(stage, "import tokyo/agent/immhost01/web3 tokyo/client/nobody --debug");
}

/** An initial secret for an installer, and what an application gets with it. */
async function issueAndEnroll(stage: Stage): Promise<void> {
  let round = 0;
  const issue = () =>
    `initial-secret issue --manager osaka --deliver-to file:out/osaka-${++round} --auto-approve --debug`;
  for (const format of formatsOf("initial-secret issue")) {
    expect((await search.run(stage, `${issue()} --output ${format}`)).code).toBe(0);
    search.lookAt(stage);
  }
  stage.env.JP1IM_URL = stage.url("osaka");
  for (const format of formatsOf("enroll")) {
    const line = `enroll --client-id app-${format} --initial-secret file:out/osaka-${round} --deliver-to file:out/app-${format}`;
    for (const _ of ["first", "second"]) {
      expect((await search.run(stage, `${line} --debug --output ${format}`)).code).toBe(0);
    }
  }
  await enrollTwice(stage, round);
  const wrong =
    "enroll --client-id other --initial-secret env:ENV_SECRET --deliver-to file:out/other --debug";
  expect((await search.run(stage, wrong)).code).not.toBe(0);
}

/** One whose delivery fails keeps the secret; the next start delivers it. */
async function enrollTwice(stage: Stage, round: number): Promise<void> {
  const sink = `exec:${JSON.stringify(["/bin/sh", "sources/take.sh", "late"])}`;
  const line = `enroll --client-id late --initial-secret file:out/osaka-${round} --deliver-to ${sink} --debug`;
  const failed = await search.run(stage, line, { env: { TAKE_FAILS: "1" } });
  expect(failed.code).not.toBe(0);
  search.lookAt(stage);
  expect((await search.run(stage, line)).code).toBe(0);
  expect(stage.read("out/late.taken")).toBe(stage.simulator.truth().managers.osaka?.clients?.late);
  expect(search.texts().some(({ from }) => /\.jp1im-enroll\/managers\/[^/]+\/recovery\//.test(from))).toBe(
    true,
  );
}

async function simulateInEveryFormat(stage: Stage): Promise<void> {
  const password = JSON.stringify(GIVEN.TOKYO_PASSWORD);
  const world = `managers:\n  tokyo: { host: immhost01, users: { jp1admin: { password: ${password} } } }\n`;
  stage.write("sources/world.yaml", `apiVersion: jp1im-simulator/v1\n${world}`);
  for (const format of formatsOf("simulate")) {
    const line = `simulate sources/world.yaml --like probe.json --debug --output ${format}`;
    const child = stage.start(line);
    const kept = search.keep(line, child);
    await child.said(/_simulator/);
    child.kill("SIGTERM");
    await kept;
  }
}

/** While issued secrets wait for their delivery. */
async function copyState(stage: Stage): Promise<void> {
  const { code, stdout } = await search.run(stage, "state pull --debug");
  expect([code, Object.keys(JSON.parse(stdout).managers.tokyo.kept)]).toEqual([
    0,
    [expect.any(String), expect.any(String)],
  ]);
  stage.write("state.backup.json", stdout);
  for (const line of ["push state.backup.json", "migrate .jp1im copied-state", "compact"])
    for (const format of ["text", "json"])
      expect((await search.run(stage, `state ${line} --debug --output ${format}`)).code).toBe(0);
}

/** What a watch serves to whoever asks. */
async function scrapeWatch(stage: Stage): Promise<void> {
  const child = stage.start("watch --listen 127.0.0.1:0 --output json --debug");
  const kept = search.keep("watch --listen 127.0.0.1:0 --output json --debug", child);
  const [, url = ""] = await child.said(/"metrics_url":"([^"]+)"/);
  await child.said(/"event":"cycle"/);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain("jp1im_drift_resources");
  search.produced.push({ from: "metrics of watch", text });
  child.kill("SIGTERM");
  await kept;
}

/** With the state's key in the environment, where no program of the user's may see it, and with another one after it. */
async function otherKey(stage: Stage): Promise<void> {
  expect((await search.run(stage, "apply --auto-approve --debug")).code).toBe(0);
  const env = { JP1IM_NEW_STATE_KEY: NEW_STATE_KEY };
  expect((await search.run(stage, "state rekey --debug", { env })).code).toBe(0);
  stage.env.JP1IM_STATE_KEY = NEW_STATE_KEY;
  expect((await search.run(stage, "plan --detailed-exitcode --debug")).code).toBe(0);
  checkEnvironments(stage);
}

/** A user's program gets the environment that the user gave the run, without the state's keys, and nothing added. */
function checkEnvironments(stage: Stage): void {
  const names = readdirSync(stage.path("seen")).filter((name) => name.startsWith("environ."));
  expect(names.length).toBeGreaterThan(3);
  const { PATH = "" } = process.env;
  const values = [GIVEN.ENV_SECRET, GIVEN.CHANGED_SECRET];
  const given = { PATH, ...stage.env, TAKE_FAILS: "1" };
  for (const name of names) {
    const seen = stage.read(`seen/${name}`).split("\0").filter(Boolean);
    const added = seen.filter((entry) => {
      const [variable = "", value] = [
        entry.slice(0, entry.indexOf("=")),
        entry.slice(entry.indexOf("=") + 1),
      ];
      if (variable === "ENV_SECRET") return !values.some((each) => each === value);
      return given[variable as keyof typeof given] !== value;
    });
    expect([name, added]).toEqual([name, []]);
    expect(seen.filter((entry) => /STATE_KEY/.test(entry))).toEqual([]);
  }
}

async function inEveryFormat(stage: Stage, line: string, before?: () => void): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const format of formatsOf(line)) {
    before?.();
    ended.push(await search.run(stage, `${line} --output ${format}`));
  }
  return ended;
}

/** The formats of the command that a line begins with. */
function formatsOf(line: string): readonly string[] {
  const [, formats] = [...programCommands()].find(([command]) => `${line} `.startsWith(`${command} `)) ?? [];
  if (formats === undefined) throw new Error(`there is no such command: ${line}`);
  return formats;
}

function placeLock(stage: Stage): void {
  const at = new Date().toISOString();
  const lock = { id: "0123456789abcdef", who: "eve", host: hostname(), pid: process.pid, command: "apply" };
  stage.write(".jp1im/managers/tokyo/lock", JSON.stringify({ ...lock, since: at, heartbeat: at }));
}

/** One in two keeps its key in the environment: see `Search.open`. */
async function staged(name: string, vault: VaultStandIn): Promise<Stage> {
  const { key, recipient } = await makeAgeKey();
  const stage = await search.open(
    name,
    everySourceAndSink(await encryptAge(GIVEN.AGE_SECRET, recipient), recipient),
  );
  search.found.add(key).add(VAULT_TOKEN).add(NEW_STATE_KEY);
  search.found.add(STATE_KEY.toString("base64"));
  const encoded = await encodeSops({ canary: GIVEN.SOPS_SECRET }, { recipients: [recipient] });
  stage.write("sources/secrets.enc.json", asJson(encoded));
  stage.write("sources/exec-secret", GIVEN.EXEC_SECRET);
  stage.write("sources/give.sh", GIVE);
  stage.write("sources/take.sh", TAKE);
  vault.tokens.set(VAULT_TOKEN, "root");
  vault.put("secret/web", JSON.stringify({ password: GIVEN.VAULT_SECRET }));
  Object.assign(stage.env, { SOPS_AGE_KEY: key, VAULT_ADDR: vault.address, VAULT_TOKEN });
  return stage;
}
