import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout, shell } from "./checkout";
import type { Forge } from "./forge";

interface Job {
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
  readonly rules: readonly { readonly if: string; readonly when?: string }[];
  readonly before_script?: readonly string[];
  readonly environment?: string;
  readonly artifacts?: { readonly paths: readonly string[]; readonly when?: string };
}

interface Pipeline extends Record<string, unknown> {
  readonly default: { readonly before_script: readonly string[] };
  readonly stages: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

export interface JobResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a `.gitlab-ci.yml` as GitLab does: the jobs whose rules hold, each in a fresh checkout with the artifacts of the earlier ones. */
export class GitlabRunner {
  /** The protected branch as the last pipeline outside of a merge request had it. */
  #main: string;

  constructor(
    readonly repository: string,
    readonly forge: Forge,
    /** The project's protected variables: a pipeline of a merge request does not get them. */
    readonly protectedVariables: Readonly<Record<string, string>>,
  ) {
    this.#main = checkout(repository);
  }

  /** The jobs that ran, by name. A manual one runs as if somebody had pressed its button. */
  async run(variables: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, JobResult>> {
    const text = readFileSync(join(this.repository, ".gitlab-ci.yml"), "utf8");
    if (variables.CI_PIPELINE_SOURCE !== "merge_request_event") this.#main = checkout(this.repository);
    const { default: common, stages, variables: own, ...jobs } = parse(text) as Pipeline;
    const kept = mkdtempSync(join(tmpdir(), "jp1im-artifacts-"));
    const ended = new Map<string, JobResult>();
    const given = { ...variables, ...this.#environment(variables) };
    const env = { ...given, ...expanded(own, given) };
    for (const stage of stages) {
      for (const [name, job] of Object.entries(jobs) as [string, Job & { stage: string }][]) {
        if (job.stage !== stage || !job.rules.some((rule) => holds(rule.if, env))) continue;
        if ([...ended.values()].some(({ code }) => code !== 0)) continue;
        const result = await this.#job(job, job.before_script ?? common.before_script, kept, env);
        ended.set(name, result);
      }
    }
    return ended;
  }

  #environment(variables: Readonly<Record<string, string>>): Record<string, string> {
    const isProtected = variables.CI_PIPELINE_SOURCE !== "merge_request_event";
    return {
      ...(isProtected && this.protectedVariables),
      CI: "true",
      CI_DEFAULT_BRANCH: "main",
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
      CI_API_V4_URL: `${this.forge.url}/api/v4`,
      CI_PROJECT_ID: "7",
      CI_JOB_TOKEN: "token-of-the-job",
      JP1IM_BOT_TOKEN: "token-of-the-bot",
    };
  }

  async #job(
    job: Job,
    before: readonly string[],
    kept: string,
    env: Readonly<Record<string, string>>,
  ): Promise<JobResult> {
    const folder = checkout(this.repository);
    connect(folder, this.#main);
    cpSync(kept, folder, { recursive: true });
    const result = await shell([...before, ...job.script].join("\n"), folder, env);
    if (job.after_script) await shell(job.after_script.join("\n"), folder, env);
    const { paths = [], when } = job.artifacts ?? {};
    for (const path of paths.filter((each) => existsSync(join(folder, each)))) {
      if (result.code === 0 || when === "always")
        cpSync(join(folder, path), join(kept, path), { recursive: true });
    }
    return result;
  }
}

/** Makes a checkout a repository of Git whose `origin` has the protected branch. */
function connect(folder: string, main: string): void {
  const origin = checkout(main);
  const git = (where: string, line: string) => {
    const options = { cwd: where, encoding: "utf8" } as const;
    const { status, stderr } = spawnSync("git", line.split(" "), options);
    if (status !== 0) throw new Error(`git ${line}: ${stderr}`);
  };
  git(origin, "init --quiet --initial-branch main");
  git(origin, "add --all");
  git(origin, "-c user.name=ops -c user.email=ops@example.com commit --quiet --message=main");
  git(folder, "init --quiet");
  git(folder, `remote add origin file://${origin}`);
}

/** Variables of the file, in which others stand as `$NAME`. */
function expanded(own: Pipeline["variables"], given: Readonly<Record<string, string>>) {
  const entries = Object.entries(own).map(([name, text]) => [
    name,
    text.replace(/\$(\w+)/g, (_, other) => given[other] ?? ""),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** As much of the language of rules as the example speaks: comparisons joined by `&&`. */
function holds(rule: string, variables: Readonly<Record<string, string>>): boolean {
  const read = (word: string) =>
    word.startsWith("$") ? (variables[word.slice(1)] ?? "") : word.replace(/^"|"$/g, "");
  return rule.split("&&").every((part) => {
    const [left = "", right = ""] = part.split("==").map((word) => word.trim());
    return read(left) === read(right);
  });
}
