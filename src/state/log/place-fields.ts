/** Places in the log's lines. Each function returns `undefined` for another format. */
import type { PlacePath, RecordedFile, RecordedPlace } from "../../model/sink-place";
import type { FileWriting } from "../port";

type Fields = Readonly<Record<string, unknown>>;

export function recordedFiles(value: unknown): readonly RecordedFile[] | undefined {
  return listOf(value, (item) => (typeof item === "string" ? item : placePath(item)));
}

export function recordedPlaces(value: unknown): readonly RecordedPlace[] | undefined {
  return listOf(value, (item) => (typeof item === "string" ? item : sinkPlace(item)));
}

export function fileWritings(value: unknown): readonly FileWriting[] | undefined {
  return listOf(value, (item) => {
    const path = placePath(item);
    const fingerprint = isFields(item) ? item.fingerprint : undefined;
    return path && typeof fingerprint === "string" ? { ...path, fingerprint } : undefined;
  });
}

function sinkPlace(item: unknown): RecordedPlace | undefined {
  if (!isFields(item) || typeof item.type !== "string" || !isFields(item.paths) || !isFields(item.traits))
    return undefined;
  const paths = Object.entries(item.paths).flatMap(([name, value]) => {
    const path = placePath(value);
    return path ? [[name, path] as const] : [];
  });
  const traits = Object.entries(item.traits).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { type: item.type, paths: Object.fromEntries(paths), traits: Object.fromEntries(traits) };
}

function placePath(item: unknown): PlacePath | undefined {
  if (!isFields(item) || typeof item.absolute !== "string") return undefined;
  const { absolute, inProject } = item;
  return typeof inProject === "string" ? { absolute, inProject } : { absolute };
}

function listOf<T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(read);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
