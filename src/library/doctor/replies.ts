import type { TransportReply } from "../../api/transport";
import type { CheckResult } from "./check-list";

/** Seconds by which two clocks may differ without a warning. */
const TOLERANCE = 60;

/** What the answers of one manager show besides their content: their duration, and the manager's clock. */
export class Replies {
  readonly #durations: number[] = [];
  #ahead: number | undefined;

  /** `now` is the time of the answer. All in milliseconds. */
  add({ headers }: TransportReply, took: number, now: number): void {
    this.#durations.push(took);
    const date = typeof headers.date === "string" ? Date.parse(headers.date) : Number.NaN;
    // The header has whole seconds, and was written some time during the request.
    if (!Number.isNaN(date)) this.#ahead = date + 500 - (now - took / 2);
  }

  clock(): CheckResult {
    if (this.#ahead === undefined) return { status: "skipped", detail: "no answer carries the header Date" };
    const seconds = Math.round(Math.abs(this.#ahead) / 1000);
    if (seconds <= 1) return { detail: "the manager's clock is that of this machine" };
    const detail = `the manager's clock is ${inUnits(seconds)} ${this.#ahead > 0 ? "ahead of" : "behind"} this machine's`;
    if (seconds <= TOLERANCE) return { detail };
    const remedy = "synchronise both clocks: freeze windows and `rotateAfter` go by this machine's";
    return { status: "warning", detail, remedy };
  }

  latency(): CheckResult {
    const sorted = [...this.#durations].sort((a, b) => a - b);
    const [median, longest] = [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0];
    const requests = sorted.length === 1 ? "1 request" : `${sorted.length} requests`;
    return { detail: `median ${Math.round(median)} ms, longest ${Math.round(longest)} ms (${requests})` };
  }
}

/** `40 s`, `12 min`, `3 h`, `2 days`. */
function inUnits(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
