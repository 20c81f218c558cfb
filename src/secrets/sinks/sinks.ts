import { file } from "./file";
import type { Sink } from "./sink";

/** Every sink, by its key in the YAML. */
export const sinks: ReadonlyMap<string, Sink> = new Map([file].map((sink) => [sink.type, sink]));
