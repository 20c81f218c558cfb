import type { SinkReference } from "../model/desired-state";
import { textOption } from "./options";
import { pathFrom, pathOption } from "./path-option";

/** The absolute paths of the files that a sink writes; `undefined` for each part of it that is no file. */
export function sinkFiles(sink: SinkReference): readonly (string | undefined)[] {
  if (sink.type === "several") return (sink.options as readonly SinkReference[]).flatMap(sinkFiles);
  const path = spelledFile(sink);
  return [path === undefined ? undefined : pathFrom(sink.folder, path)];
}

/** The file that a single sink writes, as it is spelled. */
export function spelledFile({ type, options }: SinkReference): string | undefined {
  if (type === "file") return pathOption(options);
  return type === "age" ? textOption(options, "file") : undefined;
}

/** Whether a path can only be that of a folder: `out/`, `..`. */
export function namesFolder(path: string): boolean {
  return /(^|\/)\.{0,2}$/.test(path);
}
