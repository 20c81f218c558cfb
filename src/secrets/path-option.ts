import { isAbsolute, join } from "node:path";

/** The path of `file: PATH` or `file: { path: PATH }`; `undefined` when there is none. */
export function pathOption(options: unknown): string | undefined {
  const path = typeof options === "object" && options !== null && "path" in options ? options.path : options;
  return typeof path === "string" && path !== "" ? path : undefined;
}

/** A relative path starts from the folder of the file that names it. */
export function pathFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
