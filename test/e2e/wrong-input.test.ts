import { appendFileSync, mkdirSync, symlinkSync } from "node:fs";
import type { Ended } from "./child";
import { documentOf } from "./document";
import { mustHere, runHere } from "./here";
import { closeStages, DESIRED, Stage } from "./stage";

afterEach(closeStages);

/** A command line, the exit code it has to end with, and what its message has to say. */
type Case = readonly [line: string, code: number, ...words: (string | RegExp)[]];

test("a desired state that cannot be read is told with its place and what to write instead", async () => {
  const stage = await Stage.open();
  const nested = (depth: number) =>
    Array.from({ length: depth }, (_, n) => `x${n + 1}: &x${n + 1} [${Array(10).fill(`*x${n}`).join(",")}]`);
  stage.write("not.yaml", "managers: [\n  a: }{");
  stage.write("binary.yaml", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]));
  stage.write("utf16.yaml", Buffer.from(`\ufeff${DESIRED}`, "utf16le"));
  stage.write(
    "types.yaml",
    DESIRED.replace("host: immhost01", "host: 5").replace("generation: 1", 'generation: "x"'),
  );
  stage.write("key.yaml", DESIRED.replace("clients:", "client:"));
  stage.write("double.yaml", DESIRED.replace(/( +)secrets: .*/, "$&\n$1secrets: { a: { env: A } }"));
  stage.write("long.yaml", `apiVersion: jp1im/v1\nmanagers: "${"x".repeat(10_000_000)}"\n`);
  stage.write("cycle.yaml", "apiVersion: jp1im/v1\nmanagers: &a\n  tokyo: *a\n");
  stage.write("bomb.yaml", ["apiVersion: jp1im/v1", "x0: &x0 [x]", ...nested(12)].join("\n"));
  stage.write("deep.yaml", "[".repeat(20_000));
  stage.write("other.yaml", "apiVersion: v1\nkind: ConfigMap\n");
  stage.write("empty.yaml", "");
  mkdirSync(stage.path("folder"));
  symlinkSync("gone", stage.path("dangling.yaml"));
  symlinkSync("circle.yaml", stage.path("circle.yaml"));
  await refused(stage, [
    ["validate -f not.yaml", 64, "not.yaml:2:", "[yaml-syntax]"],
    ["validate -f binary.yaml", 64, "not UTF-8", "save it as UTF-8 text"],
    ["validate -f utf16.yaml", 64, "UTF-16", "save it as UTF-8 text"],
    [
      "plan -f types.yaml",
      64,
      "types.yaml:6:11",
      "`managers.tokyo.host` must be a text or `{ env: NAME }`, found a number",
      "must be a whole number, found a text",
    ],
    ["plan -f key.yaml", 64, "key.yaml:8:5", "unknown key `client`", "did you mean `clients`?"],
    ["plan -f double.yaml", 64, "double.yaml:", "[duplicate-key]", "remove one of the two"],
    ["plan -f jp1im.yaml -f types.yaml -f key.yaml", 64, "types.yaml:6:11", "key.yaml:8:5"],
    ["validate -f long.yaml", 64, "long.yaml:2:11", "a text of 10000002 characters", "never closed"],
    ["validate -f cycle.yaml", 64, "cycle.yaml:3:10", "[yaml-limits]", "break the circle"],
    ["validate -f bomb.yaml", 64, "aliases blow the document up", "[yaml-limits]"],
    ["validate -f deep.yaml", 64, "nesting is deeper than", "[yaml-limits]"],
    ["validate -f other.yaml", 64, "other.yaml:2:", "is a Kubernetes manifest", "[file-unreadable]"],
    ["validate -f empty.yaml", 64, "empty.yaml"],
    ["validate -f nothing.yaml", 64, "nothing.yaml: there is no such file", "[file-unreadable]"],
    ["validate -f jp1im.yml", 64, "jp1im.yml: there is no such file", "did you mean `jp1im.yaml`?"],
    ["validate -f folder", 64, "folder holds no *.yaml", "[no-input]"],
    ["validate -f dangling.yaml", 64, "dangling.yaml", "[file-unreadable]"],
    ["validate -f circle.yaml", 64, "circle.yaml", "[file-unreadable]"],
    ["validate -f jp1im.yaml/below", 64, "jp1im.yaml/below", "[file-unreadable]"],
    ["validate -f -", 64, "<stdin>"],
  ]);
});

test("the same resource in two files shows both places", async () => {
  const stage = await Stage.open();
  stage.write("other.yaml", stage.read("jp1im.yaml"));
  await refused(stage, [
    [
      ...(["plan -f jp1im.yaml -f other.yaml", 64] as const),
      ...[
        "`tokyo/client/fluentd-web` is declared twice",
        "at other.yaml:9:15",
        "jp1im.yaml:9:15",
        "[duplicate-resource]",
      ],
    ],
  ]);
});

test("a byte order mark and CRLF line ends are taken as they come", async () => {
  const stage = await Stage.open();
  stage.write("bom.yaml", Buffer.from(`\ufeff${stage.read("jp1im.yaml")}`));
  stage.write("crlf.yaml", stage.read("jp1im.yaml").replaceAll("\n", "\r\n"));
  const ended = await Promise.all(
    ["bom", "crlf"].map((name) => runHere(stage, `plan -f ${name}.yaml --output json`)),
  );
  for (const each of ended) expect(documentOf(each).plan?.summary).toMatchObject({ create: 4 });
});

test("a wrong command line names the slip and the help", async () => {
  const stage = await Stage.open();
  await refused(stage, [
    ["aply", 64, "unknown command 'aply'", "did you mean apply?"],
    ["state shw", 64, "unknown command 'shw'", "did you mean show?"],
    ["plan --taget x", 64, "unknown option '--taget'", "did you mean --target?"],
    ["plan --output xml", 64, "'xml'", "text, json"],
    ["apply --lock-timeout soon", 64, "500ms, 30s or 5m"],
    [
      "plan --manager tokio",
      64,
      '--manager "tokio": no manager of this name is declared',
      "did you mean tokyo?",
    ],
    ["plan --target tokio/client/x", 64, 'no manager "tokio" is declared', "did you mean tokyo/client?"],
    [
      "plan --target tokyo/clients/fluentd-web",
      64,
      '--target "tokyo/clients/fluentd-web" is not an address',
      "did you mean tokyo/client/fluentd-web?",
      "tokyo/client/ID",
    ],
    [
      "drift --target tokyo/client/fluentd-wed",
      64,
      "no resource is declared or owned",
      "did you mean tokyo/client/fluentd-web?",
    ],
    ["plan --state https://state.example/x", 64, "is no address of a state", "`{manager}`"],
    ["state show tokyo/client/x", 64, "the state holds nothing at tokyo/client/x", "jp1im state list"],
    ["state rm tokyo/client/x", 64, "the state holds nothing at tokyo/client/x", "jp1im state list"],
    ["simulate nothing.yaml", 64, "nothing.yaml cannot be read: it does not exist"],
    ["simulate jp1im.yaml", 64, "jp1im.yaml:2:13", "jp1im-simulator/v1"],
    ["apply", 64, "there is no terminal to ask on", "--auto-approve", "jp1im plan --out FILE"],
    ["watch --mode apply", 64, "nobody can be asked each time", "--auto-approve"],
    ["watch -f - --once", 64, "standard input can be read only once", "-f"],
    ["watch --zone nowhere --once", 64, '--zone "nowhere": no manager declares this zone', "zone:"],
    ["watch --manager tokio --once", 64, '--manager "tokio"', "did you mean tokyo?"],
    ["apply -f -", 64, "stdin carries the desired state", "--auto-approve"],
    ["destroy", 64, "there is no terminal to ask on", "--auto-approve"],
  ]);
  const destroy = await runHere(stage, "destroy");
  // A saved plan applies; there is none that destroys.
  expect(destroy.stderr).not.toContain("--out");
  expect(stage.writes()).toEqual([]);
});

test("without jp1im.yaml in the folder and without -f, the message says what to give", async () => {
  const stage = await Stage.open();
  mkdirSync(stage.path("elsewhere"));
  const ended = await runHere(stage, "plan", { cwd: stage.path("elsewhere") });
  expectRefusal(ended, ["plan", 64, "there is no jp1im.yaml in ", "-f FILE", "[no-input]"]);
});

test("a secret that its source does not give stops the run before any write, with the place of its declaration", async () => {
  const stage = await Stage.open();
  const variant = (name: string, source: string) =>
    stage.write(`${name}.yaml`, stage.read("jp1im.yaml").replace("{ env: WEB_PASSWORD }", source));
  variant("unset", "{ env: NO_SUCH_VARIABLE }");
  variant("missing", "{ file: secrets/missing }");
  variant("folder", "{ file: secrets }");
  variant("long", "{ file: secrets/long }");
  variant("lines", "{ file: secrets/lines }");
  variant("literal", "typed-into-the-file");
  stage.write("secrets/long", "x".repeat(1025));
  stage.write("secrets/lines", "first-part\nsecond-part\n");
  stage.write("password.yaml", stage.read("jp1im.yaml").replace("TOKYO_PASSWORD", "LONG_PASSWORD"));
  stage.env.LONG_PASSWORD = "p".repeat(33);
  const ended = await refused(stage, [
    [
      "apply --auto-approve --state unset -f unset.yaml",
      1,
      "variable NO_SUCH_VARIABLE is not set",
      "unset.yaml:12:20",
      "set NO_SUCH_VARIABLE",
    ],
    [
      "apply --auto-approve --state missing -f missing.yaml",
      1,
      "secrets/missing cannot be read: it does not exist",
      "missing.yaml:12:20",
    ],
    ["apply --auto-approve --state folder -f folder.yaml", 1, "secrets is a folder", "folder.yaml:12:20"],
    ["apply --auto-approve --state long -f long.yaml", 1, "1025 characters", "at most 1024"],
    ["apply --auto-approve --state lines -f lines.yaml", 1, "it has more than one line"],
    [
      "apply --auto-approve --state literal -f literal.yaml",
      64,
      "literal.yaml:12:",
      "allowLiteralSecrets",
      "[literal-secret]",
    ],
    [
      "apply --auto-approve --state password -f password.yaml",
      1,
      "33 characters",
      "at most 32",
      "tokyo/auth",
    ],
  ]);
  expect(ended.map(({ stderr }) => stderr).join()).not.toMatch(/first-part|typed-into|pppp|xxxx/);
  expect(stage.writes()).toEqual([]);
  const planned = await runHere(stage, "plan --no-secrets --trust unset.yaml -f unset.yaml");
  expect(planned).toMatchObject({ code: 0, stderr: "" });
});

test("a state that cannot be read or written, and what is in the way", async () => {
  const stage = await Stage.open();
  stage.write("file", "in the place of a folder");
  mkdirSync(stage.path("log/state.log"), { recursive: true });
  mkdirSync(stage.path("key/state.key"), { recursive: true });
  stage.write("garbage/state.log", "not a state\n");
  stage.write("newer/state.log", "00000000 {}\n");
  const away = { JP1IM_STATE_KEY: Buffer.alloc(32, 7).toString("base64") };
  Object.assign(stage.env, away);
  await refused(stage, [
    ["apply --auto-approve --state file", 1, "the state is a folder, and ", "/file", "[state-un"],
    ["apply --auto-approve --state file/below", 1, "/file/below", "[state-un"],
    ["apply --auto-approve --state log", 1, "state.log cannot be read: it is a folder", "[state-unreadable]"],
    ["state list --state garbage", 1, "garbage/state.log", "[state-"],
    ["state list --state newer", 1, "newer/state.log", "[state-"],
  ]);
  stage.env.JP1IM_STATE_KEY = "dG9vIHNob3J0";
  await refused(stage, [["plan", 1, "JP1IM_STATE_KEY", "32 bytes", "[state-key]"]]);
  delete stage.env.JP1IM_STATE_KEY;
  await refused(stage, [
    ["plan --state file", 1, "/file", "[state-"],
    ["apply --auto-approve --state key", 1, "state.key", "it is a folder", "[state-key]"],
  ]);
  expect(stage.writes()).toEqual([]);
});

test("a torn last line of the state is dropped with a warning; damage in the middle stops every command", async () => {
  const stage = await Stage.open();
  await mustHere(stage, "apply --auto-approve");
  const whole = stage.read(".jp1im/managers/tokyo/state.log");
  appendFileSync(stage.path(".jp1im/managers/tokyo/state.log"), '1234abcd {"op":"put","ser');
  const torn = await Promise.all([runHere(stage, "plan --detailed-exitcode"), runHere(stage, "state list")]);
  for (const each of torn)
    expect(each).toMatchObject({ code: 0, stderr: expect.stringContaining("[state-recovered]") });
  stage.edit("jp1im.yaml", "generation: 1", "generation: 2");
  await mustHere(stage, "apply --auto-approve");
  expect(await runHere(stage, "plan --detailed-exitcode")).toMatchObject({ code: 0, stderr: "" });

  stage.write(".jp1im/managers/tokyo/state.log", whole.replace("web2", "web3"));
  const before = stage.writes().length;
  await refused(stage, [
    ["plan", 1, /state\.log/, "[state-corrupted]", "backup"],
    ["apply --auto-approve --lock-timeout 5m", 1, /state\.log/, "[state-corrupted]", "backup"],
    ["state list", 1, /state\.log/, "[state-corrupted]", "backup"],
    ["state rm tokyo/client/fluentd-web --lock-timeout 5m", 1, /state\.log/, "[state-corrupted]", "backup"],
  ]);
  expect(stage.writes()).toHaveLength(before);
});

test("a sink that cannot be written is found before anything is sent", async () => {
  const stage = await Stage.open();
  stage.write("out", "a file in the place of the folder");
  await refused(stage, [["apply --auto-approve", 1, "out/fluentd-web.secret", "[sink-unwritable]"]]);
  expect(stage.writes()).toEqual([]);
});

async function refused(stage: Stage, cases: readonly Case[]): Promise<Ended[]> {
  // The simulator names its world by the folder of the process.
  const run = (line: string) => (line.startsWith("simulate") ? stage.run(line) : runHere(stage, line));
  const ended = await Promise.all(cases.map(([line]) => run(line)));
  for (const [index, each] of ended.entries()) expectRefusal(each, cases[index] as Case);
  return ended;
}

function expectRefusal(ended: Ended, [line, code, ...words]: Case): void {
  const text = ended.stdout + ended.stderr;
  const missing = words.filter((word) =>
    typeof word === "string" ? !text.includes(word) : !word.test(text),
  );
  expect({ line, code: ended.code, missing, ...(missing.length > 0 && { text }) }).toEqual({
    line,
    code,
    missing: [],
  });
  expect(text).not.toMatch(/^\s+at .*[(/].*:\d+:\d+\)?$|\[internal]|Require stack|node:internal/m);
  expect(text.length).toBeLessThan(6_000);
}
