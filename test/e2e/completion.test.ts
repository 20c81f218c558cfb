/** A user's Tab in real shells, with the built package behind it. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { BIN } from "./child";
import { mustHere } from "./here";
import { closeStages, DESIRED, Stage } from "./stage";

const isThere = (shell: string) => spawnSync(shell, ["--version"]).status === 0;
const others = (["zsh", "fish"] as const).filter((shell) => {
  if (!isThere(shell)) console.warn(`${shell} is not installed: its completion is NOT tried`);
  return isThere(shell);
});

/** Keys that a shell or a terminal would take for something else, were they not quoted or left out. */
const HOSTILE = '$(touch ran) `touch ran` it\'s "so"; touch ran';
const KEYS = [HOSTILE, "my key!", "db:user@x=1", "*?[a]{b}", "line\nbreak", "\u001b[31mred"];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  stage.write("bin/jp1im", `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`);
  spawnSync("chmod", ["+x", stage.path("bin/jp1im")]);
  for (const shell of ["bash", "zsh", "fish"])
    stage.write(`script.${shell}`, (await mustHere(stage, `completion ${shell}`)).stdout);
  await mustHere(stage, "apply --auto-approve");
  const secrets = Object.fromEntries(KEYS.map((key) => [key, { env: "WEB_PASSWORD" }]));
  stage.write(
    "other folder/other.yaml",
    `apiVersion: jp1im/v1
managers:
  nagoya:
    url: https://immhost-nagoya:20703
    host: immhost-nagoya
    auth: { user: jp1admin, password: { exec: [touch, ran] } }
    agents: [{ host: db1, secrets: ${JSON.stringify(secrets)} }]
`,
  );
});
afterAll(async () => {
  expect(ran()).toEqual([]);
  await closeStages();
});

const SECRETS = "nagoya/agent/immhost-nagoya/db1/secret/";
/** Whatever a name made a shell run. */
const ran = () => readdirSync(stage.folder).filter((name) => name.startsWith("ran"));
const runShell = (shell: string, args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(shell, args, {
    cwd: stage.folder,
    encoding: "utf8",
    env: { PATH: `${stage.path("bin")}:${process.env.PATH}`, HOME: stage.folder, LC_ALL: "C.UTF-8", ...env },
  });

describe("bash", () => {
  /** `words` as bash splits the line at its blanks and at COMP_WORDBREAKS; the last is the one at the cursor. */
  const tab = (line: string, words: readonly string[], env?: Record<string, string>) => {
    const program = `source ./script.bash
      COMP_LINE=$1; COMP_POINT=\${#1}; shift; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
      text=\${COMP_WORDS[COMP_CWORD]#[\\"\\']}; case $text in [=:@]) text="" ;; esac
      _jp1im jp1im "$text" "\${COMP_WORDS[COMP_CWORD - 1]}"
      (( \${#COMPREPLY[@]} == 0 )) || printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = runShell("bash", ["--norc", "-c", program, "bash", line, ...words], env);
    expect(stderr).toBe("");
    return stdout.split("\n").slice(0, -1);
  };
  const plain = (line: string, env?: Record<string, string>) => tab(line, line.split(" "), env);
  const OTHER = ["jp1im", "plan", "-f", "'other folder/other.yaml'"];
  /** With the words of \`--target\` after \`-f\` as bash gives them. */
  const target = (text: string, pieces: readonly string[] = [text]) =>
    tab([...OTHER, "--target", text].join(" "), [...OTHER, "--target", ...pieces]);

  test.each([
    ["jp1im plan --manager t", ["tokyo"]],
    ["jp1im state show tokyo/cl", ["tokyo/client/fluentd-web"]],
    ["jp1im explain KAJY68205", ["KAJY68205-E"]],
    ["jp1im plan -f is-not-there.yaml --manager ", []],
    ["jp1im plan --manager $(touch ran", []],
    ["jp1im plan -f $(touch ran) --manager ", []],
  ])("completes '%s'", (line, replies) => {
    expect(plain(line)).toEqual(replies);
  });

  test("quotes a name as the word before the cursor is quoted", () => {
    expect(target(`${SECRETS}my`)).toEqual([`${SECRETS}my\\ key\\!`]);
    expect(target(`'${SECRETS}my`)).toEqual([`${SECRETS}my key!`]);
    expect(target(`"${SECRETS}my`)).toEqual([`${SECRETS}my key"'!'"`]);
    expect(target(`${SECRETS}\\*`)).toEqual([`${SECRETS}\\*\\?\\[a\\]\\{b\\}`]);
    expect(target(`'${SECRETS}$(`)).toEqual([`${SECRETS}${HOSTILE.replaceAll("'", "'\\''")}`]);
  });

  test("goes on after a colon, an equals sign and an at sign, at which bash splits words", () => {
    expect(target(`${SECRETS}db:us`, [`${SECRETS}db`, ":", "us"])).toEqual(["user@x=1"]);
    expect(target(`${SECRETS}db:`, [`${SECRETS}db`, ":"])).toEqual(["user@x=1"]);
    const line = `${[...OTHER, "--target"].join(" ")}=${SECRETS}db:user@x`;
    const pieces = ["--target", "=", `${SECRETS}db`, ":", "user", "@", "x"];
    expect(tab(line, [...OTHER, ...pieces])).toEqual(["x=1"]);
  });

  test("offers a name in a way that the shell reads as that name, and none with a control character", () => {
    const replies = target(SECRETS);
    const { stdout } = runShell("bash", [
      "--norc",
      "-c",
      replies.map((reply) => `printf '%s\\n' ${reply}`).join("\n"),
    ]);
    const shown = KEYS.filter((key) => !/\p{Cc}/u.test(key)).map((key) => `${SECRETS}${key}`);
    expect(stdout.split("\n").slice(0, -1)).toEqual(shown.sort());
  });

  test("offers what it can of a file that is wrong, without a word", () => {
    stage.write("wrong.yaml", `${DESIRED}\nsurprise: true\n`);
    expect(plain("jp1im plan -f wrong.yaml --manager to")).toEqual(["tokyo"]);
    stage.write("broken.yaml", "managers: {");
    expect(plain("jp1im plan -f broken.yaml --manager to")).toEqual([]);
  });
});

if (others.includes("fish"))
  describe("fish", () => {
    const tab = (line: string) => {
      const program = "source script.fish; complete -C $argv[1]";
      const { stdout } = runShell("fish", ["--no-config", "-c", program, line]);
      return stdout.split("\n").flatMap((each) => each.split("\t")[0] || []);
    };
    test.each([
      ["jp1im plan --manager t", ["tokyo"]],
      ["jp1im plan --manager=to", ["--manager=tokyo"]],
      ["jp1im plan -f 'other folder/other.yaml' --manager ", ["nagoya"]],
      ["jp1im state show tokyo/cl", ["tokyo/client/fluentd-web"]],
      [`jp1im plan -f other\\ folder --target '${SECRETS}$(`, [`${SECRETS}${HOSTILE}`]],
      [`jp1im plan -f other\\ folder --target ${SECRETS}my\\ `, [`${SECRETS}my key!`]],
    ])("completes '%s'", (line, replies) => {
      expect(tab(line)).toEqual(replies);
    });
  });

if (others.includes("zsh"))
  describe("zsh", () => {
    /** The line after a Tab at its end, in an interactive zsh on a terminal of its own. */
    const tab = (line: string) => {
      stage.write(
        "rc/.zshrc",
        `fpath=(~/functions $fpath); autoload -Uz compinit; compinit -u -D
        keep() { print -r -- "$BUFFER" > ~/line.new; mv ~/line.new ~/line }
        zle -N keep; bindkey '^Xd' keep`,
      );
      stage.write("functions/_jp1im", stage.read("script.zsh"));
      const program = `zmodload zsh/zpty; zpty z zsh -i
        zpty -w -n z "$1"$'\\t\\x18d'
        for (( n = 0; n < 600; n++ )); do [[ -e line ]] && break; zpty -r -t z out; sleep 0.1; done
        zpty -d z; cat line; rm line`;
      return runShell("zsh", ["-c", program, "zsh", line], {
        ZDOTDIR: stage.path("rc"),
        TERM: "dumb",
      }).stdout.trimEnd();
    };
    test.each([
      ["jp1im plan --manager to", "kyo"],
      ["jp1im plan -f 'other folder/other.yaml' --manager na", "goya"],
      [`jp1im plan -f other\\ folder --target ${SECRETS}my`, "\\ key\\!"],
      [`jp1im plan -f other\\ folder --target ${SECRETS}db:us`, "er@x=1"],
      [
        `jp1im plan -f other\\ folder --target '${SECRETS}$(`,
        `${HOSTILE.slice(2).replaceAll("'", "'\\''")}'`,
      ],
    ])("completes '%s'", (line, rest) => {
      expect(tab(line)).toBe(`${line}${rest}`);
    });
  });

test("no name was run as a command", () => {
  expect(existsSync(stage.path("ran"))).toBe(false);
});
