import type { Command } from "commander";
import type { InitOptions } from "../../index";
import { type Diagnostic, DiagnosticError, failure } from "../../model/diagnostic";
import { diagnosticsText } from "../../report/diagnostic-text";
import { paintFor } from "../colour";
import type { CommandContext, CommandResult, CommonFlags } from "../command-context";
import { defineCommand } from "../define-command";
import { exitCodeOfProject } from "../exit-code-of";
import { initOptions } from "../options/init-options";
import { outputOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

type Answers = Pick<InitOptions, "url" | "host" | "user" | "passwordEnv">;

interface InitFlags extends CommonFlags, Partial<Answers> {
  readonly name?: string;
  readonly ca?: string;
  readonly fromManager?: boolean;
}

export function initCommand(session: Session): Command {
  return defineCommand("init", {
    summary: "create a desired state for one manager, in the current folder",
    about:
      "It asks for what is not given, again where an answer cannot be right, tries the login, and then writes jp1im.yaml, .gitignore and a key for the state. It replaces no file, and the manager is only read.",
    examples: [
      ["jp1im init", "on a terminal: it asks"],
      [
        "jp1im init --url https://immhost01:20703 --host immhost01 --user jp1admin --password-env TOKYO_PASSWORD --name tokyo",
        "in a script",
      ],
      ["jp1im init --from-manager", "and take over what the manager holds"],
    ],
    options: [...initOptions(), ...outputOptions()],
  }).action(async (flags: InitFlags) => {
    session.exitCode = await runCommand(session, { name: "init" }, flags, (context) => begin(context, flags));
  });
}

async function begin(context: CommandContext, flags: InitFlags): Promise<CommandResult> {
  const answers = await answersOf(context, flags);
  const { name, ca, fromManager } = flags;
  const library = await context.library();
  const { diagnostics, ...project } = await library.initProject(
    { ...answers, name, ca, fromManager },
    context.platform(library),
  );
  context.keep({ project });
  context.find(diagnostics);
  const { projectText } = await import("../../report/project-text.js");
  const exitCode = exitCodeOfProject(project, diagnostics);
  return { exitCode, text: projectText(project, context.paint), hasChanged: true };
}

const questions: readonly (readonly [
  key: keyof Answers,
  option: string,
  question: string,
  suggested: (known: Partial<Answers>) => string | undefined,
])[] = [
  ["url", "--url", "URL of the manager, such as https://immhost01:20703", () => undefined],
  ["host", "--host", "Its own host name, as its agents name it", ({ url }) => hostOf(url)],
  ["user", "--user", "JP1 user", () => "jp1admin"],
  ["passwordEnv", "--password-env", "Environment variable with the password", () => "JP1_PASSWORD"],
];

/** The given answers. On a terminal, it asks for the missing ones. */
async function answersOf(context: CommandContext, flags: InitFlags): Promise<Answers> {
  const { io } = context;
  const known: Partial<Record<keyof Answers, string>> = {};
  for (const [key] of questions) if (flags[key] !== undefined) known[key] = flags[key];
  const open = questions.filter(([key]) => known[key] === undefined);
  if (open.length === 0) return known as Answers;
  if (!(io.stdin.isTTY && io.stderr.isTTY)) throw missing(open.map(([, option]) => option));
  const library = await context.library();
  const check = (answers: Partial<Answers>) =>
    library.checkInit({ ...answers, ca: flags.ca }, context.platform(library));
  const wrong = await check(known);
  if (wrong.length > 0) throw new DiagnosticError(wrong);
  for (const [key, option, question, suggested] of open) {
    let faults: readonly Diagnostic[];
    do {
      known[key] = await ask(context, question, option, suggested(known));
      faults = await check(known);
      await context.tell(diagnosticsText(faults, paintFor(io.stderr, io.env, flags.color)));
    } while (faults.length > 0);
  }
  return known as Answers;
}

/** The answer to a question, or what is suggested where it is empty. */
async function ask(context: CommandContext, question: string, option: string, suggested?: string) {
  await context.tell(`${question}${suggested === undefined ? "" : ` [${suggested}]`}: `);
  const answer = await context.io.stdin.readLine(context.signal);
  if (answer === undefined) {
    await context.tell("\n");
    throw failure({ code: "cancelled", summary: "the questions were not answered, and nothing was written" });
  }
  const text = answer.trim() || suggested;
  if (text === undefined) throw missing([option]);
  return text;
}

function hostOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  // Agents do not know their manager by an IP address.
  return hostname === "" || /^[\d.]+$|^\[/.test(hostname) ? undefined : hostname;
}

function missing(options: readonly string[]) {
  const [last, ...before] = [...options].reverse();
  const named = before.length === 0 ? last : `${before.reverse().join(", ")} and ${last}`;
  return failure({
    code: "usage",
    summary: `${named} ${options.length === 1 ? "is" : "are"} missing`,
    remedy: "jp1im init --help shows a whole command line; on a terminal it asks for them",
  });
}
