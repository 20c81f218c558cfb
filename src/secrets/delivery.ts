import type { Delivery } from "./port";
import { type Sink, type SinkContext, undeliverable } from "./sinks/sink";
import { sinks } from "./sinks/sinks";

/** Brings issued secrets to the sinks that the desired state names. */
export function createDelivery(context: SinkContext): Delivery {
  return {
    prove: async (sink) => sinkOf(sink.type).prove(sink, context),
    deliver: async (sink, issued) => sinkOf(sink.type).deliver(sink, issued, context),
    describe: (sink) => sinks.get(sink.type)?.describe(sink.options) ?? sink.type,
  };
}

function sinkOf(type: string): Sink {
  const sink = sinks.get(type);
  if (sink !== undefined) return sink;
  throw undeliverable(`there is no sink of type ${type}`, `use one of: ${[...sinks.keys()].join(", ")}`);
}
