import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export const BIN = join(__dirname, "../../dist/cli/bin.js");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly cwd: string;
  /** All of the environment, but for PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** One run of the built package. Every child that a test leaves behind is killed by `killChildren`. */
export class Child {
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  #stdout = "";
  #stderr = "";
  #watch: () => void = () => {};

  constructor(args: readonly string[], { cwd, env = {}, stdin }: ChildOptions) {
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { PATH, HOME, ...env } });
    this.#process = child;
    alive.add(this);
    // A child that ends without reading its stdin closes the pipe under the writer.
    child.stdin.on("error", () => {});
    child.stdin.end(stdin ?? "");
    child.stdout.setEncoding("utf8").on("data", (text) => {
      this.#stdout += text;
      this.#watch();
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#stderr += text;
      this.#watch();
    });
    this.ended = new Promise((resolve) => {
      child.on("close", (code, signal) => {
        alive.delete(this);
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
        this.#watch();
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Resolves to the match once stdout or stderr holds it; rejects when the child ends without. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr);
      if (found) return found;
      if (!alive.has(this)) throw new Error(`it ended without ${pattern}:\n${this.#stdout}${this.#stderr}`);
      await new Promise<void>((resolve) => {
        this.#watch = resolve;
      });
    }
  }
}

const alive = new Set<Child>();

export async function killChildren(): Promise<void> {
  const children = [...alive];
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
}

export function run(args: readonly string[], options: ChildOptions): Promise<Ended> {
  return new Child(args, options).ended;
}
