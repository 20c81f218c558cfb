import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { askPolicies, parsePolicies } from "../../src/library/policy/policy-program";
import { DiagnosticError } from "../../src/model/diagnostic";
import { nodeFileSystem } from "../../src/platform/file-system";
import { mixedPlan } from "../report/plans";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-policy-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A policy program of its own, as it is spelled on the command line. */
function program(text: string): string {
  writeFileSync(join(folder, "policy.mjs"), text);
  return JSON.stringify([process.execPath, "policy.mjs"]);
}

const env = { PATH: process.env.PATH ?? "", JP1IM_STATE_KEY: "never-passed-on" };
const asked = (signal: AbortSignal, ...texts: string[]) =>
  askPolicies(parsePolicies(texts), mixedPlan, { env, cwd: folder, fileSystem: nodeFileSystem, signal });
const ask = (...texts: string[]) => asked(new AbortController().signal, ...texts);

test("gets the plan's JSON on its standard input, and allows it by exiting with 0", async () => {
  const found = await ask(
    program('import fs from "node:fs"; fs.writeFileSync("seen", fs.readFileSync(0)); console.log("fine");'),
  );
  expect(found).toEqual([]);
  expect(JSON.parse(readFileSync(join(folder, "seen"), "utf8"))).toEqual(mixedPlan);
});

test("allows without having read the plan", async () => {
  expect(await ask(program("process.stdin.destroy();"))).toEqual([]);
});

test("is stopped when the run is cancelled, and the next one is not started", async () => {
  const waits = program(
    'import fs from "node:fs"; fs.writeFileSync("seen", ""); setTimeout(() => {}, 25_000);',
  );
  const cancelling = new AbortController();
  const result = asked(cancelling.signal, waits, JSON.stringify([process.execPath, "-e", "process.exit(1)"]));
  while (!existsSync(join(folder, "seen"))) await new Promise((resume) => setTimeout(resume, 10));
  cancelling.abort();
  await expect(result).rejects.toMatchObject({ diagnostics: [{ code: "cancelled" }] });
});

test("gets no key of the state", async () => {
  const text = 'process.exit(Object.keys(process.env).some((name) => name.includes("STATE_KEY")) ? 1 : 0);';
  expect(await ask(program(text))).toEqual([]);
});

test("refuses with what it said on both outputs, and the message names the override", async () => {
  const [found, ...others] = await ask(
    program(
      'console.log("FAIL - too many\\nFAIL - on a Friday"); console.error("2 failures"); process.exitCode = 3;',
    ),
  );
  expect(others).toEqual([]);
  expect(found).toMatchObject({ code: "policy-refused", severity: "error" });
  expect(found?.summary).toBe(
    `the policy refuses the plan: the program ${process.execPath} exited with 3:\nFAIL - too many\nFAIL - on a Friday\n2 failures`,
  );
  expect(found?.remedy).toContain("--policy");
});

test("shows the beginning of a long refusal and counts the rest", async () => {
  const [found] = await ask(
    program('for (let i = 1; i <= 50; i++) console.log("line " + i); process.exitCode = 1;'),
  );
  const lines = found?.summary.split("\n") ?? [];
  expect(lines.slice(1, 3)).toEqual(["line 1", "line 2"]);
  expect(lines.at(-1)).toBe("… and 30 more lines");
  const [wide] = await ask(program('console.log("x".repeat(50_000)); process.exitCode = 1;'));
  expect(wide?.summary.length).toBeLessThan(4_500);
});

test.each([
  [
    "a program that is not there",
    '["./missing"]',
    "the program ./missing is not there, or may not be executed",
  ],
  ["one that is in no folder of PATH", "conftset test", "the program conftset is not there"],
  ["a program without its interpreter", '["./lost"]', 'names the interpreter "/nope" in its first line'],
  ["one that starts another that is not there", '{"command":["conftset"],"shell":true}', "exited with 127"],
  ["one that says nothing", '{"command":["exit 1"],"shell":true}', "exited with 1 and said nothing"],
  ["one that is killed", '{"command":["kill -9 $$"],"shell":true}', "was ended by SIGKILL"],
  [
    "one that takes too long",
    '{"command":["sleep 60"],"shell":true,"timeout":0.1}',
    "did not end within 0.1 s",
  ],
])("refuses where it cannot be asked: %s", async (_title, text, why) => {
  writeFileSync(join(folder, "lost"), "#!/nope\n", { mode: 0o700 });
  const found = await ask(text);
  expect(found.map(({ code }) => code)).toEqual(["policy-refused"]);
  expect(found[0]?.summary).toContain(why);
});

test.each([
  ["its standard error", "sleep 30 </dev/null >/dev/null &"],
  ["all of its output", "sleep 30 &"],
  ["all of its output in a session of its own", "(setsid sleep 30 &) &"],
])("is done when the program has ended, whose daemon keeps %s", async (_, daemon) => {
  const ending = (code: number) =>
    JSON.stringify({ command: [`${daemon} echo no; exit ${code}`], shell: true });
  // Side by side, since each is waited for.
  const [allowed, refused] = await Promise.all([ask(ending(0)), ask(ending(4))]);
  expect(allowed).toEqual([]);
  expect(refused[0]?.summary).toContain("exited with 4:\nno");
});

test("stops what a program has started when it takes too long", async () => {
  const script = 'sleep 60 & echo "$!" >pid; wait';
  await ask(JSON.stringify({ command: [script], shell: true, timeout: 1.5 }));
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  const isRunning = () =>
    existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  for (let poll = 0; poll < 200 && isRunning(); poll++) await new Promise((done) => setTimeout(done, 25));
  expect(isRunning()).toBe(false);
});

test("every program is asked, in the order given", async () => {
  const say = (text: string) => JSON.stringify({ command: [`echo ${text}; exit 1`], shell: true });
  const found = await ask(say("first"), '["true"]', say("second"));
  expect(found.map(({ summary }) => summary.split("\n")[1])).toEqual(["first", "second"]);
});

describe("on the command line", () => {
  test.each([
    ["conftest", ["conftest"]],
    ["conftest test  -p policy/ -", ["conftest", "test", "-p", "policy/", "-"]],
    ['["conftest","a b"]', ["conftest", "a b"]],
  ])("%s is a program with its arguments", (text, command) => {
    expect(parsePolicies([text])).toEqual([{ command, shell: false, timeout: 30 }]);
  });

  test("JSON takes the options of exec", () => {
    const text = '{"command":["./check | tee log"],"shell":true,"timeout":60}';
    expect(parsePolicies([text])).toEqual([{ command: ["./check | tee log"], shell: true, timeout: 60 }]);
  });

  test.each([
    "",
    "  ",
    "[]",
    '["a"',
    '{"command":"a"}',
    "[1]",
    "check 'a b'",
    "a | b",
    "a; b",
    "$HOME/a",
    "a > b",
  ])("%s is refused, and not handed to a shell", (text) => {
    expect(() => parsePolicies([text])).toThrow(DiagnosticError);
  });

  test("a text is split or refused, and never changed", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        try {
          const [found] = parsePolicies([text]);
          if (!/^\s*[[{]/.test(text)) expect(found?.command.join(" ")).toBe(text.trim().replace(/ +/g, " "));
        } catch (error) {
          expect(error).toBeInstanceOf(DiagnosticError);
        }
      }),
    );
  });
});
