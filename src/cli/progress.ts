import type { EngineEvent } from "../index";
import { visible } from "../model/visible";
import { durationText, grouped } from "../report/wording";
import type { TextStream } from "./io";
import type { LogEntry } from "./log-lines";

/** On a terminal one live line, redrawn at most this often. */
const REDRAW_MS = 100;
/** Elsewhere a plain line, after this many milliseconds or steps; of many steps a hundred lines. */
const LINE_MS = 10_000;
const LINE_STEPS = 1_000;
const MOST_LINES = 100;
/** The remaining time is estimated only after this many milliseconds. */
const GUESS_AFTER_MS = 3_000;
const GUESS_AFTER_STEPS = 10;
/** The bar's length, and the terminal width that it needs. */
const BAR = 20;
const BAR_FROM = 60;

export type ProgressEntry = Extract<LogEntry, { readonly type: "progress" }>;

export interface Progress {
  report(event: EngineEvent): void;
  /** Clears the progress line, so that something else can be printed. */
  clear(): Promise<void>;
}

export interface ProgressOptions {
  /** Receives log entries instead of lines. */
  readonly log?: ((entry: ProgressEntry) => Promise<void>) | undefined;
  /** The terminal cannot clear a line. */
  readonly isDumb?: boolean;
}

/** The progress of a run, on stderr. It redraws at events and needs no timer. */
export function progressOn(
  stream: TextStream,
  now: () => number,
  { log, isDumb = false }: ProgressOptions = {},
): Progress {
  let phase: Phase = "resolve";
  let [done, total, retries] = [0, 0, 0];
  let [begunAt, drawnAt, drawnDone, live] = [now(), now(), 0, false];

  const line = () => {
    const again = retries > 0 ? `, ${grouped(retries)} retried` : "";
    const left = timeLeft(done, total, now() - begunAt);
    return `${titles[phase]} ${grouped(done)}/${grouped(Math.max(total, done))}${left}${again}`;
  };
  const draw = (address: string) => {
    const time = now();
    if (stream.isTTY && !isDumb && log === undefined) {
      if (live && time - drawnAt < REDRAW_MS && done < total) return;
      // A terminal that does not know its width says 0.
      const columns = stream.columns || 80;
      const bar = columns < BAR_FROM ? "" : `${barOf(done, total)} `;
      void stream.write(`\r\x1b[2K${`${bar}${line()}  ${visible(address)}`.slice(0, columns - 1)}`);
      live = true;
    } else {
      const steps = Math.max(LINE_STEPS, total / MOST_LINES);
      if (time - drawnAt < LINE_MS && done - drawnDone < steps) return;
      if (log) void log({ type: "progress", phase, done, total: Math.max(total, done) });
      else void stream.write(`${line()}\n`);
    }
    [drawnAt, drawnDone] = [time, done];
  };
  const begin = (next: Phase, count: number) => {
    // Each manager may announce its own share of one phase.
    if (next === phase && total > 0) total += count;
    else [phase, total, done, drawnDone, begunAt] = [next, count, 0, 0, now()];
  };

  return {
    report: (event) => {
      if (event.type === "phase") begin(event.phase, event.total);
      if (event.type === "retry") retries += 1;
      if (event.type === "step") {
        if (event.phase !== phase) begin(event.phase, 0);
        done += event.count ?? 1;
        draw(event.address);
      }
    },
    clear: async () => {
      if (!live) return;
      live = false;
      await stream.write("\r\x1b[2K");
    },
  };
}

type Phase = Extract<EngineEvent, { readonly type: "phase" }>["phase"];

const titles: Readonly<Record<Phase, string>> = {
  resolve: "reading secrets",
  observe: "asking managers",
  apply: "applying",
};

/** `, about 40 s left`: the pace so far, applied to what is left. */
function timeLeft(done: number, total: number, elapsedMs: number): string {
  if (done >= total || done < GUESS_AFTER_STEPS || elapsedMs < GUESS_AFTER_MS) return "";
  return `, about ${durationText(((elapsedMs / done) * (total - done)) / 1000)} left`;
}

function barOf(done: number, total: number): string {
  const filled = Math.floor((Math.min(done, total) / Math.max(total, 1)) * BAR);
  return `[${"#".repeat(filled)}${"-".repeat(BAR - filled)}]`;
}
