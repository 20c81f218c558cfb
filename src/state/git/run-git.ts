import { type DiagnosticError, failure } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";
import { withoutCredentials } from "../../model/without-credentials";
import { type ProgramResult, type RunProgram, runProgram } from "../../platform/run-program";
import { refused, withoutAtomic } from "./branch-faults";

/** Overrides for user settings that would change what this module reads or writes. */
const SETTINGS = { "core.splitIndex": "false", "log.showSignature": "false" };
/** Neither git nor ssh may prompt, on a terminal or in a desktop's dialog, and git's messages must be English. */
const OWN = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", SSH_ASKPASS: "", SSH_ASKPASS_REQUIRE: "never" };
const TIMEOUT_MS = 120_000;
const MAX_BYTES = 1 << 30;
/** The exit code of a shell that does not find the program. */
const NOT_FOUND = 127;

export interface GitContext {
  /** Absolute working folder. Its repository provides settings, remotes and credentials. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The machine's own unless handed in. */
  readonly runProgram?: RunProgram | undefined;
}

export interface GitOptions {
  readonly stdin?: string;
  /** Variables in addition to the context's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings that override the user's. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Stops a command that waits for a server. */
  readonly signal?: AbortSignal | undefined;
  /** Exit codes other than 0 that count as an answer. */
  readonly expects?: readonly number[];
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly text: string;
  /** Git's message about a failure, without credentials. */
  readonly reason: string;
}

/** The user's own `git`. */
export class Git {
  readonly #context: GitContext;
  /** The repository; `undefined` for the one that contains the folder. */
  readonly #gitDir: string | undefined;

  constructor(context: GitContext, gitDir?: string) {
    this.#context = context;
    this.#gitDir = gitDir;
  }

  /** Rejects with a `DiagnosticError` (`state-unreachable`), which shows no credentials. */
  async run(
    args: readonly string[],
    { stdin = "", env = {}, settings = {}, signal, expects = [] }: GitOptions = {},
  ): Promise<GitAnswer> {
    const { folder, runProgram: run = runProgram } = this.#context;
    const place = this.#gitDir === undefined ? [] : [`--git-dir=${this.#gitDir}`];
    const result = await run({
      argv: ["git", ...place, ...args],
      folder,
      env: this.#environment({ ...SETTINGS, ...settings }, env),
      stdin,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      signal,
    });
    if (result.end === "exited" && (result.code === 0 || expects.includes(result.code))) {
      const { stdout, stderr } = result.output;
      return { code: result.code, stdout, text: stdout.toString("utf8").trim(), reason: reasonIn(stderr) };
    }
    throw failed(args[0] ?? "", result);
  }

  /** Appends our settings to those that the user gives in the environment, because the last one counts. */
  #environment(settings: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>>) {
    const { env } = this.#context;
    const own = Object.entries(settings);
    const first = Number(env.GIT_CONFIG_COUNT ?? 0);
    const pairs = own.flatMap(([name, value], index) => [
      [`GIT_CONFIG_KEY_${first + index}`, name],
      [`GIT_CONFIG_VALUE_${first + index}`, value],
    ]);
    const count = { GIT_CONFIG_COUNT: String(first + own.length), ...Object.fromEntries(pairs) };
    return { ...env, ...OWN, ...count, ...variables };
  }
}

/** The fault if git refuses a repository because another user owns it; `undefined` for other messages. */
export function ownershipFault(reason: string): DiagnosticError | undefined {
  const folder = /detected dubious ownership in repository at '(.*)'/.exec(reason)?.[1];
  if (folder === undefined) return undefined;
  return failure({
    code: "state-unreachable",
    summary: `git does not use the repository ${folder}, because it belongs to another user`,
    remedy: `if you trust that user: \`${shellCommand("git", "config", "--global", "--add", "safe.directory", folder)}\`; else run as the user that it belongs to`,
  });
}

function failed(command: string, result: ProgramResult): DiagnosticError {
  if (result.end === "unstartable" || (result.end === "exited" && result.code === NOT_FOUND)) {
    return failure({
      code: "state-unreachable",
      summary: "the state is kept in git, and git cannot be started",
      remedy: "install git, or keep the state elsewhere: --state PATH",
    });
  }
  if (result.end === "cancelled")
    return failure({
      code: "cancelled",
      summary: `cancelled while git ${command} waited for the state's server`,
    });
  const fault = ownershipFault(withoutCredentials(result.output.stderr));
  if (fault !== undefined) return fault;
  const reason = reasonIn(result.output.stderr);
  if (/does not support --atomic/.test(reason)) return withoutAtomic();
  if (command === "push" && NO_RIGHT.test(result.output.stderr)) return refused(reason);
  const how = result.end === "exited" ? `ended with ${result.code}` : result.end;
  return failure({
    code: "state-unreachable",
    summary: `git ${command} ${how}${reason === "" ? "" : `: ${reason}`}`,
    remedy: REMEDIES[command] ?? CHECK_ACCESS,
  });
}

const CHECK_ACCESS =
  "check that `git ls-remote REPOSITORY` works in the same folder, with the same user and credentials";

/** A server's answer to a user who may read, and not push. */
const NO_RIGHT = /returned error: 403|denied|not allowed|read[- ]only/i;

/** Of commands for which reading from the server proves nothing. */
const REMEDIES: Readonly<Record<string, string>> = {
  push: "check that `git push REPOSITORY` works in the same folder, with the same user and credentials",
  "commit-tree":
    "check that `git commit --allow-empty` works in the same folder as the same user: its identity, and its key if commits are signed",
};

/** A message of git that follows the reason, which a program such as ssh has reported before. */
const FOLLOWS_REASON = /^fatal: (Could not read from remote repository|the remote end hung up unexpectedly)/i;

/** The line of git's messages that contains the reason. */
function reasonIn(stderr: string): string {
  const lines = withoutCredentials(stderr)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^warning: /i.test(line));
  const last = lines.findIndex((line) => /^(fatal|remote|error): /.test(line));
  const followsReason = last > 0 && FOLLOWS_REASON.test(lines[last] ?? "");
  const reason = lines.at(followsReason ? last - 1 : last) ?? "";
  return reason.replace(/^(fatal|remote|error): /, "").trim();
}
