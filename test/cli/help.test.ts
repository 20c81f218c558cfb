import { EnvOption } from "../../src/cli/options/option";
import { ExitCode } from "../../src/model/exit-code";
import { run } from "./fake-library";
import { runnableCommands } from "./program";

const commands = runnableCommands();

test("the tree holds exactly the commands that exist", () => {
  expect(commands.map(([path]) => path)).toEqual([
    "jp1im validate",
    "jp1im plan",
    "jp1im apply",
    "jp1im destroy",
    "jp1im drift",
    "jp1im watch",
    "jp1im shards",
    "jp1im graph",
    "jp1im get",
    "jp1im doctor",
    "jp1im probe",
    "jp1im export",
    "jp1im import",
    "jp1im rebuild",
    "jp1im enroll",
    "jp1im initial-secret issue",
    "jp1im state list",
    "jp1im state show",
    "jp1im state mv",
    "jp1im state rm",
    "jp1im state unlock",
    "jp1im state rekey",
    "jp1im state pull",
    "jp1im state push",
    "jp1im state migrate",
    "jp1im state compact",
    "jp1im audit verify",
    "jp1im simulate",
    "jp1im init",
    "jp1im schema",
    "jp1im completion",
    "jp1im terraform-provider install",
    "jp1im explain",
    "jp1im version",
  ]);
});

test.each(commands)(
  "the help of %s has an example of itself, and describes each option with its variable",
  async (path, command) => {
    const ran = await run([...path.split(" ").slice(1), "--help"]);
    expect(ran).toMatchObject({ code: 0, err: "" });
    const [, examples = ""] = ran.out.split("Examples:\n");
    expect(examples).toContain(path);
    const flat = ran.out.replace(/\s+/g, " ");
    for (const option of command.options) {
      expect(option).toBeInstanceOf(EnvOption);
      expect(option.description).not.toBe("");
      if (option instanceof EnvOption) {
        expect(option.traits.env).toMatch(/^JP1IM_[A-Z_]+$/);
        expect(flat).toContain(`env: ${option.traits.env}`);
      }
    }
    for (const argument of command.registeredArguments) expect(argument.description).not.toBe("");
  },
);

test("an option is called the same, and means the same, in every command", () => {
  const meanings = new Map<string, string>();
  for (const [, command] of commands) {
    for (const { long, flags, description } of command.options) {
      // The one that limits a run is a list; the one that a command works on is not.
      if (description === "the manager to work on; exactly one") continue;
      const meaning = `${flags} ${description}`;
      expect(meanings.get(long ?? flags) ?? meaning).toBe(meaning);
      meanings.set(long ?? flags, meaning);
    }
  }
});

test("the main help lists every command, every exit code, and examples", async () => {
  const ran = await run("--help");
  expect(ran.code).toBe(0);
  for (const [path] of commands) expect(ran.out).toContain(`  ${path.split(" ")[1]} `);
  const [, table = ""] = ran.out.split("Exit codes:\n");
  const listed = [...table.matchAll(/^ +(\d+) {2}\S/gm)].map(([, code]) => Number(code));
  expect(listed).toEqual(Object.values(ExitCode));
  expect(ran.out).toContain("$ jp1im apply -f tokyo.yaml");
});

test.each(["", "state"])(
  "'jp1im %s' alone is an unfinished command line: its help, on stderr, and 64",
  async (line) => {
    const ran = await run(line);
    expect(ran).toMatchObject({ code: 64, out: "" });
    expect(ran.err).toContain("Usage: jp1im");
  },
);

test.each([
  ["pln", "unknown command 'pln'", "did you mean plan?"],
  ["state lst", "unknown command 'lst'", "did you mean list?"],
  ["plan --ouput json", "unknown option '--ouput'", "did you mean --output?"],
  [
    "-f x plan --refresh false",
    "unknown option '-f'",
    "options go after the command: jp1im plan -f x --refresh false",
  ],
  ["--target a;b plan", "unknown option '--target'", "options go after the command: jp1im plan [options]"],
  ["watch --shard 1/2", "unknown option '--shard'", "--shard is for these commands: plan, apply,"],
  ["plan --xyzzy", "unknown option '--xyzzy'", "jp1im plan --help lists what there is"],
  [
    "plan jp1im.yaml",
    "too many arguments for 'plan'",
    "→ a file of desired state goes after -f: -f jp1im.yaml",
  ],
  ["drift extra", "too many arguments for 'drift'", "jp1im drift --help"],
  ["plan --parallelism", "option '--parallelism <n>' argument missing", "jp1im plan --help"],
  ["plan --output xml", "Allowed choices are text, json", "jp1im plan --help"],
  ["get agent", "value 'agent' is invalid", "did you mean agents? jp1im get --help"],
  ["get agents --output yml", "argument 'yml' is invalid", "did you mean yaml? jp1im get --help"],
  ["help pln", "unknown command 'pln'", "did you mean plan?"],
  [
    "plan tokyo.plan",
    "too many arguments for 'plan'",
    "a saved plan goes to jp1im apply, a file of desired state after -f",
  ],
])("'jp1im %s' is told what is wrong and what was meant", async (line, wrong, remedy) => {
  const ran = await run(line);
  expect(ran).toMatchObject({ code: 64, out: "", calls: [] });
  expect(ran.err).toContain(wrong);
  expect(ran.err).toContain(remedy);
});

test("the version is one line", async () => {
  const ran = await run("--version plan");
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(ran.out).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
});
