import type { SinkReference } from "./desired-state";

/** The type of a reference that holds a list of sinks, each of which gets the secret. */
const SEVERAL = "several";

/** One reference for a list of sinks. */
export function severalSinks(sinks: readonly SinkReference[], folder: string): SinkReference {
  return { type: SEVERAL, options: sinks, folder };
}

/** The sinks of a list; for any other sink, that sink alone. */
export function sinksIn(sink: SinkReference): readonly SinkReference[] {
  return sink.type === SEVERAL ? (sink.options as readonly SinkReference[]) : [sink];
}
