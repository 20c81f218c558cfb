import { type Diagnostic, failure } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";
import { type ProgramResult, runProgram } from "../../platform/run-program";
import {
  type Command,
  describeCommand,
  failureOf,
  parseCommand,
  requestFor,
  runUnlessCancelled,
} from "../../secrets/exec/command";
import type { ProgramFault } from "../../secrets/exec/executable-fault";
import { programFault } from "../../secrets/exec/find-program";
import type { Platform } from "../platform";

const SHOWN_LINES = 20;
const SHOWN_CHARACTERS = 4_000;

/** Special characters of shells. They are not interpreted here, so a text with one is refused. */
const SHELL_CHARACTERS = /["'`$\\|&;<>(){}[\]*?~#!\n\r]/;

/** A program that judges a plan before it is applied. */
export type PolicyProgram = Command;

/**
 * Parses programs of the command line: words with spaces between them, or JSON as under `exec` in the desired state:
 * `["PROGRAM", "ARGUMENT"]` or `{"command": [...], "shell": true, "timeout": 60}`. Without `shell`, no shell is used.
 * Throws a `DiagnosticError` (`usage`).
 */
export function parsePolicies(texts: readonly string[] = []): readonly PolicyProgram[] {
  return texts.map((text) => {
    const command = parseCommand(commandOptions(text));
    if (command !== undefined) return command;
    throw failure({
      code: "usage",
      summary: "the value of --policy is no program with arguments",
      remedy: `write words with spaces between them, or JSON where one holds a space, a quote or another special character: '["conftest","test","-"]', '{"command":["./check | tee log"],"shell":true,"timeout":60}'`,
    });
  });
}

/** The options that a text of the command line stands for, as under `exec`; `undefined` if it is no program. */
export function commandOptions(given: string): unknown {
  const text = given.trim();
  if (!/^[[{]/.test(text)) return SHELL_CHARACTERS.test(text) ? undefined : text.split(/ +/);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Passes the plan's JSON to each program on its standard input, and collects the refusals. A program that exits with
 * 0 allows the plan, whether it read the plan or not; anything else, including a program that cannot run, refuses it.
 */
export async function askPolicies(
  programs: readonly PolicyProgram[],
  plan: Plan,
  platform: Pick<Platform, "env" | "cwd" | "fileSystem" | "signal">,
): Promise<readonly Diagnostic[]> {
  if (programs.length === 0) return [];
  const document = `${JSON.stringify(plan)}\n`;
  const refusals: Diagnostic[] = [];
  for (const program of programs) {
    const request = requestFor(program, platform.cwd, platform.env, document);
    const result = await runUnlessCancelled(runProgram, request, platform.signal);
    const why = refusalOf(result, program);
    if (why === undefined) continue;
    const fault = await programFault(program, platform.cwd, platform);
    refusals.push(fault ? notAsked(program, fault) : refusal(program, why));
  }
  return refusals;
}

function refusalOf(result: ProgramResult, program: PolicyProgram): string | undefined {
  if (result.end === "unread") return undefined;
  if (result.end !== "exited") return failureOf(result, program, "");
  if (result.code === 0) return undefined;
  const { stdout, stderr } = result.output;
  const excerpt = excerptOf([stdout.toString("utf8"), stderr]);
  return `exited with ${result.code}${excerpt === "" ? " and said nothing" : `:\n${excerpt}`}`;
}

/** The start of a program's output, with the number of lines that are left out. */
function excerptOf(texts: readonly string[]): string {
  const lines = texts.flatMap((text) => text.trim().split(/\r?\n/)).filter((line) => line.trim() !== "");
  const shown: string[] = [];
  let room = SHOWN_CHARACTERS;
  for (const line of lines.slice(0, SHOWN_LINES)) {
    if (line.length > room) break;
    shown.push(line);
    room -= line.length;
  }
  const [first] = lines;
  if (shown.length === 0 && first !== undefined) shown.push(`${first.slice(0, SHOWN_CHARACTERS)}…`);
  const hidden = lines.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`… and ${hidden} more lines`] : [])].join("\n");
}

function notAsked(program: PolicyProgram, { why, remedy }: ProgramFault): Diagnostic {
  return {
    code: "policy-refused",
    severity: "error",
    summary: `the policy cannot be asked, and so refuses the plan: the ${describeCommand(program)} ${why}`,
    remedy: `${remedy}; to continue without it, omit its --policy (or JP1IM_POLICY)`,
  };
}

function refusal(program: PolicyProgram, why: string): Diagnostic {
  const name = describeCommand(program);
  return {
    code: "policy-refused",
    severity: "error",
    summary: `the policy refuses the plan: the ${name} ${why}`,
    remedy: `change what it objects to; to continue without it, omit its --policy (or JP1IM_POLICY)`,
  };
}
