import { env } from "./env";
import { file } from "./file";
import { literal } from "./literal";
import type { Source } from "./source";

/** Every source, by its key in the YAML. */
export const sources: ReadonlyMap<string, Source> = new Map(
  [env, file, literal].map((source) => [source.type, source]),
);
