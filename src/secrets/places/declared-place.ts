import { isAbsolute, relative, resolve, sep } from "node:path";
import type { SinkReference } from "../../model/desired-state";
import type { DeclaredPlace, PlacePath, RecordedPlace } from "../../model/sink-place";
import { pathFrom } from "../path-from";
import { spelledFile } from "../sink-file-paths";
import type { PlaceContext } from "../sinks/sink";
import { sinks } from "../sinks/sinks";

/** The place of a single sink. */
export async function declaredPlace(reference: SinkReference, context: PlaceContext): Promise<DeclaredPlace> {
  const { type, options, folder } = reference;
  const sink = sinks.get(type);
  const place = (await sink?.place(reference, context)) ?? { type, paths: {}, traits: {} };
  const spelled = spelledFile(reference);
  const noun = nounOf(type);
  const isSpelledAs = (text: string) => {
    if (spelled === undefined || !text.startsWith(`${noun} `)) return text === sink?.describe(options);
    // The recorded spelling most likely started from the same folder as today's.
    return resolve(pathFrom(folder, text.slice(noun.length + 1))) === resolve(pathFrom(folder, spelled));
  };
  return { place, shown: shownSink(reference, context.cwd), isSpelledAs };
}

/** A single sink for messages, relative to the working folder. */
export function shownSink(reference: SinkReference, cwd: string): string {
  const { type, options, folder } = reference;
  const spelled = spelledFile(reference);
  if (spelled === undefined) return sinks.get(type)?.describe(options) ?? type;
  return `${nounOf(type)} ${shownPath(resolve(pathFrom(folder, spelled)), cwd)}`;
}

/** The same for a recorded place. */
export function shownPlace(
  recorded: RecordedPlace,
  absolute: (path: PlacePath) => string,
  from: string,
): string {
  if (typeof recorded === "string") return recorded;
  const { type, paths } = recorded;
  if (paths.file) return `${nounOf(type)} ${shownPath(absolute(paths.file), from)}`;
  const sink = sinks.get(type);
  return sink?.writes === "elsewhere" ? sink.describePlace(recorded) : type;
}

function nounOf(type: string): string {
  const sink = sinks.get(type);
  return sink?.writes === "file" ? sink.noun : type;
}

/** Relative to the working folder if the path is below it, or if that is shorter. */
function shownPath(path: string, cwd: string): string {
  const way = relative(cwd, path);
  const isBelow = way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  return isBelow || way.length < path.length ? way : path;
}
