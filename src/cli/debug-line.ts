import type { EngineEvent } from "../index";
import { visible } from "../model/visible";

/** One event of the engine as a log line of `--debug`. */
export function debugLine(event: EngineEvent): string {
  return `debug: ${visible(describe(event))}\n`;
}

function describe(event: EngineEvent): string {
  switch (event.type) {
    case "phase":
      return `${event.phase}: ${event.total} to do`;
    case "step":
      return `${event.phase}: ${event.address}`;
    case "retry":
      return `retry ${event.attempt} of ${event.address}: ${event.reason}`;
    case "route":
      return `requests to ${event.address} go ${event.route}`;
    case "diagnostic":
      return `${event.diagnostic.severity} ${event.diagnostic.code}: ${event.diagnostic.summary}`;
  }
}
