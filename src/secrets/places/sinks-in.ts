import type { SinkReference } from "../../model/desired-state";

/** The sinks of a list; any other sink alone. */
export function sinksIn(sink: SinkReference): readonly SinkReference[] {
  return sink.type === "several" ? (sink.options as readonly SinkReference[]) : [sink];
}
