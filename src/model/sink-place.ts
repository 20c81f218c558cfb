/** Where issued secrets go, as it is compared and recorded: by what a spelling resolves to, never by the spelling. */

/** A file or folder. Two of them are the same where either way to it is. */
export interface PlacePath {
  /** With every symlink resolved. */
  readonly absolute: string;
  /**
   * From the project's folder, with `/`; absent where it does not move along with the project. A checkout of the same
   * project at another absolute path has the same places.
   */
  readonly inProject?: string;
}

/** All that decides where a sink brings a secret, and how the secret looks there. */
export interface SinkPlace {
  /** The sink's key in the YAML. */
  readonly type: string;
  /** By what each is for: `file` is the file that the sink writes. */
  readonly paths: Readonly<Record<string, PlacePath>>;
  /** Everything else, by name; a digest where somebody may have written a secret. What is not known is absent. */
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
  // A trait that only one side knows, as an address from a variable that is not set here, proves no difference.
  const traits = namesOf(one.traits, other.traits).filter((name) => {
    const [a, b] = [one.traits[name], other.traits[name]];
    return a !== undefined && b !== undefined && a !== b;
  });
  return [...paths, ...traits];
}

function namesOf(one: object, other: object): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}

/** As a record keeps a place; a text where a version wrote it that knew the spelling alone. */
export type RecordedPlace = SinkPlace | string;

/** The same of a file that is ours. */
export type RecordedFile = PlacePath | string;

/** A sink of the desired state, resolved. */
export interface DeclaredPlace {
  readonly place: SinkPlace;
  /** As a person reads it, seen from the working folder: `file out/fluentd-web.secret`. */
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
