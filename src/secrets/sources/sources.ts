import { age } from "./age";
import { env } from "./env";
import { exec } from "./exec";
import { file } from "./file";
import { literal } from "./literal";
import { sops } from "./sops";
import type { Source } from "./source";
import { vault } from "./vault";

/** Every source, by its key in the YAML. */
export const sources: ReadonlyMap<string, Source> = new Map(
  [env, file, exec, sops, age, vault, literal].map((source) => [source.type, source]),
);
