import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import { readPackageFile } from "../platform/package-files";
import type * as program from "./start";

/** The rest of the command line: one bundle beside this file, or inside the single executable. */
const FILE = join(__dirname, "jp1im.js");

/** Loads the program. Parsing it would take as long as starting Node does, so that the build compiles it as well. */
export function loadProgram(): typeof program {
  const code = readPackageFile("dist/cli/jp1im.js").toString("latin1");
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {\n${code}\n})`, {
    filename: FILE,
    lineOffset: -1,
    ...compiled(),
  });
  const module = { exports: {} as typeof program };
  script.runInThisContext()(module.exports, createRequire(FILE), module, FILE, __dirname);
  return module.exports;
}

/** What the build's V8 compiled. Another version of V8 rejects it, and parses. */
function compiled(): { readonly cachedData?: Buffer } {
  try {
    return { cachedData: readPackageFile("dist/cli/jp1im.js.cache") };
  } catch {
    return {};
  }
}
