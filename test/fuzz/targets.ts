/** Everything that reads what somebody else may have written: the network, the disk, a person. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connectManager } from "../../src/api/connect";
import type { ManagerPort } from "../../src/api/port";
import type { TransportReply } from "../../src/api/transport";
import { loadDesiredState } from "../../src/config/load-desired-state";
import { parsePlan, serialisePlan } from "../../src/library/plan-file";
import { type DiagnosticError, failure } from "../../src/model/diagnostic";
import { SecretValue } from "../../src/model/secret-value";
import { systemRandom } from "../../src/platform/random";
import { createRecovery } from "../../src/secrets/recovery";
import { createSecretResolver } from "../../src/secrets/resolver";
import { readDotenv } from "../../src/secrets/sops/dotenv";
import { readKeyFile } from "../../src/secrets/state-key-file";
import { readJson, readYaml } from "../../src/secrets/tree/read-tree";
import { LocalStorage } from "../../src/state/local/local-storage";
import { readLock } from "../../src/state/local/lock-file";
import { loadLog } from "../../src/state/log/load-log";
import { encodeLine } from "../../src/state/log/log-line";
import { openState } from "../../src/state/open-state";
import { instantClock } from "../api/small-server";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { mixedPlan } from "../report/plans";
import { asDotenv, asJson, encodeSops, encryptAge, makeAgeKey } from "../secrets/sops-encoder";
import { client, LOG, patch, run } from "../state/world";
import { CANARY, endWell, type Target } from "./target";

const FOLDER = "/state";
const texts = (...all: readonly string[]) => all.map((text) => Buffer.from(text));
const json = (...all: readonly unknown[]) => texts(...all.map((each) => JSON.stringify(each)));

const agentRef = { host: "web01", managerHost: "immhost01" };
const calls: readonly ((port: ManagerPort) => Promise<unknown>)[] = [
  (port) => port.version(),
  (port) => port.issueClient("x"),
  (port) => port.listClients(),
  (port) => port.deleteLowerManagers(["x"]),
  (port) => port.listAgents(),
  (port) => port.listAgentSecrets(agentRef),
  (port) =>
    port.changeAgentSecrets(agentRef, { add: [{ key: "k", value: new SecretValue(CANARY) }], delete: [] }),
];

const TIME = "2024-02-29T12:34:56Z";
const warnings = [{ messageId: "KAJY68204-W", message: "immhost-osaka is unreachable" }];
const agent = {
  ...{ agentid: "1", agenthost: "web01", os: "linux", installpath: "/opt", imversion: "130000" },
  ...{ managerhost: "immhost01", registeredtime: TIME, addons: [{ addonName: "prometheus", enabled: true }] },
};
const answers = json(
  { productName: "JP1/IM3", productVersion: "13-10", apiVersion: ["01.00.00"] },
  { clientSecret: CANARY, secret: CANARY, lastUpdateTime: TIME },
  { clientIds: ["fluentd", "AGENT_web01"], subManagers: ["immhost-osaka"], messageList: [] },
  { errhostlist: ["immhost-osaka"], messageList: warnings },
  { agents: [agent, { ...agent, agenthost: "web02" }], messageList: warnings },
  { agents: [agent] },
  {
    secrets: [
      { key: "smtp.password", obfuscated: "", secret: "" },
      { key: "b", obfuscated: "", secret: "" },
    ],
  },
  {
    ...{ timestamp: 0, status: 500, error: "E", exception: "x.Y", message: "no", path: "/im" },
    ...{ messageId: "KAJY68212-E", returnCode: 1 },
  },
);

const statuses = [200, 200, 200, 200, 400, 401, 403, 413, 500, 503, 302, 204];

/** Every input is the answer to every call; its status is what the input's length makes of it. */
function answered(): Target["read"] {
  let reply: TransportReply;
  const transport = { send: async () => reply, close: async () => {} };
  const user = { method: "user", user: "jp1admin", password: new SecretValue(CANARY) } as const;
  return async (body) => {
    const status = statuses[body.length % statuses.length] ?? 200;
    reply = { status, headers: { "content-type": "application/json" }, body };
    // Every input gets a port of its own: one that has seen too many 503 does not ask any more.
    const port = connectManager(
      { name: "m", url: "http://m", credentials: user },
      { transport, clock: instantClock(), retry: { attempts: 1, busyAttempts: 2 } },
    );
    const ends = [];
    for (const call of calls) ends.push(await endWell(() => call(port)));
    if (!ends.includes("read")) throw refusedByAll();
  };
}

function refusedByAll(): DiagnosticError {
  return failure({ code: "manager-malformed", summary: "no call takes it for its answer" });
}

async function stateLog(): Promise<Buffer> {
  const fileSystem = new MemoryFileSystem();
  const state = await openState({ ...run(fileSystem) });
  state.put(client("web"));
  state.put(client("app", "issuing", 2));
  state.put({
    kind: "lower-manager",
    address: "tokyo/lower-manager/osaka",
    manager: "tokyo",
    host: "osaka",
    fingerprint: "f",
  });
  const fingerprints = [
    ["a", "f1"],
    ["__proto__", null],
  ] as const;
  for (const host of ["web01", "web02"]) state.patchAgent(...patch(host, fingerprints));
  state.drop(client("app").address);
  await state.close();
  return fileSystem.peek(LOG) ?? Buffer.alloc(0);
}

function readLog(bytes: Buffer): void {
  const { contents } = loadLog(bytes, { file: LOG }, "key-1");
  for (const record of contents.records()) contents.fingerprints(record.address);
}

/** A log whose checksums are right whatever stands in its lines, as if another program had written it. */
async function linesOfLog(): Promise<Buffer[]> {
  const lines = (await stateLog())
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return json(
    lines.map((line) =>
      line
        .slice(9)
        .split("\t")
        .map((part) => (part === "" ? null : JSON.parse(part))),
    ),
  );
}

function readLines(input: Buffer): void {
  const lines = parsed(input);
  if (!Array.isArray(lines)) return;
  const parts = lines.filter(Array.isArray).map(([head, body]) => {
    const text = body === null || body === undefined ? "" : JSON.stringify(body);
    return encodeLine(typeof head === "object" && head !== null ? head : [head], Buffer.from(text));
  });
  readLog(Buffer.concat(parts));
}

function parsed(input: Buffer): unknown {
  try {
    return JSON.parse(input.toString());
  } catch {
    return undefined;
  }
}

const holder = {
  ...{ id: "3f9c", who: "op@build-7", host: "build-7", pid: 42, command: "apply" },
  ...{ since: TIME, heartbeat: TIME },
};

const kept = { address: "tokyo/client/web", generation: 2, id: "web", issue: "3f9c", issuedAt: TIME };
const stateKey = new SecretValue(Buffer.alloc(32, 1).toString("base64"));

function recoveryIn(fileSystem: MemoryFileSystem) {
  return createRecovery({
    places: new LocalStorage({ folder: FOLDER, fileSystem }),
    stateKey,
    random: systemRandom,
  });
}

let recoveryFile = "";
async function recoveryFiles(): Promise<Buffer[]> {
  const fileSystem = new MemoryFileSystem();
  recoveryFile = await recoveryIn(fileSystem).keep({ ...kept, secret: new SecretValue(CANARY) });
  return [fileSystem.peek(recoveryFile) ?? Buffer.alloc(0)];
}

const ageKey = makeAgeKey();
const plain = { smtp: { password: CANARY, port: 25 }, list: ["a", { b: true }], note_unencrypted: "x" };
const flat = { A: CANARY, B: "line\nline", C_unencrypted: "y" };

async function sopsFiles(): Promise<Buffer[]> {
  const recipients = [(await ageKey).recipient];
  const fixtures = join(__dirname, "..", "secrets", "fixtures");
  return [
    ...texts(
      asJson(await encodeSops(plain, { recipients })),
      asDotenv(await encodeSops(flat, { recipients })),
    ),
    ...["secrets.enc.yaml", "secrets.enc.env"].map((name) => readFileSync(join(fixtures, name))),
  ];
}

/** The value of a SOPS file, under each name that tells another format. */
async function readSops(bytes: Buffer): Promise<void> {
  const fileSystem = new MemoryFileSystem();
  const extension = ["yaml", "json", "env"][bytes.length % 3];
  fileSystem.place(`${FOLDER}/s.${extension}`, bytes);
  const resolver = createSecretResolver({ env: { SOPS_AGE_KEY: (await ageKey).key }, fileSystem });
  const options = { file: `s.${extension}`, path: extension === "env" ? "A" : "smtp.password" };
  await resolver.resolve({ type: "sops", options, folder: FOLDER });
}

const DESIRED_FIXTURES = join(__dirname, "..", "config", "fixtures");
const SCENARIOS = join(__dirname, "..", "scenarios");

function desiredStates(): Buffer[] {
  const wrong = readdirSync(DESIRED_FIXTURES)
    .filter((name) => name.endsWith(".yaml.txt"))
    .map((name) => join(DESIRED_FIXTURES, name));
  const right = readdirSync(SCENARIOS, { recursive: true, encoding: "utf8" })
    .filter((name) => /\d\d\.yaml$/.test(name))
    .map((name) => join(SCENARIOS, name));
  return [...wrong, ...right].map((path) => readFileSync(path)).filter(({ length }) => length < 10_000);
}

export const targets: readonly Target[] = [
  { name: "the manager's answers", share: 33, json: true, fixtures: async () => answers, read: answered() },
  { name: "the state's log", share: 10, fixtures: async () => [await stateLog()], read: readLog },
  {
    name: "the state's log under right checksums",
    share: 10,
    json: true,
    fixtures: linesOfLog,
    read: readLines,
  },
  {
    name: "the lock file",
    share: 5,
    json: true,
    fixtures: async () => json(holder),
    read: async (bytes) => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.place(`${FOLDER}/lock`, bytes);
      await readLock({ folder: FOLDER, fileSystem });
    },
  },
  {
    name: "a recovery file",
    share: 5,
    json: true,
    fixtures: recoveryFiles,
    read: async (bytes) => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.place(recoveryFile, bytes);
      await recoveryIn(fileSystem).list();
      await recoveryIn(fileSystem).take(kept.address, kept.issue);
    },
  },
  {
    name: "a saved plan",
    share: 9,
    json: true,
    fixtures: async () => texts(serialisePlan(mixedPlan)),
    read: (bytes) => parsePlan(bytes.toString("utf8"), "plan.json"),
  },
  {
    name: "the state's key file",
    share: 5,
    fixtures: async () => texts(`${Buffer.from(CANARY.padEnd(32, "k")).toString("base64")}\n`, CANARY),
    read: async (bytes) => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.place(`${FOLDER}/key`, bytes, { mode: 0o600 });
      await readKeyFile(`${FOLDER}/key`, { fileSystem, random: systemRandom, report: () => {} });
    },
  },
  {
    name: "YAML, JSON and dotenv of secrets",
    share: 14,
    fixtures: sopsFiles,
    read: (bytes) => {
      const text = bytes.toString("utf8");
      return [readDotenv, readYaml, readJson][bytes.length % 3]?.(text);
    },
  },
  { name: "a SOPS file", share: 1, fixtures: sopsFiles, read: readSops },
  {
    name: "an age text",
    share: 1,
    fixtures: async () => texts(await encryptAge(CANARY, (await ageKey).recipient)),
    read: async (bytes) => {
      const env = { SOPS_AGE_KEY: (await ageKey).key };
      const resolver = createSecretResolver({ env, fileSystem: new MemoryFileSystem() });
      await resolver.resolve({ type: "age", options: bytes.toString("utf8"), folder: FOLDER });
    },
  },
  {
    name: "a file of age keys",
    share: 1,
    fixtures: async () => texts(`# created\n${(await ageKey).key}\n`),
    read: async (bytes) => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.place(`${FOLDER}/keys.txt`, bytes);
      const env = { SOPS_AGE_KEY_FILE: `${FOLDER}/keys.txt` };
      const resolver = createSecretResolver({ env, fileSystem });
      await resolver.resolve({ type: "age", options: "no age text", folder: FOLDER });
    },
  },
  {
    name: "the desired state",
    share: 6,
    fixtures: async () => desiredStates(),
    read: (bytes) => loadDesiredState({ paths: ["-"], cwd: FOLDER, stdin: async () => bytes }),
  },
];
