import type { Surroundings } from "../index";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { ExitCode } from "../model/exit-code";
import { diagnosticsText } from "../report/diagnostic-text";
import { jsonText } from "../report/json-text";
import { everyFinding, type OutputContent, outputDocument } from "../report/output-document";
import type { Paint } from "../report/paint";
import { paintFor } from "./colour";
import { debugLine } from "./debug-line";
import { exitCodeOfFindings } from "./exit-code-of";
import type { Io } from "./io";
import type { Library } from "./library";
import { progressOn } from "./progress";
import type { Session } from "./session";

/** The options that every command with a report has. */
export interface CommonFlags {
  readonly output?: "text" | "json";
  readonly color: boolean;
  readonly debug?: boolean;
}

/** How a command ended: reported first, and then the exit code. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  /** For stdout, in text mode. */
  readonly text?: string;
}

/** What a running command has at hand. */
export interface Run {
  readonly io: Io;
  readonly json: boolean;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Paint of stdout. */
  readonly paint: Paint;
  library(): Promise<Library>;
  around(library: Library): Surroundings;
  /** Adds to the document, where it stays even if the command fails later on. */
  keep(content: OutputContent): void;
  /** Text mode: prints to stdout. JSON mode: nothing, for the document stands alone there. */
  print(text: string): Promise<void>;
  /** The report of a command that goes on after it: a JSON document is complete with it, and none follows. */
  publish(content: OutputContent, text: string): Promise<void>;
  /** Prints to stderr, without the live line in its way. */
  tell(text: string): Promise<void>;
  /** Text mode: tells these findings, and what was reported so far, now and not a second time at the end. */
  tellFindings(diagnostics: readonly Diagnostic[]): Promise<void>;
}

export interface RunTraits {
  /** As it stands in the document: `state list`. */
  readonly name: string;
  /** Told at the first Ctrl-C. */
  readonly stopNotice?: string;
}

const STOP_NOTICE = "stopping: finishing what is in flight; press Ctrl-C again to stop at once";

/** Runs one command to its reported end, whatever happens in it. */
export async function runCommand(
  session: Session,
  { name, stopNotice = STOP_NOTICE }: RunTraits,
  flags: CommonFlags,
  command: (run: Run) => Promise<CommandResult>,
): Promise<ExitCode> {
  const { io } = session;
  const controller = new AbortController();
  const stopListening = io.onStop(() => {
    if (controller.signal.aborted) return io.exitNow(ExitCode.cancelled);
    controller.abort();
    void io.stderr.write(`\n${stopNotice}\n`);
  });
  const report = reporter(session, name, flags, controller.signal);
  try {
    const result = await attempt(command, report, flags);
    await report.conclude(result);
    return result.exitCode;
  } finally {
    stopListening();
  }
}

async function attempt(
  command: (run: Run) => Promise<CommandResult>,
  { run, findings }: Reporter,
  flags: CommonFlags,
): Promise<CommandResult> {
  try {
    return await command(run);
  } catch (error) {
    if (flags.debug && error instanceof Error) await run.tell(`debug: ${error.stack ?? error.message}\n`);
    const thrown = findingsOf(error, run.signal);
    findings.push(...thrown);
    return { exitCode: run.signal.aborted ? ExitCode.cancelled : exitCodeOfFindings(thrown) };
  }
}

/** A thrown thing as findings. What is no `DiagnosticError` is a bug, unless the run was being stopped. */
export function findingsOf(error: unknown, signal?: AbortSignal): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (signal?.aborted) return [{ code: "cancelled", severity: "error", summary: "the run was cancelled" }];
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return [
    {
      code: "internal",
      severity: "error",
      summary: `this is a bug in jp1im, not in what you did: ${what}`,
      remedy:
        "report it with the command, jp1im --version and what --debug adds; what was applied so far is in the state",
    },
  ];
}

interface Reporter {
  readonly run: Run;
  /** What the library reported on its way and what it threw; results bring their own. */
  readonly findings: Diagnostic[];
  conclude(result: CommandResult): Promise<void>;
}

function reporter(session: Session, name: string, flags: CommonFlags, signal: AbortSignal): Reporter {
  const { io } = session;
  const json = flags.output === "json";
  const errorPaint = paintFor(io.stderr, io.env, flags.color);
  const progress = progressOn(io.stderr, () => io.now());
  const findings: Diagnostic[] = [];
  const told = new Set<string>();
  let content: OutputContent = {};
  let published = false;

  const tell = async (text: string) => {
    await progress.clear();
    await io.stderr.write(text);
  };
  const tellFindings = async (diagnostics: readonly Diagnostic[]) => {
    if (json) return;
    const fresh = [...findings, ...diagnostics].filter((diagnostic) => {
      const text = JSON.stringify(diagnostic);
      return !told.has(text) && told.add(text);
    });
    if (fresh.length > 0) await tell(diagnosticsText(fresh, errorPaint));
  };
  const run: Run = {
    io,
    json,
    signal,
    paint: paintFor(io.stdout, io.env, flags.color),
    library: session.library,
    around: (library) =>
      library.surroundings({
        env: io.env,
        cwd: io.cwd,
        stdin: () => io.stdin.readAll(),
        signal,
        report: (event) => {
          progress.report(event);
          if (event.type === "diagnostic") findings.push(event.diagnostic);
          if (flags.debug) void tell(debugLine(event));
        },
      }),
    keep: (more) => {
      content = { ...content, ...more };
    },
    print: async (text) => {
      await progress.clear();
      if (!json) await io.stdout.write(text);
    },
    publish: async (more, text) => {
      await run.print(text);
      published = true;
      if (json) await writeDocument(io, outputDocument(name, ExitCode.done, more, []));
    },
    tell,
    tellFindings,
  };
  return {
    run,
    findings,
    conclude: async ({ exitCode, text }) => {
      await progress.clear();
      if (json && published) return;
      if (json) return await writeDocument(io, outputDocument(name, exitCode, content, findings));
      if (text !== undefined) await run.print(text);
      await tellFindings(everyFinding(findings, content));
    },
  };
}

/** Gathers the small pieces into writes of a useful size, and stops where the reader has gone. */
export async function writeDocument(io: Io, document: object): Promise<void> {
  let pending = "";
  for (const piece of jsonText(document)) {
    pending += piece;
    if (pending.length < WRITE_SIZE) continue;
    await io.stdout.write(pending);
    pending = "";
    if (io.stdout.closed) return;
  }
  await io.stdout.write(pending);
}

/** Characters. */
const WRITE_SIZE = 65_536;
