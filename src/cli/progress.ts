import type { EngineEvent } from "../index";
import { visible } from "../report/visible";
import { grouped } from "../report/wording";
import type { TextStream } from "./io";

/** On a terminal one live line, redrawn at most this often. */
const REDRAW_MS = 100;
/** Elsewhere a plain line, after this long or this many steps. */
const LINE_MS = 10_000;
const LINE_STEPS = 1_000;

export interface Progress {
  report(event: EngineEvent): void;
  /** Takes the live line away, so that something else can be printed. */
  clear(): Promise<void>;
}

/** How far a run is, on stderr. Draws when something happens, and so needs no timer of its own. */
export function progressOn(stream: TextStream, now: () => number): Progress {
  let phase: Phase = "resolve";
  let [done, total, retries] = [0, 0, 0];
  let [drawnAt, drawnDone, live] = [now(), 0, false];

  const line = () => {
    const again = retries > 0 ? `, ${grouped(retries)} retried` : "";
    return `${titles[phase]} ${grouped(done)}/${grouped(Math.max(total, done))}${again}`;
  };
  const draw = (address: string) => {
    const time = now();
    if (stream.isTTY) {
      if (live && time - drawnAt < REDRAW_MS && done < total) return;
      // A terminal that does not know its width says 0.
      const width = (stream.columns || 80) - 1;
      void stream.write(`\r\x1b[2K${`${line()}  ${visible(address)}`.slice(0, width)}`);
      live = true;
    } else {
      if (time - drawnAt < LINE_MS && done - drawnDone < LINE_STEPS) return;
      void stream.write(`${line()}\n`);
    }
    [drawnAt, drawnDone] = [time, done];
  };
  const begin = (next: Phase, count: number) => {
    // Each manager may announce its own share of one phase.
    if (next === phase && total > 0) total += count;
    else [phase, total, done, drawnDone] = [next, count, 0, 0];
  };

  return {
    report: (event) => {
      if (event.type === "phase") begin(event.phase, event.total);
      if (event.type === "retry") retries += 1;
      if (event.type === "step") {
        if (event.phase !== phase) begin(event.phase, 0);
        done += 1;
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
