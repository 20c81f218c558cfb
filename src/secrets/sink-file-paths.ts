import type { SinkReference } from "../model/desired-state";
import { sinksIn } from "../model/sinks-in";
import { pathFrom } from "./path-from";
import { sinks } from "./sinks/sinks";

/** The absolute paths of the files that a sink writes; `undefined` for each part that is not a file. */
export function sinkFiles(sink: SinkReference): readonly (string | undefined)[] {
  return sinksIn(sink).map((each) => {
    const path = spelledFile(each);
    return path === undefined ? undefined : pathFrom(each.folder, path);
  });
}

/** The file that a single sink writes, as written in the YAML. */
export function spelledFile({ type, options }: SinkReference): string | undefined {
  const sink = sinks.get(type);
  return sink?.writes === "file" ? sink.spelled(options) : undefined;
}
