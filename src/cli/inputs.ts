/** Turns the flags of a command line into the library's options. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { InputOptions, PlanOptions } from "../index";
import { failure } from "../model/diagnostic";
import type { Shard } from "../model/shard";
import type { CommonFlags } from "./command-context";

export interface InputFlags extends CommonFlags {
  readonly file?: readonly string[];
  readonly state?: string;
}

export interface ScopeFlags extends InputFlags {
  readonly manager?: readonly string[];
  readonly shard?: Shard;
  readonly target?: readonly string[];
  /** Only where `--rotate` is an option. */
  readonly rotate?: readonly string[];
  readonly refresh?: "true" | "false";
  /** Only where `--no-secrets` is an option. */
  readonly secrets?: boolean;
  /** Only where `--trust` is an option. */
  readonly trust?: readonly string[];
  readonly parallelism?: number;
  /** Only where `--new-state` is an option. */
  readonly newState?: boolean;
  /** Only where `--policy` is an option. */
  readonly policy?: readonly string[];
}

const DEFAULT_FILE = "jp1im.yaml";

/** The desired state's files: the given ones, else `jp1im.yaml` in the current folder. */
export function inputsOf(flags: InputFlags, cwd: string): InputOptions {
  const files = filesOf(flags, cwd);
  if (files.length === 0) throw noInput(cwd);
  return { files, state: flags.state };
}

/** The same; empty if there are none. */
export function filesOf({ file }: InputFlags, cwd: string): readonly string[] {
  return file ?? (existsSync(join(cwd, DEFAULT_FILE)) ? [DEFAULT_FILE] : []);
}

/** The same for commands that only read the state: they need no desired state if they know the folder. */
export function stateInputsOf(flags: InputFlags, cwd: string): InputOptions {
  const { state } = flags;
  if (state === undefined) return inputsOf(flags, cwd);
  return { files: filesOf(flags, cwd), state };
}

export function planOptionsOf(flags: ScopeFlags, cwd: string): PlanOptions {
  const { manager, shard, target, rotate, refresh, secrets, trust, newState, parallelism, policy } = flags;
  return {
    ...inputsOf(flags, cwd),
    managers: manager,
    shard,
    targets: target,
    rotate,
    trust,
    newState,
    parallelism,
    policies: policy,
    refresh: refresh !== "false",
    secrets: secrets !== false,
  };
}

/** The manager of a command that works on exactly one. */
export function onlyManager(names: readonly string[] = [], command: string): string {
  const [manager, ...others] = names;
  if (manager !== undefined && others.length === 0) return manager;
  throw failure({
    code: "usage",
    summary: manager === undefined ? "--manager is missing" : "there is more than one --manager",
    remedy: `jp1im ${command} works on one manager: name it with --manager NAME`,
  });
}

function noInput(cwd: string): Error {
  return failure({
    code: "no-input",
    summary: `no desired state was given, and there is no ${DEFAULT_FILE} in ${cwd}`,
    remedy: `name one with -f FILE, -f FOLDER or -f - for stdin, or begin one here with \`jp1im init\`; \`jp1im schema\` prints what may be in it`,
  });
}
