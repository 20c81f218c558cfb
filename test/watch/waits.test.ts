import { createPlatform, type EngineEvent, type WatchEvent } from "../../src/index";
import type { Diagnostic } from "../../src/model/diagnostic";
import { collectDiagnostics } from "../../src/watch/collect-diagnostics";
import { reportingWaits } from "../../src/watch/watch";
import { VirtualClock } from "../rig/virtual-clock";

const wait: Diagnostic = {
  code: "state-unreachable",
  severity: "warning",
  summary: "the PostgreSQL server db: ECONNREFUSED: waiting up to 60 s for it",
};
const other: Diagnostic = { code: "state-shared", severity: "warning", summary: "others can write" };

test("a wait for the state's server is an event with its time, in the middle of the cycle that it holds up", () => {
  const [events, reported]: [WatchEvent[], EngineEvent[]] = [[], []];
  const clock = new VirtualClock(Date.UTC(2030, 0, 1));
  const report = (event: EngineEvent) => void reported.push(event);
  const outer = { ...createPlatform(), clock, report };
  const { platform, diagnostics } = collectDiagnostics(reportingWaits(outer, (event) => events.push(event)));
  for (const diagnostic of [other, wait]) platform.report({ type: "diagnostic", diagnostic });
  expect(events).toEqual([{ event: "waiting", time: "2030-01-01T00:00:00Z", diagnostics: [wait] }]);
  expect([diagnostics, reported]).toEqual([[other], []]);
});
