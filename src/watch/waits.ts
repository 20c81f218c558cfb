import type { Platform } from "../library/platform";
import { isServerWait } from "../model/diagnostic";
import type { WatchEvent } from "../model/watch";
import { formatTime } from "../platform/clock";

/** The same platform; a wait for the state's server is an event of its own, at once, and not a part of the cycle that it holds up. */
export function reportingWaits(platform: Platform, report: (event: WatchEvent) => void): Platform {
  return {
    ...platform,
    report: (event) => {
      if (event.type !== "diagnostic" || !isServerWait(event.diagnostic)) return platform.report(event);
      const time = formatTime(platform.clock.now());
      report({ event: "waiting", time, diagnostics: [event.diagnostic] });
    },
  };
}
