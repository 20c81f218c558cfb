import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NamedArgument } from "../../src/cli/named-argument";
import type { EnvOption } from "../../src/cli/options/option";
import { completables } from "../../src/model/completable";
import { run } from "./fake-library";
import { runnableCommands } from "./program";

const shells = ["bash", "zsh", "fish"] as const;
const scriptOf = async (shell: string) => (await run(`completion ${shell}`)).out;
const isThere = (shell: string) => spawnSync(shell, ["--version"]).status === 0;

test.each(shells)("the script for %s names every command, option and choice", async (shell) => {
  const script = await scriptOf(shell);
  for (const [path, command] of runnableCommands()) {
    for (const word of path.split(" ")) expect(script).toContain(word);
    for (const { long = "", argChoices = [] } of command.options) {
      expect(script).toContain(shell === "fish" ? `-l ${long.slice(2)} ` : long);
      expect(script).toContain(argChoices.join(" "));
    }
    for (const { argChoices = [] } of command.registeredArguments)
      expect(script).toContain(argChoices.join(" "));
  }
});

test.each(shells.filter((shell) => shell === "bash" || isThere(shell)))(
  "the script for %s is one that the shell can read",
  async (shell) => {
    const folder = mkdtempSync(join(tmpdir(), "jp1im-completion-"));
    writeFileSync(join(folder, "script"), await scriptOf(shell));
    const checked = spawnSync(shell, ["-n", "script"], { cwd: folder, encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(checked).toMatchObject({ status: 0, stderr: "" });
  },
);

describe("bash completes", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "jp1im-completion-"));
    writeFileSync(join(folder, "script"), await scriptOf("bash"));
    writeFileSync(join(folder, "tokyo.yaml"), "");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What is offered, and what the tool was asked for it. */
  const complete = (words: readonly string[], line = "") => {
    const program = `source ./script
      jp1im() { printf '%s|' "$@" > asked; printf '%s\\n' one two; }
      COMP_LINE="$1"; COMP_POINT=\${#1}; shift
      COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _jp1im; echo "\${COMPREPLY[*]}"`;
    rmSync(join(folder, "asked"), { force: true });
    return spawnSync("bash", ["-c", program, "bash", line, ...words], {
      cwd: folder,
      encoding: "utf8",
    }).stdout.trim();
  };
  const asked = () => (existsSync(join(folder, "asked")) ? readFileSync(join(folder, "asked"), "utf8") : "");

  test.each([
    [["jp1im", "pl"], "plan"],
    [
      ["jp1im", ""],
      "validate plan apply destroy drift watch shards graph get doctor probe export import rebuild enroll initial-secret state audit simulate init schema completion terraform-provider explain version help",
    ],
    [["jp1im", "state", ""], "list show mv rm unlock rekey pull push migrate compact help"],
    [["jp1im", "state", "rm", "--loc"], "--lock-timeout"],
    [["jp1im", "plan", "--o"], "--out --output"],
    [["jp1im", "plan", "--output", ""], "text json markdown html"],
    [["jp1im", "plan", "--output", "=", "j"], "json"],
    [["jp1im", "plan", "--refresh", "=", ""], "true false"],
    [["jp1im", "plan", "-f", "to"], "tokyo.yaml"],
    [["jp1im", "plan", "-f", "state", "--ma"], "--manager"],
    [["jp1im", "apply", "to"], "tokyo.yaml"],
    [["jp1im", "simulate", "to"], "tokyo.yaml"],
    [["jp1im", "schema", "ma"], "manager-api"],
    [["jp1im", "completion", ""], "bash zsh fish"],
    [["jp1im", "help", "ap"], "apply"],
    [["jp1im", "plan", "--parallelism", ""], ""],
  ])("%j to %p", (words, expected) => {
    expect(complete(words)).toBe(expected);
    expect(asked()).toBe("");
  });

  test.each([
    ["target", ["plan", "--target", ""]],
    ["target", ["plan", "--target", "=", ""]],
    ["target", ["import", ""]],
    ["target", ["import", "tokyo", ""]],
    ["issued", ["apply", "--rotate", ""]],
    ["manager", ["plan", "--manager", ""]],
    ["manager", ["export", "--manager", ""]],
    ["manager", ["initial-secret", "issue", "--manager", ""]],
    ["zone", ["watch", "--zone", ""]],
    ["host", ["rebuild", "--replaces", ""]],
    ["host", ["get", "secrets", "--manager-host", ""]],
    ["client", ["enroll", "--client-id", ""]],
    ["owned", ["state", "show", ""]],
    ["owned", ["state", "rm", "--kept", ""]],
    ["lock", ["state", "unlock", ""]],
    ["code", ["explain", ""]],
  ])("asks for names of kind %s after %j", (kind, words) => {
    expect(complete(["jp1im", ...words])).toBe("one two");
    expect(asked()).toMatch(`completion|bash|${kind}|--|jp1im|`);
  });

  test("asks for what may stand in either place of a command with two addresses", () => {
    expect(complete(["jp1im", "state", "mv", ""])).toBe("one two one two");
  });

  test.each([
    // The line, and its words as bash has them.
    [
      "plan -f a.yaml --target=x",
      ["plan", "-f", "a.yaml", "--target", "=", "x"],
      "plan|-f|a.yaml|--target=x|x|",
    ],
    ["plan --target a:b@c", ["plan", "--target", "a", ":", "b", "@", "c"], "plan|--target|a:b@c|"],
    ["plan --target a: ", ["plan", "--target", "a", ":", ""], undefined],
    ["plan --target a:", ["plan", "--target", "a", ":"], "plan|--target|a:|"],
    ["plan --target 'a  b", ["plan", "--target", "'a  b"], "plan|--target|'a  b|"],
    ["plan  --target   a", ["plan", "--target", "a"], "plan|--target|a|"],
    ["plan -f c:d --target a", ["plan", "-f", "c", ":", "d", "--target", "a"], "plan|-f|c:d|--target|a|"],
    [
      "plan -f a=plan:state --manager ",
      ["plan", "-f", "a", "=", "plan", ":", "state", "--manager", ""],
      "plan|-f|a=plan:state|--manager||",
    ],
  ])("asks with the words of %j as they stand in the line", (line, words, expected) => {
    complete(["jp1im", ...words], `jp1im ${line}`);
    if (expected === undefined) expect(asked()).toBe("");
    else expect(asked()).toContain(`--|jp1im|${expected.replace("|--target=x|x|", "|x|")}`);
  });
});

describe("the tool offers", () => {
  const names = (offered: readonly string[]) => ({ library: { complete: async () => offered } });
  const offers = async (line: readonly string[], options = {}) => {
    const ran = await run(["completion", ...line], options);
    expect(ran).toMatchObject({ code: 0, err: "" });
    return ran.out.split("\n").slice(0, -1);
  };

  test("bash what follows on what is typed, and others the whole name", async () => {
    expect(await offers(["bash", "target", "--", "jp1im", "plan", "--target", "tokyo/"])).toEqual([
      "client/a",
    ]);
    for (const shell of ["zsh", "fish"])
      expect(await offers([shell, "target", "--", "jp1im", "plan", "'tokyo/"])).toEqual(["tokyo/client/a"]);
  });

  test.each([
    [["plan", "-f", "a.yaml", "--file=b c", "-fd"], { files: ["a.yaml", "b c", "d"], state: undefined }],
    [["plan", "-f", "'a b.yaml'", "-f", "~/c"], { files: ["a b.yaml", "/home/op/c"], state: undefined }],
    [["state", "show", "--state", ".jp1im"], { files: ["env.yaml"], state: ".jp1im" }],
    [["plan", "--target", "x"], { files: ["env.yaml"], state: undefined }],
  ])("names of the files and the state of the line %j", async (words, inputs) => {
    const env = { JP1IM_FILE: "env.yaml", HOME: "/home/op" };
    let given: unknown;
    const complete = async (_: unknown, options: unknown) => {
      given = options;
      return [];
    };
    await offers(["bash", "manager", "--", "jp1im", ...words, "--manager", ""], {
      env,
      library: { complete },
    });
    expect(given).toEqual(inputs);
  });

  test("no name with a character that is not visible", async () => {
    const hostile = ["a\nb", "a\u001b[31m", "a\u202eb", "a\u200b"];
    expect(await offers(["zsh", "target", "--", "jp1im", ""], names(["tokyo", ...hostile]))).toEqual([
      "tokyo",
    ]);
  });

  test("the places of addresses where there are more than 200", async () => {
    const many = Array.from({ length: 201 }, (_, at) => `tokyo/client/c${at}`);
    const typed = (text: string) =>
      offers(["zsh", "target", "--", "jp1im", text], names(["osaka", "tokyo", ...many]));
    expect(await typed("")).toEqual(["osaka", "tokyo", "tokyo/"]);
    expect(await typed("tokyo/")).toEqual(["tokyo/client/"]);
    expect(await typed("tokyo/client/c20")).toEqual(["tokyo/client/c20", "tokyo/client/c200"]);
  });

  test("nothing for a line that cannot be read, and no word about it", async () => {
    expect(await offers(["bash", "target", "--", "jp1im", "plan", "--state=", "x"])).toEqual([]);
    expect(await offers(["bash", "target", "--", "jp1im", "plan", "--target", "$(x"])).toEqual([]);
    expect(await offers(["bash", "manager", "--"], { env: { JP1IM_FIEL: "x", JP1IM_STATE: "" } })).toEqual(
      [],
    );
  });

  test("no kind that does not exist", async () => {
    expect(await run("completion bash nonsense --")).toMatchObject({ code: 64, out: "" });
  });
});

test("every argument is completed, and every option that takes a file, an address, a manager or a zone", () => {
  const own = ["kind", "words"];
  for (const [path, { options, registeredArguments }] of runnableCommands()) {
    for (const argument of registeredArguments.filter((each) => !own.includes(each.name())))
      expect([path, argument.name(), argument instanceof NamedArgument || !!argument.argChoices]).toContain(
        true,
      );
    for (const option of options) {
      const { traits } = option as EnvOption;
      if (/<(file|path|folder)>/.test(option.flags)) expect([option.flags, traits.path]).toContain(true);
      if (/<address>|--manager |--zone |--client-id /.test(option.flags))
        expect(completables).toContain(traits.names);
    }
  }
});

test("a shell that is not known is refused", async () => {
  expect((await run("completion tcsh")).code).toBe(64);
});
