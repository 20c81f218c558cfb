import type { AuditFault, AuditReport } from "../../model/audit";
import { type AuditLine, type ChainEnd, digestOfLine, parseLine } from "./line";
import { summarizeRuns } from "./summarize-runs";

export interface TrailText {
  readonly bytes: Buffer;
  /** A digest that was stored elsewhere: one of the lines must have it. */
  readonly expected?: string | undefined;
}

/** Checks a trail from its first to its last line. It needs only the text. */
export function checkTrail({ bytes, expected }: TrailText): Omit<AuditReport, "file"> {
  const copied = bytes.toString("latin1");
  // A single CRLF is a changed line.
  const isConverted = copied.includes("\r\n") && !/(?<!\r)\n/.test(copied);
  const text = isConverted ? copied.replaceAll("\r\n", "\n") : copied;
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  const check = new TrailCheck(onlyChain(lines));
  for (const line of lines) check.add(line);
  check.finish(text === "" || text.endsWith("\n"));
  if (expected !== undefined) check.expect(expected);
  if (isConverted) check.notes.push({ detail: CONVERTED });
  const { faults, notes, records, chains, last } = check;
  return {
    ...{ lines: lines.length, chains: chains.size, intact: faults.length === 0 },
    last,
    ...{ faults, notes: [...notes, ...openRuns(records)], runs: summarizeRuns(records) },
  };
}

const CONVERTED =
  "the lines end with CR LF, so this copy was converted on its way; what they say is checked as jp1im wrote it, with LF alone";

/**
 * The single chain of a file that jp1im writes: one line whose chain is not that of its run proves it. `undefined` if
 * each run has its own chain.
 */
function onlyChain(lines: readonly string[]): string | undefined {
  for (const text of lines) {
    const line = parseLine(withoutHeader(text));
    if (line !== undefined && line.chain !== line.run) return line.chain;
  }
  return undefined;
}

/** The line without the header that a log server adds. */
function withoutHeader(text: string): string {
  return text.slice(Math.max(0, text.indexOf("{")));
}

/** An incomplete line, until the next line shows that a run was killed while it wrote it. */
interface Torn {
  readonly number: number;
  readonly text: string;
}

class TrailCheck {
  readonly faults: AuditFault[] = [];
  readonly notes: AuditFault[] = [];
  readonly records: AuditLine[] = [];
  readonly chains = new Map<string, ChainEnd>();
  readonly #digests = new Map<string, number>();
  #number = 0;
  #torn: Torn[] = [];
  #last: string | undefined;
  /** The single chain of the file, if it has one. */
  readonly #only: string | undefined;

  constructor(only: string | undefined) {
    this.#only = only;
  }

  get last(): string | undefined {
    return this.#last;
  }

  add(text: string): void {
    this.#number += 1;
    // Our own file has no headers.
    const own = this.#only === undefined ? withoutHeader(text) : text;
    const line = parseLine(own);
    const digest = digestOfLine(Buffer.from(line === undefined ? text : own, "latin1"));
    this.#digests.set(digest, this.#number);
    this.#last = digest;
    if (line === undefined) this.#torn.push({ number: this.#number, text });
    else this.#check(line, digest);
  }

  finish(isWhole: boolean): void {
    if (this.#torn.length > 0) {
      const [first] = this.#torn;
      if (isWhole) this.#foreign();
      else
        this.notes.push({
          line: first?.number ?? this.#number,
          detail:
            "is not finished: a run was killed while it wrote it, or the end was cut off; the next run goes on behind it",
        });
    } else if (!isWhole) {
      this.notes.push({ line: this.#number, detail: "has no line end: a run was killed while it wrote it" });
    }
    if (this.chains.size > 1 || this.#isOfRuns)
      this.notes.push({
        detail:
          "each run has a chain of its own, as it comes from a program or from syslog: a run that is missing as a whole does not show",
      });
  }

  expect(digest: string): void {
    const line = this.#digests.get(digest);
    if (line === undefined)
      this.faults.push({
        detail: `no line has the expected digest ${digest}: the line was changed, or the end from it on was cut off`,
      });
    else this.notes.push({ line, detail: `has the expected digest; ${this.#number - line} lines follow it` });
  }

  get #isOfRuns(): boolean {
    return this.#only === undefined && this.records.length > 0;
  }

  #check(line: AuditLine, digest: string): void {
    this.records.push(line);
    const end = this.chains.get(line.chain);
    if (this.#only !== undefined && line.chain !== this.#only) {
      this.#fault(
        `belongs to another chain (${line.chain}): it was inserted, or two trails were put together`,
      );
      this.#foreign();
      return;
    }
    const before = this.#behindTorn(end ?? { chain: line.chain, line: 0, digest: null }, line);
    this.#compare(before, line, end === undefined);
    this.chains.set(line.chain, { chain: line.chain, line: line.line, digest });
  }

  /** The end of the chain after unfinished lines, if this line confirms that they are unfinished. */
  #behindTorn(end: ChainEnd, line: AuditLine): ChainEnd {
    if (this.#torn.length === 0) return end;
    const last = this.#torn.at(-1);
    if (line.event !== "trail-repaired" || last === undefined) {
      this.#foreign();
      return end;
    }
    for (const { number } of this.#torn)
      this.notes.push({
        line: number,
        detail: `is incomplete: the run was killed while it wrote the line, as line ${this.#number} says`,
      });
    const torn = this.#torn.length;
    this.#torn = [];
    return { ...end, line: end.line + torn, digest: digestOfLine(Buffer.from(last.text, "latin1")) };
  }

  #compare(before: ChainEnd, line: AuditLine, isNew: boolean): void {
    const isNext = line.line === before.line + 1;
    const isLinked = line.previous === before.digest;
    if (isNext && isLinked) return;
    if (isNew)
      this.#fault(
        `is number ${line.line} of its chain, and the first one here: what came before it is missing`,
      );
    else if (isNext) this.#fault("does not match the line before it: one of the two was changed or replaced");
    else if (line.line > before.line)
      this.#fault(
        `is number ${line.line} of its chain, and number ${before.line} is the one before it: ${missing(before.line + 1, line.line - 1)} missing`,
      );
    else
      this.#fault(
        `is number ${line.line} of its chain, and comes after number ${before.line}: it was inserted or moved`,
      );
  }

  /** Reports lines that no run wrote. */
  #foreign(): void {
    for (const { number } of this.#torn)
      this.faults.push({
        line: number,
        detail: "is not a line of an audit trail: it was changed or inserted",
      });
    this.#torn = [];
  }

  #fault(detail: string): void {
    this.faults.push({ line: this.#number, detail });
  }
}

function missing(from: number, to: number): string {
  return from === to ? `number ${from} is` : `numbers ${from} to ${to} are`;
}

/** Notes about open runs: a truncated trail looks like a run that is still going on, or was killed. */
function openRuns(records: readonly AuditLine[]): readonly AuditFault[] {
  return summarizeRuns(records).flatMap(({ run, outcome, started, command }) =>
    outcome === undefined
      ? [
          {
            detail: `the run ${run} (${command}, ${started}) has no end: it is under way, was killed, or the end of the trail was cut off`,
          },
        ]
      : [],
  );
}
