import { join } from "node:path";
import { readPackageFile } from "../platform/package-files";
import { programScript } from "./program-script";
import type * as program from "./start";

/** Loads the rest of the command line. Parsing it would take as long as starting Node does, so that the build compiles it. */
export function loadProgram(): typeof program {
  const code = readPackageFile("dist/cli/jp1im.js").toString("latin1");
  return programScript(join(__dirname, "jp1im.js"), code, compiled()).run();
}

function compiled(): Buffer | undefined {
  try {
    return readPackageFile("dist/cli/jp1im.js.cache");
  } catch {
    // Without it V8 parses.
    return undefined;
  }
}
