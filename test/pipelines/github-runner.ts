import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout, type Said, shell } from "./checkout";
import { type Context, Expressions } from "./expressions";
import type { Forge } from "./forge";

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean | number>>;
}

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

type Permissions = Readonly<Record<string, string>>;

interface KeptArtifact {
  readonly run: number;
  readonly folder: string;
}

/** The commit that a pull request goes to. */
export const MAIN_SHA = "5a1f";

/** What became of one run of a workflow. */
export interface Run {
  /** By job; a job that was not due is not in it. */
  readonly jobs: ReadonlyMap<string, { readonly failed: boolean; readonly output: string }>;
  /** What the steps wrote for people. */
  readonly summary: string;
}

export interface Trigger {
  readonly event_name: string;
  readonly event: Readonly<Record<string, unknown>>;
  /** Of a run by hand. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/**
 * Runs workflows as GitHub does: each job in a fresh checkout, with the secrets of its environment alone, and files
 * handed on only as artifacts. The actions of GitHub's own that the examples use are played here.
 */
export class GithubRunner {
  readonly #artifacts = new Map<string, KeptArtifact>();
  /** The repository on GitHub. Only jobs with the permission may push to it. */
  readonly remote = mkdtempSync(join(tmpdir(), "jp1im-remote-"));
  #runs = 0;
  /** The protected branch as the last run outside of a pull request had it. */
  #main: string;

  private constructor(
    readonly repository: string,
    readonly forge: Forge,
    readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>,
    readonly expressions: Expressions,
  ) {
    this.#main = checkout(repository);
    git(this.remote, "init", "--quiet", "--bare");
    const hook = `#!/bin/sh\n[ "$MAY_PUSH" = write ] || { echo "Permission denied to github-actions" >&2; exit 1; }\n`;
    writeFileSync(join(this.remote, "hooks/pre-receive"), hook, { mode: 0o755 });
  }

  /** `secrets` by environment. */
  static async create(
    repository: string,
    forge: Forge,
    secrets: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): Promise<GithubRunner> {
    return new GithubRunner(repository, forge, secrets, await Expressions.load());
  }

  /** The files of an artifact. */
  artifact(name: string): string | undefined {
    return this.#artifacts.get(name)?.folder;
  }

  /** A checkout of the protected branch, or of what the run is about; git can ask the remote only with credentials. */
  checkOut(ref: string, into: string, hasCredentials: boolean): void {
    cpSync(ref === MAIN_SHA ? this.#main : this.repository, into, { recursive: true });
    const origin = hasCredentials ? this.remote : join(this.remote, "without-credentials");
    git(into, "init", "--quiet");
    git(into, "remote", "add", "origin", origin);
  }

  /** What git does in the repository on GitHub. */
  git(...words: string[]): string {
    return git(this.remote, ...words);
  }

  /** `approval` is what happens while somebody thinks about the approval of `production`. */
  async run(workflow: string, trigger: Trigger, approval = async () => {}): Promise<Run> {
    const text = readFileSync(join(this.repository, ".github/workflows", workflow), "utf8");
    const { jobs, permissions } = parse(text) as { jobs: Record<string, Job>; permissions: Permissions };
    if (trigger.event_name !== "pull_request") this.#main = checkout(this.repository);
    const number = ++this.#runs;
    const needs: Record<string, { outputs: Record<string, string> }> = {};
    const ended = new Map<string, { failed: boolean; output: string }>();
    let summary = "";
    // In the order of the file, in which the jobs that are needed come first.
    for (const [name, job] of Object.entries(jobs)) {
      const context: Context = {
        github: { ...trigger, token: "token-of-the-run" },
        inputs: trigger.inputs ?? {},
        secrets: this.secrets[job.environment ?? ""] ?? {},
        needs,
      };
      if (job.needs && ended.get(job.needs)?.failed !== false) continue;
      if (job.if && !this.expressions.truth(job.if, context)) continue;
      if (job.environment === "production") await approval();
      const work = new JobRun(this, { permissions, ...job }, context, number, this.#artifacts);
      const failed = await work.run(trigger);
      const outputs = Object.entries(job.outputs ?? {}).map(([key, value]) => [
        key,
        this.expressions.fill(value, context),
      ]);
      needs[name] = { outputs: Object.fromEntries(outputs) };
      ended.set(name, { failed, output: work.output });
      summary += work.summary;
    }
    return { jobs: ended, summary };
  }
}

class JobRun {
  readonly #folder = mkdtempSync(join(tmpdir(), "jp1im-runner-"));
  readonly #files = mkdtempSync(join(tmpdir(), "jp1im-runner-files-"));
  readonly #steps: Record<string, { outputs: Record<string, string> }> = {};
  output = "";

  constructor(
    readonly runner: GithubRunner,
    readonly job: Job,
    readonly context: Context,
    readonly number: number,
    readonly artifacts: Map<string, KeptArtifact>,
  ) {
    context.steps = this.#steps;
  }

  get summary(): string {
    return this.#read("summary");
  }

  /** Whether a step failed. From then on only what is to run always does. */
  async run({ event }: Trigger): Promise<boolean> {
    writeFileSync(join(this.#files, "event.json"), JSON.stringify(event));
    let failed = false;
    for (const step of this.job.steps) {
      const isDue = step.if ? this.runner.expressions.truth(step.if, this.context) : true;
      if (!isDue || (failed && step.if !== "always()")) continue;
      const { code, output } = step.run ? await this.#shell(step.run, step.env) : this.#action(step);
      this.output += output;
      failed ||= code !== 0;
      if (step.id) this.#steps[step.id] = { outputs: this.#outputs() };
    }
    return failed;
  }

  #shell(lines: string, ofStep: Step["env"] = {}): Promise<Said> {
    writeFileSync(join(this.#files, "output"), "");
    const own = Object.entries({ ...this.job.env, ...ofStep }).map(([name, value]) => [
      name,
      this.#fill(value),
    ]);
    return shell(this.#fill(lines), this.#folder, {
      ...Object.fromEntries(own),
      GITHUB_API_URL: this.runner.forge.url,
      GITHUB_REPOSITORY: "ops/jp1",
      GITHUB_EVENT_PATH: join(this.#files, "event.json"),
      GITHUB_OUTPUT: join(this.#files, "output"),
      GITHUB_STEP_SUMMARY: join(this.#files, "summary"),
      MAY_PUSH: this.job.permissions?.contents ?? "",
      CI: "true",
    });
  }

  #action({ uses = "", with: given = {} }: Step): Said {
    const input = (name: string) => this.#fill(String(given[name] ?? ""));
    if (uses.startsWith("actions/setup-node@")) return { code: 0, output: "" };
    if (uses.startsWith("actions/checkout@")) {
      const hasCredentials = given["persist-credentials"] !== false;
      this.runner.checkOut(input("ref"), join(this.#folder, input("path")), hasCredentials);
      return { code: 0, output: "" };
    }
    if (uses.startsWith("actions/upload-artifact@")) return this.#upload(input("name"), input("path"));
    if (uses.startsWith("actions/download-artifact@")) {
      return this.#download(input("name"), input("path"), Number(input("run-id") || this.number));
    }
    throw new Error(`no stand-in of ${uses}`);
  }

  #upload(name: string, path: string): Said {
    const from = join(this.#folder, path);
    if (!existsSync(from)) return { code: 0, output: `nothing at ${path}\n` };
    const kept = mkdtempSync(join(tmpdir(), "jp1im-artifact-"));
    // One file stands in the artifact by its name alone; of a folder, what is in it.
    cpSync(from, path.includes(".json") ? join(kept, path) : kept, { recursive: true });
    this.artifacts.set(name, { run: this.number, folder: kept });
    return { code: 0, output: "" };
  }

  #download(name: string, path: string, run: number): Said {
    const kept = this.artifacts.get(name);
    if (kept?.run !== run) return { code: 1, output: `no artifact ${name} of run ${run}\n` };
    cpSync(kept.folder, join(this.#folder, path), { recursive: true });
    return { code: 0, output: "" };
  }

  #outputs(): Record<string, string> {
    const lines = this.#read("output").split("\n").filter(Boolean);
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  }

  #fill(text: string): string {
    return this.runner.expressions.fill(text, this.context);
  }

  #read(name: string): string {
    const path = join(this.#files, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }
}

function git(folder: string, ...words: string[]): string {
  return execFileSync("git", words, { cwd: folder, encoding: "utf8" });
}
