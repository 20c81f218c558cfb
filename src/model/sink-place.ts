/** The places of issued secrets, as they are compared and recorded: resolved, never as written. */

/** A file or folder. Two paths are the same if either of their fields is equal. */
export interface PlacePath {
  /** With every symlink resolved. */
  readonly absolute: string;
  /**
   * Relative to the project's folder, with `/`; absent for a path outside of it. A checkout of the same project at
   * another absolute path has the same places.
   */
  readonly inProject?: string | undefined;
}

/** Everything that decides where a sink delivers a secret, and in what form. */
export interface SinkPlace {
  /** The sink's key in the YAML. */
  readonly type: string;
  /** By purpose: `file` is the file that the sink writes. */
  readonly paths: Readonly<Record<string, PlacePath>>;
  /** Everything else, by name; a digest if somebody may have written a secret there. Unknown traits are absent. */
  readonly traits: Readonly<Record<string, string>>;
}

export function isSamePath(one: PlacePath, other: PlacePath): boolean {
  if (one.absolute === other.absolute) return true;
  return one.inProject !== undefined && one.inProject === other.inProject;
}

/** The names of the paths and traits that differ; `type` where the sinks are of different types. */
export function differences(one: SinkPlace, other: SinkPlace): readonly string[] {
  if (one.type !== other.type) return ["type"];
  const paths = namesOf(one.paths, other.paths).filter((name) => {
    const [a, b] = [one.paths[name], other.paths[name]];
    return a === undefined || b === undefined || !isSamePath(a, b);
  });
  // A trait that only one side knows, such as an address from a variable that is unset here, proves no difference.
  const traits = namesOf(one.traits, other.traits).filter((name) => {
    const [a, b] = [one.traits[name], other.traits[name]];
    return a !== undefined && b !== undefined && a !== b;
  });
  return [...paths, ...traits];
}

function namesOf(one: object, other: object): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}

/** A place in a record; a text if an earlier version wrote it, which stored only the spelling. */
export type RecordedPlace = SinkPlace | string;

/** The same of a file that is ours. */
export type RecordedFile = PlacePath | string;

/** A sink of the desired state, resolved. */
export interface DeclaredPlace {
  readonly place: SinkPlace;
  /** For messages, relative to the working folder: `file out/fluentd-web.secret`. */
  readonly shown: string;
  /** Whether a record means this place by a spelling. */
  isSpelledAs(text: string): boolean;
}

export function isRecordedAs(declared: DeclaredPlace, recorded: RecordedPlace): boolean {
  if (typeof recorded === "string") return declared.isSpelledAs(recorded);
  return differences(declared.place, recorded).length === 0;
}

/** Whether the file of a place is a recorded one; false for a place without a file. */
export function isFileRecordedAs(declared: DeclaredPlace, recorded: RecordedFile): boolean {
  const { file } = declared.place.paths;
  if (file === undefined) return false;
  return typeof recorded === "string" ? declared.isSpelledAs(recorded) : isSamePath(file, recorded);
}
