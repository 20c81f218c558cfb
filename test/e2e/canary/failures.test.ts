/** No failure, crash or wrong input shows a secret anywhere but in its source, its sink and its request. */
import { join } from "node:path";
import type { FaultEffect } from "../../../src/simulator/fault";
import { closeStages } from "../stage";
import { GIVEN } from "./given";
import { guisesOf, leaksIn } from "./guises";
import { Search } from "./search";

const search = new Search();

// Some forty processes.
jest.setTimeout(400_000);
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

test("no failure, crash or wrong input shows a secret anywhere but in its source, its sink and its request", async () => {
  await Promise.all(FAILURES.map(([name, path, effect]) => failing(name, path, effect)));
  await Promise.all([
    brokenOff("agents/secrets/change"),
    brokenOff("secret/client/generateInfo"),
    wrongValues(),
    bug("thrown"),
    bug("rejected"),
    bug("in a write"),
  ]);

  expect(search.leaks()).toEqual([]);

  // It was a real search: everything ran, secrets were issued and sent, and files were there to look at.
  expect(search.produced.length).toBeGreaterThan(70);
  expect(search.looks).toBeGreaterThan(50);
  expect(search.found.size).toBeGreaterThan(10);
  for (const word of ["state.log", "/lock"])
    expect(search.texts().some(({ from }) => from.includes(word))).toBe(true);
  const sent = search.sent();
  for (const name of [
    "ENV_SECRET",
    "FILE_SECRET",
    "LITERAL_SECRET",
    "OSAKA_INITIAL",
    "TOKYO_PASSWORD",
  ] as const) {
    expect([name, leaksIn(sent, { [name]: GIVEN[name] })]).toEqual([
      name,
      expect.arrayContaining([`${name} (json)`]),
    ]);
  }
});

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
  const stage = await search.open(name);
  stage.simulator.faults.add({ path, effect });
  const format = FAILURES.findIndex((failure) => failure[0] === name) % 2 === 0 ? "text" : "json";
  await search.run(stage, `apply --auto-approve --debug --output ${format}`);
  expect([name, stage.simulator.faults.list()[0]?.struck]).not.toEqual([name, 0]);
}

/** Killed with the request out and nothing recorded; then carried on. */
async function brokenOff(path: string): Promise<void> {
  const stage = await search.open(`killed at ${path}`);
  stage.simulator.faults.add({ path, times: 1, effect: { type: "latency", ms: 1, when: "after" } });
  const child = stage.start("apply --auto-approve --debug");
  const killed = search.keep(`apply killed at ${path}`, child);
  await stage.gate.reached;
  child.kill("SIGKILL");
  await killed;
  search.lookAt(stage);
  await search.run(stage, "state list --debug");
  stage.gate.open();
  expect((await search.run(stage, "apply --auto-approve --debug")).code).toBe(0);
}

/** Something that nobody foresaw, with secrets at hand: what Node prints of it, and what we do. */
async function bug(how: "thrown" | "rejected" | "in a write"): Promise<void> {
  const stage = await search.open(`a bug ${how}`);
  const env = { NODE_OPTIONS: `--require ${join(__dirname, "bug.cjs")}`, BUG: how };
  const { code, stderr } = await search.run(stage, "apply --auto-approve --debug", { env });
  expect([how, code]).toEqual([how, how === "in a write" ? 3 : 1]);
  expect([how, stderr]).toEqual([
    how,
    expect.stringContaining(how === "in a write" ? "the file system failed" : "[internal]"),
  ]);
}

/** Values that no manager takes, sinks that cannot be written, and passwords that are too long. */
async function wrongValues(): Promise<void> {
  const stage = await search.open("wrong values");
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
    search.run(stage, "validate -f sources/other.yaml --debug"),
    search.run(stage, "validate -f sources/broken.yaml --output json"),
    search.run(stage, "validate -f sources/broken.yaml"),
    search.run(stage, "plan -f sources/typed.yaml"),
    search.run(stage, "plan --debug", { env: { TOKYO_PASSWORD: long } }),
    search.run(stage, "plan --debug", { env: { ENV_SECRET: `${GIVEN.ENV_SECRET}\né` } }),
    search.run(stage, "plan --debug", { env: { OSAKA_INITIAL: GIVEN.OSAKA_INITIAL.repeat(60) } }),
    search.run(stage, "plan --debug", { env: { JP1IM_STATE_KEY: GIVEN.ENV_SECRET } }),
  ]);
  stage.write("out", "in the way");
  await search.run(stage, "apply --auto-approve --debug");
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
