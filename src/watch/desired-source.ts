import { inputDigest } from "../library/inputs/input-digest";
import { type InputOptions, readDesired } from "../library/inputs/inputs";
import type { Platform } from "../library/platform";
import type { AuditSettings, DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { FileSystem } from "../platform/file-system";
import { collectDiagnostics } from "./collect-diagnostics";

/** The result of a change of the files. */
export interface Reload {
  /** False: the files cannot be used, and the last good desired state stays in force. */
  readonly isGood: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** The desired state of a process that keeps running while its files change. */
export class DesiredSource {
  readonly #options: InputOptions;
  readonly #platform: Platform;
  #desired: DesiredState;
  /** Digest of the content that was checked last. */
  #judged: string;
  /** A different digest that the last look found. */
  #seen: string | undefined;
  #isGood = true;

  private constructor(options: InputOptions, platform: Platform, desired: DesiredState, digest: string) {
    this.#options = options;
    this.#platform = platform;
    this.#desired = desired;
    this.#judged = digest;
  }

  /** Reads the files. Rejects with a `DiagnosticError` where they cannot be used. */
  static async open(options: InputOptions, platform: Platform) {
    const once = readingOnce(platform);
    const digest = await inputDigest(options.files, once);
    const { desired, diagnostics } = await load(options, once);
    return { source: new DesiredSource(options, platform, desired, digest), diagnostics };
  }

  /** The last good one. */
  get desired(): DesiredState {
    return this.#desired;
  }

  /**
   * Checks whether the files changed. New content counts only after two checks have found it, because a file that is
   * being written may lack managers. `undefined` if nothing changed, or only the notation.
   */
  async look(): Promise<Reload | undefined> {
    const once = readingOnce(this.#platform);
    const digest = await inputDigest(this.#options.files, once);
    const isSettled = digest === this.#seen;
    this.#seen = digest;
    if (digest === this.#judged || !isSettled) return undefined;
    this.#judged = digest;
    const wasGood = this.#isGood;
    try {
      const { desired, diagnostics } = await load(this.#options, once);
      const warnings = [...diagnostics, ...changesOfTrail(this.#desired.audit, desired.audit)];
      const isSame = JSON.stringify(desired.inputs) === JSON.stringify(this.#desired.inputs);
      this.#desired = desired;
      this.#isGood = true;
      return wasGood && isSame ? undefined : { isGood: true, diagnostics: warnings };
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      this.#isGood = false;
      return { isGood: false, diagnostics: error.diagnostics };
    }
  }
}

/** Warns if the audit trail moves or ends: the old trail does not say that recording stopped or where it continues. */
function changesOfTrail(
  before: AuditSettings | undefined,
  now: AuditSettings | undefined,
): readonly Diagnostic[] {
  if (before === undefined || placeOf(before) === placeOf(now)) return [];
  const isGone = now === undefined;
  return [
    {
      code: "likely-mistake",
      severity: "warning",
      summary: isGone
        ? "`audit` is not declared any more: from now on nothing of this watch is recorded"
        : "`audit` names another trail: from now on this watch is recorded only there",
      remedy: "if nobody meant that, declare `audit` as before, and find out who changed it",
      position: (now ?? before).position,
    },
  ];
}

function placeOf(audit: AuditSettings | undefined): string | undefined {
  return audit && JSON.stringify({ ...audit, position: undefined });
}

async function load(options: InputOptions, platform: Platform) {
  const { platform: own, diagnostics } = collectDiagnostics(platform);
  return { desired: await readDesired(options, own), diagnostics };
}

/** A platform that reads each file once, so that exactly the checked bytes are loaded: a file may change in between. */
function readingOnce(platform: Platform): Platform {
  const read = new Map<string, Promise<Buffer>>();
  const fileSystem = new Proxy(platform.fileSystem, {
    get(target, name) {
      if (name === "readFile") return readFile;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const readFile: FileSystem["readFile"] = async (path, largest = Number.POSITIVE_INFINITY) => {
    const content = read.get(path) ?? platform.fileSystem.readFile(path);
    read.set(path, content);
    // A file that is too large for this reader is read again, and refused.
    return (await content).length <= largest ? content : platform.fileSystem.readFile(path, largest);
  };
  return { ...platform, fileSystem };
}
