import { isAbsolute, join } from "node:path";
import { cancelled, requireNotCancelled } from "../../model/cancelled";
import type { ExternalReference } from "../../model/desired-state";
import { fieldsOf } from "../../model/options";
import { repeatsSecret } from "../../model/repeats-secret";
import type { ProgramRequest, ProgramResult, RunProgram } from "../../platform/run-program";

/** In seconds. */
const DEFAULT_TIMEOUT = 30;
const MOST_BYTES = 64 * 1024;
const SHOWN_LINES = 5;
const SHOWN_CHARACTERS = 500;
/** Programs that we start do not need the keys of the state; the other variables make Node programs print secrets. */
const WITHHELD = ["JP1IM_STATE_KEY", "JP1IM_NEW_STATE_KEY", "NODE_DEBUG", "NODE_DEBUG_NATIVE"];

/** The command of `exec: [PROGRAM, ARGUMENT…]` or `exec: { command: […], shell, timeout }`. */
export interface Command {
  readonly command: readonly [string, ...string[]];
  /** The first item of `command` is a script for `sh`, the others its arguments. */
  readonly shell: boolean;
  /** In seconds. */
  readonly timeout: number;
}

/** `undefined` if the options name no program. */
export function parseCommand(options: unknown): Command | undefined {
  const given: Readonly<Record<string, unknown>> = Array.isArray(options)
    ? { command: options }
    : fieldsOf(options);
  const { command, shell = false, timeout = DEFAULT_TIMEOUT } = given;
  if (!Array.isArray(command) || !command.every((part) => typeof part === "string")) return undefined;
  const [program, ...args] = command;
  if (program === undefined || program === "" || typeof timeout !== "number") return undefined;
  return { command: [program, ...args], shell: shell === true, timeout };
}

/**
 * Only the program: messages leave out arguments, because somebody may have written a secret among them, or written
 * them into the program's name.
 */
export function describeCommand(options: unknown): string {
  const command = parseCommand(options);
  if (command === undefined) return "program without a name";
  return command.shell ? "shell script" : `program ${command.command[0].replace(/\s.*/su, " …")}`;
}

export function requestFor(
  { command, shell, timeout }: Command,
  folder: string,
  env: ProgramRequest["env"],
  stdin?: string,
): ProgramRequest {
  const [program, ...args] = command;
  const passed = Object.entries(env).filter(([name]) => !WITHHELD.includes(name));
  return {
    argv: shell ? ["/bin/sh", "-c", program, "sh", ...args] : [programPath(program, folder), ...args],
    folder,
    env: Object.fromEntries(passed),
    timeoutMs: timeout * 1000,
    maxBytes: MOST_BYTES,
    stdin,
  };
}

/** The program's file, if the options name one: a bare name is searched for in PATH, and a script is not a file. */
export function programFiles({
  options,
  folder,
}: Pick<ExternalReference, "options" | "folder">): readonly string[] {
  const command = parseCommand(options);
  if (command === undefined || command.shell) return [];
  const path = programPath(command.command[0], folder);
  return path.includes("/") ? [path] : [];
}

/** A name without a slash is searched for in PATH; any other path starts from the folder of the file that names it. */
export function programPath(program: string, folder: string): string {
  return !program.includes("/") || isAbsolute(program) ? program : join(folder, program);
}

/**
 * Runs a program that nothing depends on yet, such as a source's: when `signal` is aborted, it is stopped, or not
 * started, and this rejects with `cancelled`.
 */
export async function runUnlessCancelled(
  run: RunProgram,
  request: ProgramRequest,
  signal: AbortSignal | undefined,
): Promise<ProgramResult> {
  requireNotCancelled(signal);
  const result = await run({ ...request, signal });
  if (result.end === "cancelled") throw cancelled();
  return result;
}

/**
 * Why a program failed, as the end of a sentence, with its standard error. If that shares a part with `secret`, it is
 * left out.
 */
export function failureOf(result: ProgramResult, { timeout }: Command, secret: string): string | undefined {
  const stderr = "output" in result ? stderrOf(result.output.stderr, secret) : "";
  switch (result.end) {
    case "exited":
      return result.code === 0 ? undefined : `exited with ${result.code}${stderr}`;
    case "signal":
      return `was ended by ${result.signal}${stderr}`;
    case "timeout":
      return `did not end within ${timeout} s and was stopped${stderr}`;
    case "too-much":
      return `wrote more than ${MOST_BYTES} bytes and was stopped`;
    case "unread":
      return `ended without reading all of its input${stderr}`;
    case "cancelled":
      return "was stopped because the run was cancelled";
    case "unstartable":
      return `cannot be started: ${startFaults[result.errorCode] ?? result.errorCode}`;
  }
}

const startFaults: Readonly<Record<string, string>> = {
  ENOENT: "there is no such program, its interpreter or its working folder",
  EACCES: "it may not be executed",
  ENOEXEC: "it is not a program",
  E2BIG: "its arguments are too long",
};

function stderrOf(stderr: string, secret: string): string {
  const text = stderr.trim();
  if (text === "") return "";
  if (repeatsSecret(text, [secret]))
    return " (its error output holds a part of the secret, and is not shown)";
  const lines = text.split(/\r?\n/).slice(-SHOWN_LINES).join(" | ");
  const plain = lines.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ");
  return `: ${plain.length > SHOWN_CHARACTERS ? `…${plain.slice(-SHOWN_CHARACTERS)}` : plain}`;
}
