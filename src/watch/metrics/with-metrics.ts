import type { Platform } from "../../library/platform";
import type { ManagerCycle, WatchEvent } from "../../model/watch";
import type { WatchMetrics } from "./metrics";

interface Observed {
  readonly platform: Platform;
  readonly report: (event: WatchEvent) => void;
  readonly onCycle: (cycle: ManagerCycle) => void;
}

/** The same platform and report function, wrapped to count everything that passes through them. */
export function withMetrics(
  metrics: WatchMetrics | undefined,
  platform: Platform,
  report: (event: WatchEvent) => void,
): Observed {
  if (metrics === undefined) return { platform, report, onCycle: () => {} };
  const { clock } = platform;
  return {
    platform: {
      ...platform,
      report: (event) => {
        metrics.engineEvent(event);
        platform.report(event);
      },
    },
    report: (event) => {
      if (event.event === "load-failed") metrics.refused();
      if (event.event === "started" || event.event === "loaded") metrics.loaded(event.managers, clock.now());
      report(event);
    },
    onCycle: (cycle) => metrics.cycle(cycle, clock.now()),
  };
}
