import type { SinkReference } from "../model/desired-state";
import { textOption } from "./options";
import { pathFrom, pathOption } from "./path-option";

/** The absolute paths of the files that a sink writes; `undefined` for each part of it that is no file. */
export function sinkFiles(sink: SinkReference): readonly (string | undefined)[] {
  if (sink.type === "several") return (sink.options as readonly SinkReference[]).flatMap(sinkFiles);
  const { type, options, folder } = sink;
  const path =
    type === "file" ? pathOption(options) : type === "age" ? textOption(options, "file") : undefined;
  return [path === undefined ? undefined : pathFrom(folder, path)];
}
