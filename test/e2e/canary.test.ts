import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { FaultEffect } from "../../src/simulator/fault";
import type { Child, Ended } from "./child";
import { guisesOf, leaksIn } from "./guises";
import { closeStages, Stage } from "./stage";

/** Changes its looks under URL-, JSON-, HTML- and base64-encoding alike. */
const ODD = 'c&nary"<\\ %/+1';

/** Each is told from the others by a word of its own, and found by that word even in a form nobody thought of. */
const GIVEN = {
  TOKYO_PASSWORD: `${ODD}-pwTokyoQ`,
  OSAKA_PASSWORD: `${ODD}-pwOsakaQ`,
  OSAKA_INITIAL: `${ODD}-initialOsakaQ`,
  ENV_SECRET: `${ODD}-envQ`,
  FILE_SECRET: `${ODD}-fileQ`,
  LITERAL_SECRET: `${ODD}-literalQ`,
  CHANGED_SECRET: `${ODD}-changedQ`,
  ISSUED_CLIENT: `${ODD}-issuedQ`,
  ISSUED_INITIAL: `${ODD}-issuedInitialQ`,
} as const;
interface Text {
  readonly from: string;
  readonly text: string;
}

const STATE_KEY = Buffer.from("a state key of thirty-two bytes!");

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 5
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: ${JSON.stringify(GIVEN.TOKYO_PASSWORD)} } }
    subordinates: [immhost-osaka]
    agents: [{ host: "web{1..3}", secrets: { by.hand: set-by-hand } }]
  osaka:
    host: immhost-osaka
    initialSecret: ${JSON.stringify(GIVEN.OSAKA_INITIAL)}
    users: { jp1admin: { password: ${JSON.stringify(GIVEN.OSAKA_PASSWORD)} } }
    agents: [{ host: db1 }]
`;

const DESIRED = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: TOKYO_URL
    host: immhost01
    auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } }
    policy: { allowLiteralSecrets: true }
    initialSecret: { generation: 1, deliverTo: { file: out/tokyo.initial } }
    clients:
      - { id: app, generation: 1, deliverTo: { file: out/app.secret } }
      - { id: second, generation: 1, deliverTo: { file: out/second.secret } }
    lowerManagers:
      - { host: immhost-osaka, initialSecret: { env: OSAKA_INITIAL } }
    agents:
      - { match: "web*", secrets: { from.env: { env: ENV_SECRET } } }
      - host: web1
        secrets: { from.file: { file: sources/secret }, from.text: ${JSON.stringify(GIVEN.LITERAL_SECRET)} }
  osaka:
    url: OSAKA_URL
    host: immhost-osaka
    auth: { user: jp1admin, password: { file: sources/password }, session: true }
    agents: [{ host: db1, secrets: { from.env: { env: ENV_SECRET } } }]
`;

/** Where a secret may stand: what it is read from and what it is delivered to; and the state's key in its file. */
const ALLOWED = /^(jp1im\.yaml|(sources|out)\/[a-z0-9.-]+|\.jp1im\/state\.key)$/;

/** Every text that any child produced, with the name of its origin. */
const produced: Text[] = [];
/** By their text: a command line is looked at many times. */
const commandLines = new Map<string, Text>();
const staged: Stage[] = [];
const issued = new Set<string>();
/** How often each child's command line was looked at while it ran. */
let looks = 0;

afterAll(closeStages);

test("the search finds a planted secret in every form, wherever it begins", () => {
  for (const [name, secret] of Object.entries(GIVEN)) {
    for (const [guise, text] of guisesOf(secret)) {
      expect(leaksIn(`before ${text} after`, { [name]: secret })).toContain(`${name} (${guise})`);
    }
    for (const before of ["", "x", "jp1admin:", "of any length"]) {
      const inside = Buffer.from(`${before}${secret} and more`);
      expect(leaksIn(inside.toString("base64"), { [name]: secret })).not.toEqual([]);
      expect(leaksIn(inside.toString("base64url"), { [name]: secret })).not.toEqual([]);
    }
    expect(leaksIn(new URLSearchParams({ a: secret }).toString(), { [name]: secret })).not.toEqual([]);
    expect(leaksIn("nothing of the kind, (sensitive), c&nary", { [name]: secret })).toEqual([]);
  }
});

test("no command, format, failure or crash shows a secret anywhere but in its source, its sink and its request", async () => {
  await Promise.all([everyCommand(), ...FAILURES.map(([name, path, effect]) => failing(name, path, effect))]);
  await Promise.all([
    brokenOff("agents/secrets/change"),
    brokenOff("secret/client/generateInfo"),
    wrongValues(),
    replaced(),
  ]);

  for (const stage of staged) collectIssued(stage);
  const key = { base64: STATE_KEY.toString("base64"), raw: STATE_KEY.toString() };
  const secrets = {
    ...GIVEN,
    ...key,
    ...Object.fromEntries([...issued].map((secret, n) => [`issued ${n}`, secret])),
  };
  const texts = [...produced, ...commandLines.values(), ...staged.flatMap(filesOf)];
  const leaks = texts.flatMap(({ from, text }) => {
    // A part of a secret, or a form that is not searched for, would still show its word.
    const words = Object.values(GIVEN).map((secret) => secret.slice(ODD.length + 1));
    const found = [...leaksIn(text, secrets), ...words.filter((word) => text.includes(word))];
    return found.length === 0 ? [] : [`${from}: ${[...new Set(found)].join(", ")}`];
  });
  expect(leaks).toEqual([]);

  // It was a real search: everything ran, secrets were issued, sent and delivered, and files were there to look at.
  expect(produced.length).toBeGreaterThan(100);
  expect(looks).toBeGreaterThan(50);
  expect(issued.size).toBeGreaterThan(10);
  for (const word of ["state.log", "/lock", "saved.plan"])
    expect(texts.some(({ from }) => from.includes(word))).toBe(true);
  const sent = staged.flatMap((stage) => stage.simulator.requests().map(({ body }) => body)).join("\n");
  for (const name of [
    "ENV_SECRET",
    "FILE_SECRET",
    "LITERAL_SECRET",
    "OSAKA_INITIAL",
    "OSAKA_PASSWORD",
  ] as const) {
    expect([name, leaksIn(sent, { [name]: GIVEN[name] })]).toEqual([
      name,
      expect.arrayContaining([`${name} (json)`]),
    ]);
  }
});

/** The main job with every command in both formats. */
async function everyCommand(): Promise<void> {
  const stage = await open("every command");
  const all = (...lines: string[]) => Promise.all(lines.map((line) => run(stage, line)));
  await all(
    "validate --debug",
    "validate --output json",
    "plan --debug",
    "plan --output json",
    "plan --out saved.plan --debug",
  );
  await all(
    "plan --no-secrets",
    "drift --output json --debug",
    "apply",
    "simulate jp1im.yaml",
    "apply jp1im.yaml",
  );
  issueInstead(stage, "secret/client/generateInfo", { clientSecret: GIVEN.ISSUED_CLIENT }, '"app"');
  issueInstead(stage, "secret/generateInfo", { secret: GIVEN.ISSUED_INITIAL });
  expect((await run(stage, "apply saved.plan --debug")).code).toBe(0);
  expect(stage.read("out/app.secret")).toBe(GIVEN.ISSUED_CLIENT);
  expect(stage.read("out/tokyo.initial")).toBe(GIVEN.ISSUED_INITIAL);
  await all(
    "state list --debug",
    "state list --output json",
    "state show tokyo/agent/immhost01/web1 --output json",
  );
  await all(
    "state show tokyo/client/app --debug",
    "drift --debug",
    "plan --refresh false",
    "apply saved.plan --output json",
  );
  stage.edit("jp1im.yaml", "id: second, generation: 1", "id: second, generation: 2");
  stage.env.ENV_SECRET = GIVEN.CHANGED_SECRET;
  await run(stage, "plan --out saved.plan --output json");
  await run(stage, "apply --auto-approve --output json --debug");
  await run(stage, "state rm tokyo/agent/immhost01/web3 --debug");
  await adopting(stage);
  await run(stage, "destroy --auto-approve --debug");
}

/** What may go wrong, with everything that was sent thrown back at us. */
const ECHO = Object.values(GIVEN).flatMap((secret) => [...guisesOf(secret).values(), ...credentials(secret)]);
const CREDENTIALS = [GIVEN.TOKYO_PASSWORD, GIVEN.OSAKA_PASSWORD].flatMap((secret) => [
  secret,
  ...credentials(secret),
]);
const ESCAPED = [GIVEN.TOKYO_PASSWORD, GIVEN.OSAKA_PASSWORD].flatMap((secret) =>
  ["html", "html with every sign", "html with numbers"].map((guise) => guisesOf(secret).get(guise) ?? ""),
);
const FAILURES: readonly (readonly [name: string, path: string, effect: FaultEffect])[] = [
  ["lost before", "*change", { type: "drop", when: "before" }],
  ["lost after", "*Info", { type: "drop", when: "after" }],
  ["500 on a change", "*change", refusal(500, "KAJY68207-E", ECHO)],
  ["400 on a change", "*change", refusal(400, "KAJY68209-E", ECHO)],
  ["500 on an issue", "*Info", refusal(500, "KAJY68008-E", ECHO)],
  ["500 without a known message", "*Info", refusal(500, ECHO[0] ?? "", ECHO)],
  [
    "a page",
    "*change",
    { type: "raw", status: 500, contentType: "text/html", body: `<p>${ECHO.join("<br>")}</p>` },
  ],
  ["a page with 200", "*Info", { type: "raw", status: 200, contentType: "text/html", body: ECHO.join("\n") }],
  [
    "a malformed answer",
    "*Info",
    { type: "raw", status: 200, contentType: "application/json", body: `{"${ECHO[0]}` },
  ],
  [
    "an answer of another shape",
    "*Info",
    { type: "raw", status: 200, contentType: "application/json", body: JSON.stringify(ECHO) },
  ],
  [
    "values in a list",
    "agents/secrets",
    json({ secrets: [{ key: "a", obfuscated: ECHO[0], secret: GIVEN.ENV_SECRET }] }),
  ],
  ["401 with the credentials", "*", refusal(401, "KAJY00000-E", CREDENTIALS)],
  ["401 with escaped credentials", "*", refusal(401, "KAJY00000-E", ESCAPED)],
  ["403 at the login", "login", refusal(403, "KAJY52001-E", ECHO)],
  [
    "warnings",
    "agents",
    json({ agents: [], messageList: [{ messageId: "KAJY68204-W", message: CREDENTIALS.join(" ") }] }),
  ],
  ["too large", "*change", { type: "body-limit", bytes: 20 }],
];

async function failing(name: string, path: string, effect: FaultEffect): Promise<void> {
  const stage = await open(name);
  stage.simulator.faults.add({ path, effect });
  const format = FAILURES.findIndex((failure) => failure[0] === name) % 2 === 0 ? "text" : "json";
  await run(stage, `apply --auto-approve --debug --output ${format}`);
  expect([name, stage.simulator.faults.list()[0]?.struck]).not.toEqual([name, 0]);
}

/** Killed with the request out and nothing recorded; then carried on. */
async function brokenOff(path: string): Promise<void> {
  const stage = await open(`killed at ${path}`);
  stage.simulator.faults.add({ path, times: 1, effect: { type: "latency", ms: 1, when: "after" } });
  const child = stage.start("apply --auto-approve --debug");
  const watching = watch(child);
  await stage.gate.reached;
  child.kill("SIGKILL");
  keep(`${path} killed`, await child.ended);
  await watching;
  produced.push(...filesOf(stage));
  await run(stage, "state list --debug");
  stage.gate.open();
  expect((await run(stage, "apply --auto-approve --debug")).code).toBe(0);
}

/** A manager that is replaced: rehearsed, rebuilt as far as it goes, and taken up again. */
async function replaced(): Promise<void> {
  const stage = await open("a rebuild");
  await run(stage, "apply --auto-approve");
  await run(stage, "rebuild --manager tokyo --check --debug");
  stage.edit("jp1im.yaml", "host: immhost01", "host: immhost02");
  const rebuild = "rebuild --manager tokyo --replaces immhost01";
  await run(stage, `${rebuild} --check --output json`);
  issueInstead(stage, "secret/generateInfo", { secret: GIVEN.ISSUED_INITIAL });
  expect((await run(stage, `${rebuild} --auto-approve --debug`)).code).toBe(3);
  expect(stage.read("out/tokyo.initial")).toBe(GIVEN.ISSUED_INITIAL);
  await run(stage, `${rebuild} --auto-approve --overwrite-sinks --output json`);
}

/** Values that no manager takes, sinks that cannot be written, and passwords that are too long. */
async function wrongValues(): Promise<void> {
  const stage = await open("wrong values");
  const long = GIVEN.TOKYO_PASSWORD.repeat(3);
  stage.write(
    "sources/other.yaml",
    stage.read("jp1im.yaml").replace("allowLiteralSecrets: true", "allowLiteralSecrets: false"),
  );
  stage.write(
    "sources/broken.yaml",
    `${stage.read("jp1im.yaml")}\n  - ${JSON.stringify(GIVEN.LITERAL_SECRET)}: [`,
  );
  stage.write(
    "sources/typed.yaml",
    stage
      .read("jp1im.yaml")
      .replace("password: { env: TOKYO_PASSWORD }", `pasword: ${JSON.stringify(GIVEN.TOKYO_PASSWORD)}`),
  );
  await Promise.all([
    run(stage, "validate -f sources/other.yaml --debug"),
    run(stage, "validate -f sources/broken.yaml --output json"),
    run(stage, "validate -f sources/broken.yaml"),
    run(stage, "plan -f sources/typed.yaml"),
    run(stage, "plan --debug", { TOKYO_PASSWORD: long }),
    run(stage, "plan --debug", { ENV_SECRET: `${GIVEN.ENV_SECRET}\né` }),
    run(stage, "plan --debug", { OSAKA_INITIAL: GIVEN.OSAKA_INITIAL.repeat(60) }),
    run(stage, "plan --debug", { JP1IM_STATE_KEY: GIVEN.ENV_SECRET }),
  ]);
  stage.write("out", "in the way");
  await run(stage, "apply --auto-approve --debug");
}

async function open(name: string): Promise<Stage> {
  const stage = await Stage.open(WORLD, DESIRED);
  staged.push(stage);
  stage.write("sources/secret", `${GIVEN.FILE_SECRET}\n`);
  stage.write("sources/password", GIVEN.OSAKA_PASSWORD);
  for (const folder of ["home", "tmp"]) mkdirSync(stage.path(folder));
  const { TOKYO_PASSWORD, OSAKA_INITIAL, ENV_SECRET } = GIVEN;
  Object.assign(stage.env, {
    TOKYO_PASSWORD,
    OSAKA_INITIAL,
    ENV_SECRET,
    HOME: stage.path("home"),
    TMPDIR: stage.path("tmp"),
  });
  // One in two keeps its key in the environment; the others make a key file, which is a source.
  if (name.length % 2 === 0) stage.env.JP1IM_STATE_KEY = STATE_KEY.toString("base64");
  return stage;
}

async function run(stage: Stage, line: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = stage.start(line, { env });
  const watching = watch(child);
  const ended = await child.ended;
  await watching;
  keep(line, ended);
  return ended;
}

function keep(from: string, { stdout, stderr }: Ended): void {
  produced.push({ from: `stdout of ${from}`, text: stdout }, { from: `stderr of ${from}`, text: stderr });
}

/** What anybody on the machine can see of a running child. */
async function watch(child: Child): Promise<void> {
  let over = false;
  void child.ended.then(() => {
    over = true;
  });
  while (!over) {
    try {
      const text = ["cmdline", "comm"]
        .map((name) => readFileSync(`/proc/${child.pid}/${name}`, "utf8"))
        .join("\n");
      commandLines.set(text, { from: "command line", text });
      looks += 1;
    } catch {
      // It ended between two looks.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Every file below the stage's folder, names included, but for the sources and sinks. */
function filesOf(stage: Stage): Text[] {
  const paths = readdirSync(stage.folder, { recursive: true, encoding: "utf8" }).map((name) =>
    join(stage.folder, name),
  );
  return paths
    .filter((path) => statSync(path).isFile() && !ALLOWED.test(relative(stage.folder, path)))
    .map((path) => ({ from: path, text: `${path}\n${readFileSync(path, "latin1")}` }));
}

/** What was made up on the way: client and initial secrets, sessions, and keys of states. */
function collectIssued(stage: Stage): void {
  if (stage.has(".jp1im/state.key")) issued.add(stage.read(".jp1im/state.key").trim());
  for (const { clients, initialSecret } of Object.values(stage.simulator.truth().managers)) {
    for (const secret of [...Object.values(clients ?? {}), initialSecret]) if (secret) issued.add(secret);
  }
  for (const manager of stage.simulator.simulation.world.managers.values()) {
    for (const [cookie, { token }] of manager.sessions) issued.add(cookie).add(token);
  }
}

/** The next issue gives this secret, and the manager knows it. */
/** What others made, and what was just forgotten, taken over. */
async function adopting(stage: Stage): Promise<void> {
  await Promise.all([
    run(stage, "export --manager tokyo --debug"),
    run(stage, "export --manager tokyo --out-dir found --split agent --output json"),
    run(stage, "import --all --dry-run --output json"),
  ]);
  await run(stage, "import tokyo/agent/immhost01/web3 tokyo/client/nobody --debug");
}

function issueInstead(
  stage: Stage,
  path: string,
  answer: Record<string, string>,
  bodyIncludes?: string,
): void {
  const lastUpdateTime = "2026-01-01T00:00:00Z";
  stage.simulator.faults.add({
    ...{ manager: "tokyo", path, times: 1, effect: json({ ...answer, lastUpdateTime }) },
    ...(bodyIncludes !== undefined && { bodyIncludes }),
  });
}

function credentials(secret: string): string[] {
  return [`jp1admin:${secret}`, Buffer.from(`jp1admin:${secret}`).toString("base64")];
}

function refusal(status: number, messageId: string, echoed: readonly string[]): FaultEffect {
  const message = echoed.join(" ");
  return json(
    {
      timestamp: 1,
      status,
      error: message,
      exception: message,
      message,
      path: message,
      messageId,
      returnCode: message,
    },
    status,
  );
}

function json(body: unknown, status = 200): FaultEffect {
  return { type: "raw", status, contentType: "application/json", body: JSON.stringify(body) };
}
