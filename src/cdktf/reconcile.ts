/**
 * Terraform's provisioner starts this script: `node reconcile.js apply|destroy --OPTION=VALUE…`. It runs the tool on
 * one manager and writes its report to a file, because Terraform hides a provisioner's output if a secret is in its
 * environment. It loads nothing but Node.
 *
 * `--change=ID` names the change to apply. `--after=ID` names a change that should be done: the tool then runs only
 * if that change did not succeed in this folder.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

const text = { type: "string" } as const;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    manager: text,
    change: text,
    after: text,
    stack: text,
    document: text,
    "working-folder": text,
    binary: text,
    "lock-timeout": text,
    state: text,
    parallelism: text,
    report: text,
  },
});

void reconcile().catch((error: unknown) => {
  process.stderr.write(`jp1im could not be run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function reconcile(): Promise<void> {
  const [mode = ""] = positionals;
  const stack = resolve(option("stack"));
  // Terraform passes `--report=PATH` relative to its own working folder.
  const report = resolve(option("report"));
  const { change, after } = values;
  if (after !== undefined && isDone(report, after)) return;
  const child = start(mode, resolve(stack, option("working-folder")), stack);
  const document = readFileSync(resolve(stack, option("document")));
  // A tool that ends without reading its input closes the pipe under the writer; its report says why.
  child.stdin?.on("error", () => {});
  child.stdin?.end(document);
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((ended, failed) => {
    child.on("error", failed);
    child.on("close", (status, signal) => ended(status ?? (signal === null ? 1 : 130)));
  });
  const output = Buffer.concat(chunks);
  keep(report, output);
  if (code === 0 && change !== undefined) keep(doneFile(report), Buffer.from(change));
  const lines = summary(output.toString("utf8"));
  process.stdout.write(`${mode} ${option("manager")}: exit code ${code}\n${lines}report: ${report}\n`);
  process.exitCode = code;
}

function start(mode: string, folder: string, stack: string): ChildProcess {
  const binary = option("binary");
  const path = /[\\/]/.test(binary) ? resolve(stack, binary) : binary;
  const [program, ...first] = /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
  const { state, parallelism } = values;
  const args = [
    ...first,
    mode,
    "--file=-",
    `--manager=${option("manager")}`,
    "--auto-approve",
    "--output=json",
    `--lock-timeout=${option("lock-timeout")}`,
    ...(state === undefined ? [] : [`--state=${state}`]),
    ...(parallelism === undefined ? [] : [`--parallelism=${parallelism}`]),
  ];
  const child = spawn(program ?? "", args, { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  // The tool finishes requests in flight. Ctrl-C in a terminal has reached it already; it would take a second signal
  // for a second Ctrl-C.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  return child;
}

function option(name: keyof typeof values): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

/** The file that names the last change that succeeded. */
function doneFile(report: string): string {
  return `${report}.done`;
}

function isDone(report: string, change: string): boolean {
  try {
    return readFileSync(doneFile(report), "utf8") === change;
  } catch {
    return false;
  }
}

/** Writes the file atomically, readable only by its owner. */
function keep(path: string, content: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The report in a few lines, for runs whose output Terraform shows. */
function summary(output: string): string {
  let report: Report;
  try {
    report = JSON.parse(output);
  } catch {
    return output;
  }
  const { outcome, plan, diagnostics = [] } = report;
  const counts = outcome?.summary;
  const lines = counts
    ? [
        `${counts.applied} applied, ${counts.failed} failed, ${counts.skipped} skipped, ${counts.requests} requests`,
      ]
    : [];
  for (const { severity, code, summary: what, address, remedy } of diagnostics) {
    lines.push(`${severity}: ${what} [${code}]${address === undefined ? "" : ` in ${address}`}`);
    if (remedy !== undefined) lines.push(`  → ${remedy}`);
  }
  lines.push(...unplannedLines("unknown", plan?.unknown), ...unplannedLines("blocked", plan?.blocked));
  return lines.map((line) => `${line.replace(UNPRINTABLE, "\ufffd")}\n`).join("");
}

/** What could not be planned, with each cause once: a refused login affects everything on its manager. */
function unplannedLines(title: string, unplanned: readonly Unplanned[] = []): string[] {
  const causes = new Map<string, Unplanned[]>();
  for (const each of unplanned) {
    const cause = `${each.code} ${each.detail}`;
    causes.set(cause, [...(causes.get(cause) ?? []), each]);
  }
  const shown = [...causes.values()].slice(0, SHOWN_CAUSES).flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { address, code, detail, remedy } = first;
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    const line = `${title}: ${detail} [${code}] in ${address}${more}`;
    return remedy === undefined ? [line] : [line, `  → ${remedy}`];
  });
  const hidden = causes.size - SHOWN_CAUSES;
  return hidden > 0 ? [...shown, `${title}: ${hidden} more causes, which are in the report`] : shown;
}

const SHOWN_CAUSES = 10;

/** The texts may quote the manager, and must not control a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The part of schemas/output.schema.json that the summary uses. */
interface Report {
  readonly outcome?: {
    readonly summary: Readonly<Record<"applied" | "failed" | "skipped" | "requests", number>>;
  };
  readonly plan?: { readonly unknown?: readonly Unplanned[]; readonly blocked?: readonly Unplanned[] };
  readonly diagnostics?: readonly {
    readonly severity: string;
    readonly code: string;
    readonly summary: string;
    readonly address?: string;
    readonly remedy?: string;
  }[];
}

interface Unplanned {
  readonly address: string;
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string;
}
