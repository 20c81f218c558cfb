import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ended {
  readonly code: number | null;
  /** stdout and stderr together. */
  readonly output: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once its output so far matches; rejects when it ends without. */
  readonly said: (pattern: RegExp) => Promise<void>;
}

/** OpenTofu's is `tofu`. */
export type Program = "terraform" | "tofu";

/** Terraform in one folder, with an environment of its own. */
export class Terraform {
  constructor(
    readonly folder: string,
    readonly env: Record<string, string>,
    readonly program: Program = "terraform",
  ) {}

  start(...args: string[]): Running {
    // A group of its own, so that a test can end it with everything that it started.
    const child = spawn(this.program, args, {
      cwd: this.folder,
      env: { ...terraformEnvironment(), ...this.env },
      detached: true,
    });
    started.add(child);
    let output = "";
    let look = () => {};
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
        look();
      });
    }
    const said = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        look = () => pattern.test(output) && resolve();
        child.on("close", () => reject(new Error(`it ended without ${pattern}:\n${output}`)));
        look();
      });
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code) => {
        started.delete(child);
        resolve({ code, output });
      });
    });
    return { child, ended, said };
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Runs what has to succeed for the test to mean anything. */
  async must(...args: string[]): Promise<Ended> {
    const ended = await this.run(...args);
    if (ended.code !== 0)
      throw new Error(`terraform ${args.join(" ")} ended with ${ended.code}:\n${ended.output}`);
    return ended;
  }

  /** The names of the resources that Terraform has stored so far. */
  stored(): string[] {
    try {
      const { resources } = JSON.parse(readFileSync(join(this.folder, "terraform.tfstate"), "utf8"));
      return resources.map(({ name }: { name: string }) => name);
    } catch {
      // It is not there yet, or just being written.
      return [];
    }
  }

  /** The exit code of a plan: 0 no changes, 2 changes. */
  async planCode(): Promise<number | null> {
    return (await this.run("plan", "-no-color", "-input=false", "-detailed-exitcode")).code;
  }
}

const started = new Set<ChildProcess>();

/** Ends what a failed test left running, each by its own process group. */
export function endTerraform(): void {
  for (const { pid } of started) if (pid !== undefined) killGroup(pid);
}

export function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Whether the program is on PATH and runs. */
export function hasTerraform(program: Program = "terraform"): boolean {
  return spawnSync(program, ["version"], { env: terraformEnvironment() }).status === 0;
}

/** The version of the program on PATH; `undefined` where it is not there. */
export function terraformVersion(program: Program = "terraform"): string | undefined {
  const { status, stdout } = spawnSync(program, ["version", "-json"], {
    env: terraformEnvironment(),
    encoding: "utf8",
  });
  return status === 0 ? JSON.parse(stdout).terraform_version : undefined;
}

/** Whether `terraform init` can get the null provider here: from the registry, or from a mirror. */
export function hasNullProvider(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-null-"));
  try {
    const required_providers = { null: { source: "null", version: "~> 3.2" } };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers } }));
    const options = { cwd: folder, env: terraformEnvironment(), timeout: 30_000 };
    return spawnSync("terraform", ["init", "-input=false"], options).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function terraformEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "", TF_CLI_CONFIG_FILE: config } = process.env;
  const quiet = { TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
  return { PATH, HOME, ...quiet, ...(config && existsSync(config) && { TF_CLI_CONFIG_FILE: config }) };
}
