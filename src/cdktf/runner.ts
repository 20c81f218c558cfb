import { isAbsolute, join, relative, resolve } from "node:path";
import { slashed } from "./portable-paths";

/** How Terraform runs the tool. */
export interface RunnerProps {
  /** The resource that runs it: that of the null provider (default), or the one that is built into Terraform. */
  readonly runner?: "null_resource" | "terraform_data";
  /** Run when the desired state or a reference changes (default), or at every apply. */
  readonly reconcile?: "on-change" | "always";
  /**
   * Where the tool runs, where relative paths in props start, and where `.jp1im` is. Default: the working folder
   * of the synth. The synth writes it relative to the stack, so that every checkout gives the same output.
   */
  readonly workingFolder?: string;
  /** Folder of the tool's state. Default: what a YAML file declares, else `.jp1im` in the working folder. */
  readonly stateFolder?: string;
  /** The tool: a name in PATH, or a path; JavaScript is run by Node. Default: the one of this package. */
  readonly binary?: string;
  /** The program that runs this package's script, and its first arguments. Default: `["node"]`. */
  readonly interpreter?: readonly string[];
  /** More environment variables. They may be references, but a destroy has only the literal ones. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long one manager's run waits for another's. Default: `15m`. */
  readonly lockTimeout?: string;
  /** Requests in flight on each manager, at most. */
  readonly parallelism?: number;
  /** Any text; a different text causes a run. */
  readonly revision?: string;
  /**
   * Key of the digest that tells whether a reference has changed. Default: the construct's path, which is no secret;
   * docs/cdktf.md says what that means.
   */
  readonly digestKey?: string;
}

/** Relative to this file in `src/cdktf`, `dist/cdktf` and `dist/cdktn` alike. */
const SCRIPT = join(__dirname, "reconcile.js");
const BINARY = join(__dirname, "../cli/bin.js");

/** Terraform's expression for the folder of the stack; a destroy provisioner may use it, too. */
const MODULE = `\${path.module}`;

export interface Run {
  readonly mode: "apply" | "destroy";
  readonly manager: string;
  /** ID of the change to apply, or of the change that must be done, as a Terraform expression. */
  readonly change?: string | undefined;
  readonly after?: string | undefined;
  /** File names below the folder of the stack. */
  readonly document: string;
  readonly report: string;
  /** Whether the document says where the state is. */
  readonly declaresState: boolean;
}

/** The `interpreter` and `command` of one provisioner, with every path relative to the stack's folder. */
export function commandOf(
  run: Run,
  props: RunnerProps,
  stackFolder: string,
): { readonly interpreter: string[]; readonly command: string } {
  const workingFolder = workingFolderOf(props);
  const fromStack = (path: string) => slashed(relative(stackFolder, path)) || ".";
  const { interpreter = ["node"], stateFolder, lockTimeout = "15m", parallelism } = props;
  const state = stateFolder ?? (run.declaresState ? undefined : ".jp1im");
  return {
    interpreter: [
      ...interpreter,
      `${MODULE}/${fromStack(SCRIPT)}`,
      run.mode,
      `--manager=${literal(run.manager)}`,
      ...(run.change === undefined ? [] : [`--change=${run.change}`]),
      ...(run.after === undefined ? [] : [`--after=${run.after}`]),
      `--stack=${MODULE}`,
      `--document=${literal(run.document)}`,
      `--working-folder=${literal(fromStack(workingFolder))}`,
      `--binary=${literal(binaryOf(props, workingFolder, fromStack))}`,
      `--lock-timeout=${literal(lockTimeout)}`,
      ...(state === undefined ? [] : [`--state=${literal(slashed(state))}`]),
      ...(parallelism === undefined ? [] : [`--parallelism=${parallelism}`]),
    ],
    // Terraform names the command when it fails, even where it hides the output.
    command: `--report=${MODULE}/${literal(run.report)}`,
  };
}

/** A path in props as Terraform finds it: relative to the stack, unless it is absolute. */
export function terraformPath(
  path: string,
  props: RunnerProps,
  stackFolder: string,
): { readonly absolute?: string; readonly fromStack: string } {
  const fromStack = slashed(relative(stackFolder, resolve(workingFolderOf(props), path)));
  return isAbsolute(path) ? { absolute: slashed(path), fromStack } : { fromStack };
}

export function workingFolderOf({ workingFolder = "." }: RunnerProps): string {
  return resolve(workingFolder);
}

function binaryOf(
  { binary = BINARY }: RunnerProps,
  workingFolder: string,
  fromStack: (path: string) => string,
): string {
  const isName = !/[\\/]/.test(binary);
  if (isName || (isAbsolute(binary) && binary !== BINARY)) return binary;
  const path = fromStack(resolve(workingFolder, binary));
  return path.includes("/") ? path : `./${path}`;
}

/** A text, escaped so that Terraform takes it literally. */
function literal(text: string): string {
  return text.replaceAll("${", "$${").replaceAll("%{", "%%{");
}
