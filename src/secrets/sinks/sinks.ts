import { age } from "./age";
import { exec } from "./exec";
import { file } from "./file";
import type { Sink } from "./sink";
import { vault } from "./vault";

/** Every sink, by its key in the YAML. */
export const sinks: ReadonlyMap<string, Sink> = new Map(
  [file, age, exec, vault].map((sink: Sink) => [sink.type, sink]),
);
