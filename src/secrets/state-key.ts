import { isAbsolute, join } from "node:path";
import type { DiagnosticError } from "../model/diagnostic";
import type { SecretValue } from "../model/secret-value";
import { shellCommand } from "../model/shell-command";
import { realPath } from "../platform/real-path";
import { type RunProgram, runProgram } from "../platform/run-program";
import { createFingerprints } from "./fingerprints";
import { stateKeyFromCommand } from "./state-key-command";
import { type KeyFileContext, nextKeyFile, readKeyFile } from "./state-key-file";
import { newKey, parseKey, unusable } from "./state-key-text";

const VARIABLE = "JP1IM_STATE_KEY";
const FILE_VARIABLE = "JP1IM_STATE_KEY_FILE";
const COMMAND_VARIABLE = "JP1IM_STATE_KEY_COMMAND";

export interface StateKeyOptions extends KeyFileContext {
  /** Absolute path of the state folder. */
  readonly folder: string;
  /** Absolute folder that a relative JP1IM_STATE_KEY_FILE starts from, and that JP1IM_STATE_KEY_COMMAND works in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Names the keys of the state's partitions; several if a rekey was interrupted between them. Called only if a key
   * file is missing, or if a rekey was interrupted.
   */
  readonly stateKeyIds?: () => Promise<StateKeyIds>;
  /** An interrupted rekey is about to be finished. */
  readonly isRekey?: boolean;
  /** The machine's own unless passed in. */
  readonly runProgram?: RunProgram;
  /** Stops the program that writes the key. */
  readonly signal?: AbortSignal;
}

/** Names of the keys of all partitions of a state. */
export interface StateKeyIds {
  readonly byManager: ReadonlyMap<string, string>;
  /** Whether every partition could be read: a damaged one may have any key. */
  readonly isComplete: boolean;
}

export interface StateKey {
  /** 32 bytes in base64. */
  readonly key: SecretValue;
  /**
   * `new`: there was no key, and this one was generated. No stored fingerprint matches it, and it is not stored
   * anywhere yet.
   */
  readonly origin: "environment" | "command" | "file" | "new";
  /** Absolute path of the key file in use, existing or not. */
  readonly file?: string;
  /** A rekey was interrupted after it rewrote the state: the key is still in the file beside the key file. */
  readonly isNext?: boolean;
}

/**
 * Loads the key of the state's fingerprints; writes nothing. Rejects with a `DiagnosticError` (`state-key`), which
 * never shows the key.
 */
export async function loadStateKey(options: StateKeyOptions): Promise<StateKey> {
  const { env } = options;
  const given = env[VARIABLE];
  if (given !== undefined) return { key: parseKey(given, VARIABLE), origin: "environment" };
  const command = env[FILE_VARIABLE] === undefined ? env[COMMAND_VARIABLE] : undefined;
  if (command !== undefined) {
    const outside = { ...options, runProgram: options.runProgram ?? runProgram };
    const key = await stateKeyFromCommand(command, COMMAND_VARIABLE, outside);
    return { key, origin: "command" };
  }
  // The resolved path: a rekey replaces the file, not a symlink to it.
  return fromFile(await realPath(options.fileSystem, keyFile(options)), options);
}

/** Names a key without revealing it, as the state's header does. */
export function stateKeyId(key: SecretValue): string {
  return createFingerprints(key).keyId;
}

export function isUnderNoKey({ byManager, isComplete }: StateKeyIds): boolean {
  return byManager.size === 0 && isComplete;
}

async function fromFile(file: string, options: StateKeyOptions): Promise<StateKey> {
  const { env } = options;
  const isJob = env.CI !== undefined && !["", "false"].includes(env.CI);
  const context = { ...options, isJob, named: env[FILE_VARIABLE] !== undefined };
  const next = options.stateKeyIds && (await readKeyFile(nextKeyFile(file), context));
  const key = await readKeyFile(file, context);
  // Only the state shows how far an interrupted rekey got.
  const ids = next && (await options.stateKeyIds?.());
  if (next !== undefined && ids !== undefined) {
    const seen = new Set(ids.byManager.values());
    const isBegun = seen.has(stateKeyId(next));
    if (isBegun && seen.size === 1 && ids.isComplete)
      return { key: next, origin: "file", file, isNext: true };
    const isFormer = key !== undefined && (seen.has(stateKeyId(key)) || !ids.isComplete);
    if (isBegun && !isFormer) throw formerLost(file);
    if (isBegun && !options.isRekey) throw halfRekeyed(file);
  }
  if (key !== undefined) return { key, origin: "file", file };
  if (context.named && options.stateKeyIds && !isUnderNoKey(await options.stateKeyIds()))
    throw notThere(file);
  return { key: newKey(options.random), origin: "new", file };
}

function halfRekeyed(file: string): DiagnosticError {
  return unusable(
    `a rekey of the state was interrupted: a part of it is under the key in ${nextKeyFile(file)}, and another one under that in ${file}, or damaged`,
    "finish it: `jp1im state rekey`",
  );
}

function formerLost(file: string): DiagnosticError {
  const next = nextKeyFile(file);
  return unusable(
    `a rekey of the state was interrupted: a part of it is under the key in ${next}, and another one under a former key that is not in ${file}`,
    `put a copy of the former key in ${file} and run \`jp1im state rekey\`; if it is lost, run \`${shellCommand("mv", next, file)}\` and then \`jp1im apply --new-state\`, which writes the values under it again`,
  );
}

/**
 * The error if a named key file is missing. Creating a new key would make every value unverified because of a wrong
 * path or a missing mount.
 */
function notThere(file: string): DiagnosticError {
  return unusable(
    `${FILE_VARIABLE} names ${file}, which does not exist, and the state was written under a key`,
    `give it the file with that key: a relative path starts at the current folder; if the key is lost, unset ${FILE_VARIABLE} or make a new one: openssl rand -base64 32`,
  );
}

function keyFile({ env, folder, cwd }: StateKeyOptions): string {
  const named = env[FILE_VARIABLE];
  if (named === undefined) return join(folder, "state.key");
  if (named === "") throw unusable(`${FILE_VARIABLE} is empty`, "name a key file in it, or unset it");
  return isAbsolute(named) ? named : join(cwd, named);
}
