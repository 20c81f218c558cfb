import { basename } from "node:path";
import type { FileSystem } from "../../platform/file-system";
import { isUtf16 } from "../../platform/foreign-file";
import { elfInterpreter } from "./elf-interpreter";

/** As much as Linux reads of a file to find out how to run it. */
const HEAD_BYTES = 256;
/** Formats that some systems run, also by a registered handler: Windows, Java, Wasm, macOS. In hexadecimal. */
const OTHER_PROGRAMS = /^(4d5a|504b0304|0061736d|feedfac[ef]|c[ef]faedfe|cafebabe)/;

export interface ProgramFault {
  /** The end of a sentence that begins with the program. */
  readonly why: string;
  readonly remedy: string;
}

/** Finds an executable file as the system does; `undefined` if there is none. */
export type FindExecutable = (program: string) => Promise<string | undefined>;

/** Why the system cannot run a file that has its permission to; `undefined` if its head shows nothing wrong. */
export async function executableFault(
  path: string,
  fileSystem: FileSystem,
  find: FindExecutable,
): Promise<ProgramFault | undefined> {
  // A program that may be executed, but not read, is none of ours to check.
  const head = await fileSystem.readFrom(path, 0, HEAD_BYTES).catch(() => undefined);
  const text = head?.toString("latin1") ?? "";
  if (text.startsWith("#!")) return scriptFault(text, find);
  if (text.startsWith("\x7fELF")) return elfFault(path, fileSystem, find);
  if (head !== undefined && isUtf16(head)) {
    return {
      why: "is UTF-16 text, which is not run as a script",
      remedy: "save it as UTF-8 without a byte-order mark",
    };
  }
  if (!text.includes("\0") || OTHER_PROGRAMS.test(head?.toString("hex") ?? "")) return undefined;
  return { why: "is neither a program nor a script", remedy: "check that it is the right file" };
}

/** With a carriage return, the system searches for an interpreter whose name ends with it. */
async function scriptFault(head: string, find: FindExecutable): Promise<ProgramFault | undefined> {
  const [first = ""] = head.slice(2).split("\n", 1);
  if (first.endsWith("\r")) {
    return {
      why: "has lines that end with CRLF, so that its interpreter is not found",
      remedy: "save it with LF; in Git, add a line to .gitattributes: *.sh text eol=lf",
    };
  }
  const [, interpreter = "", argument = ""] = /^[ \t]*([^ \t]*)[ \t]*(.*?)[ \t]*$/.exec(first) ?? [];
  if (interpreter === "") return undefined;
  // Unlike a program, an interpreter is never searched for in PATH.
  const path = interpreter.includes("/") ? interpreter : `./${interpreter}`;
  if ((await find(path)) === undefined) return lacks(interpreter);
  const started = basename(interpreter) === "env" ? startedByEnv(argument) : undefined;
  return started === undefined || (await find(started)) !== undefined ? undefined : lacks(started);
}

/** Linux passes all behind the interpreter as one argument; `-S` has env split it. */
function startedByEnv(argument: string): string | undefined {
  const [, split] = /^-S *(.*)$/.exec(argument) ?? [];
  const name = split === undefined ? argument : split.split(/[ \t]+/).find((word) => !word.includes("="));
  return name === undefined || name === "" || /^-|["'\\$=]/.test(name) ? undefined : name;
}

async function elfFault(
  path: string,
  fileSystem: FileSystem,
  find: FindExecutable,
): Promise<ProgramFault | undefined> {
  const interpreter = await elfInterpreter(path, fileSystem);
  if (interpreter === undefined) {
    return { why: "is a damaged program", remedy: "install it again" };
  }
  if (interpreter === "" || (await find(interpreter)) !== undefined) return undefined;
  return {
    why: `needs ${interpreter}, which is not there: it was built for another system or C library`,
    remedy: "install the build for this system",
  };
}

function lacks(interpreter: string): ProgramFault {
  return {
    why: `names the interpreter ${JSON.stringify(interpreter)} in its first line, which is not there, or may not be executed`,
    remedy: "install the interpreter, or correct the first line of the script",
  };
}
