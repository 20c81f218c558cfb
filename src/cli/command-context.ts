import type { EngineEvent, PlanOptions, Platform } from "../index";
import { completeCommands, type Given } from "../model/complete-commands";
import { type Diagnostic, failure, isServerWait } from "../model/diagnostic";
import { ExitCode } from "../model/exit-code";
import type { Plan } from "../model/plan";
import { diagnosticsText } from "../report/diagnostic-text";
import type { ReportFacts } from "../report/html/run-facts";
import { everyDiagnostic, type OutputContent, outputDocument } from "../report/output-document";
import type { Paint } from "../report/paint";
import { type ColourFlag, paintFor } from "./colour";
import type { Io } from "./io";
import type { Library } from "./load-library";
import { debugLine, type LogEntry, logLine } from "./log-lines";
import { type Progress, progressOn } from "./progress";
import type { Session } from "./session";
import { type DocumentFormat, documentFormat, documentLine, writeDocument } from "./write-document";

/** The options that every command has. */
export interface CommonFlags {
  readonly output?: "text" | "wide" | "name" | DocumentFormat;
  readonly color?: ColourFlag;
  readonly debug?: boolean;
  readonly quiet?: boolean;
  readonly logFormat?: "text" | "json";
  /** Only of commands that show a plan. */
  readonly showUnmanaged?: boolean;
  /** Only of commands that an audit trail records. */
  readonly approvedBy?: string;
  readonly autoApprove?: boolean;
  /** `-f` and `--state`, for commands that have them. */
  readonly file?: readonly string[];
  readonly state?: string;
}

/** How a command ended. The report comes first, then the exit code. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  /** For stdout, in text mode. */
  readonly text?: string;
  /** It changed something that outlasts the run: on a manager, at a sink or in the state. */
  readonly hasChanged?: boolean;
}

/**
 * The context of a running command: its platform, and the only way to write output. In JSON, YAML, Markdown and HTML
 * mode stdout carries only the document: texts are not printed, and diagnostics go into the document.
 */
export class CommandContext {
  readonly io: Io;
  /** The form of the document that stdout carries alone; `undefined` in text mode. */
  readonly document: DocumentFormat | undefined;
  /** Paint of stdout. */
  readonly paint: Paint;
  readonly #progress: Progress;
  /**
   * Diagnostics that the library reported during the run, and those that stopped the command; results have their own.
   */
  readonly #diagnostics: Diagnostic[] = [];
  readonly #shown = new Set<string>();
  /** The flags that suggested commands need: the files and the state of this run. */
  #given: Given;
  #content: OutputContent = {};
  #published = false;
  /** Standard input can be read only once; it may hold the desired state. */
  #stdin: Promise<Buffer> | undefined;

  constructor(
    private readonly session: Session,
    private readonly name: string,
    private readonly flags: CommonFlags,
    /** Aborted by the first Ctrl-C. */
    readonly signal: AbortSignal,
  ) {
    this.io = session.io;
    this.#given = flags;
    this.document = documentFormat(flags.output);
    this.paint = paintFor(this.io.stdout, this.io.env, flags.color);
    const log = flags.logFormat === "json" ? (entry: LogEntry) => this.#log(entry) : undefined;
    this.#progress = progressOn(this.io.stderr, () => this.io.now(), {
      ...{ log, isDumb: this.io.env.TERM === "dumb" },
    });
  }

  /** Whether a plan lists what is not managed. */
  get showUnmanaged(): boolean {
    return this.flags.showUnmanaged === true;
  }

  /** Whether the run reported an error, such as a part of the state that cannot be read. */
  get hasReportedError(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === "error");
  }

  library(): Promise<Library> {
    return this.session.library();
  }

  platform(library: Library): Platform {
    const { env, cwd, stdin } = this.io;
    return library.createPlatform({
      env,
      cwd,
      stdin: () => {
        this.#stdin ??= stdin.readAll();
        return this.#stdin;
      },
      signal: this.signal,
      approval: { by: this.flags.approvedBy, isAsked: this.flags.autoApprove !== true },
      report: (event) => this.#report(event),
    });
  }

  /** The plan. Rejects if the run was cancelled: its picture of the managers would be incomplete. */
  async plan(options: PlanOptions): Promise<Plan> {
    const library = await this.library();
    const plan = await library.plan(options, this.platform(library));
    if (this.signal.aborted) throw failure({ code: "cancelled", summary: "the run was cancelled" });
    this.keep({ plan });
    return plan;
  }

  /** Adds to the document, also if the command fails later. */
  keep(content: OutputContent): void {
    this.#content = { ...this.#content, ...content };
  }

  /** Adds diagnostics, to be printed with the next ones. */
  find(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#diagnostics.push(diagnostic);
  }

  /** Sets the files and the state of the run, if its command line does not name them. */
  worksWith(given: Given): void {
    this.#given = given;
  }

  /** Adds the files and the state of this run to the commands that a text suggests. */
  complete(text: string): string {
    return completeCommands(text, this.#given);
  }

  /** Prints to stdout, in text mode. */
  async print(text: string): Promise<void> {
    await this.#progress.clear();
    if (!this.document) await this.io.stdout.write(text);
  }

  /** Prints to stderr, after clearing the progress line. */
  async tell(text: string): Promise<void> {
    if (this.flags.logFormat === "json") return this.#log({ type: "message", text: text.trim() });
    await this.#progress.clear();
    await this.io.stderr.write(text);
  }

  /** In text mode, prints these diagnostics and all earlier ones now, and does not repeat them at the end. */
  async tellDiagnostics(diagnostics: readonly Diagnostic[]): Promise<void> {
    if (this.document && !this.#published) return;
    const unshown = this.#unshown(diagnostics);
    for (const each of unshown) this.#shown.add(JSON.stringify(each));
    await this.#showDiagnostics(unshown);
  }

  /** These and all earlier ones, without those that were told. */
  #unshown(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    const all = [...this.#diagnostics, ...diagnostics];
    return this.#shown.size === 0 ? all : all.filter((each) => !this.#shown.has(JSON.stringify(each)));
  }

  /** On stderr, in the form that the flags ask for. */
  async #showDiagnostics(diagnostics: readonly Diagnostic[]): Promise<void> {
    const shown = diagnostics.filter(({ severity }) => this.flags.quiet !== true || severity === "error");
    if (shown.length === 0) return;
    if (this.flags.logFormat === "json") {
      const each = new Map(shown.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
      for (const diagnostic of each.values()) await this.#log({ type: "diagnostic", diagnostic });
      return;
    }
    const text = diagnosticsText(shown, paintFor(this.io.stderr, this.io.env, this.flags.color));
    await this.tell(this.complete(text));
  }

  /** Writes the complete document of a command that continues after it; no other document follows. */
  async publish(content: OutputContent, text: string): Promise<void> {
    await this.print(this.complete(text));
    this.#published = true;
    if (this.document) await this.#write(ExitCode.done, content);
  }

  /**
   * Writes one event of a command that continues: a line of text with its diagnostics on stderr, or one line of JSON
   * with everything. No document follows.
   */
  async emit(event: object, line: string, diagnostics: readonly Diagnostic[]): Promise<void> {
    this.#published = true;
    if (this.document) return this.io.stdout.write(documentLine(this.name, event, this.#given));
    await this.print(line);
    await this.#showDiagnostics(diagnostics);
  }

  /** Writes the result of the command. */
  async conclude({ exitCode, text }: CommandResult): Promise<void> {
    await this.#progress.clear();
    if (this.document && !this.#published) return this.#write(exitCode, this.#content);
    if (text !== undefined) await this.print(this.complete(text));
    await this.#showDiagnostics(this.#unshown(everyDiagnostic([], this.#content)));
    const { recorded } = this.#content;
    if (recorded === undefined || this.flags.quiet || this.flags.logFormat === "json") return;
    const { additionText } = await import("../report/audit-text.js");
    await this.tell(additionText(recorded));
  }

  async #write(exitCode: ExitCode, content: OutputContent): Promise<void> {
    const facts = this.document === "html" ? await this.#facts(content) : undefined;
    const document = outputDocument(this.name, exitCode, content, this.#diagnostics);
    await writeDocument(this.io.stdout, document, this.document, this.#given, facts);
  }

  /** What an HTML page shows of a run besides its document; `undefined` without a plan. */
  async #facts(content: OutputContent): Promise<ReportFacts | undefined> {
    if (content.plan === undefined) return undefined;
    const { reportFacts } = await import("./report-facts.js");
    const library = await this.library();
    return reportFacts(content, library, this.platform(library));
  }

  /** A diagnostic is logged as one line when it is reported. */
  #debug(event: EngineEvent): void {
    if (this.flags.logFormat !== "json") void this.tell(debugLine(event));
    else if (event.type !== "diagnostic") void this.#log(event);
  }

  #keepRecorded(event: Extract<EngineEvent, { readonly type: "audit" }>): void {
    const { trail, lines, last } = event;
    this.keep({ recorded: { trail, lines, last } });
    const { logFormat, debug, quiet } = this.flags;
    if (logFormat === "json" && !debug && !quiet) void this.#log(event);
  }

  #log(entry: LogEntry): Promise<void> {
    return this.io.stderr.write(logLine(entry, this.io.now()));
  }

  #report(event: EngineEvent): void {
    if (this.flags.quiet !== true) this.#progress.report(event);
    if (this.flags.debug) this.#debug(event);
    if (event.type === "audit") this.#keepRecorded(event);
    if (event.type !== "diagnostic") return;
    this.#diagnostics.push(event.diagnostic);
    // A wait for a lock or a server is shown while it lasts.
    if (event.diagnostic.code === "state-locked" || isServerWait(event.diagnostic))
      void this.tellDiagnostics([]);
  }
}
