import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { Script } from "node:vm";

/**
 * Loads a bundle, a CommonJS module in ASCII. Parsing a large one takes as long as starting Node does, so that the build
 * lays what V8 compiled beside it, as `FILE.cache`.
 */
export function loadBundle<T>(file: string, read: (path: string) => Buffer): T {
  return bundleScript<T>(file, read(file), compiledCode(`${file}.cache`, read)).run();
}

function compiledCode(file: string, read: (path: string) => Buffer): Buffer | undefined {
  try {
    return read(file);
  } catch {
    // Without it V8 parses.
    return undefined;
  }
}

export interface BundleScript<T> {
  readonly script: Script;
  /** Evaluates the module and returns its exports. */
  run(): T;
}

/** A bundle as V8 takes it, with the compiled code that `withOrigin` made of it earlier. */
export function bundleScript<T>(file: string, bundle: Buffer, compiled?: Buffer): BundleScript<T> {
  const cachedData = compiled && codeForThisNode(compiled);
  const code = bundle.toString("latin1");
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {\n${code}\n})`, {
    // Without its folder: V8 writes the name into the compiled code, which is the same wherever it was built.
    filename: basename(file),
    lineOffset: -1,
    ...(cachedData && { cachedData }),
  });
  return {
    script,
    run: () => {
      const module = { exports: {} as T };
      script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
      return module.exports;
    },
  };
}

/**
 * Compiled code, followed by what it was compiled for: V8 checks its own version alone, and crashes on the code of another
 * build of that version.
 */
export function withOrigin(compiled: Buffer): Buffer {
  return Buffer.concat([compiled, origin()]);
}

function codeForThisNode(compiled: Buffer): Buffer | undefined {
  const end = compiled.length - origin().length;
  return end > 0 && compiled.subarray(end).equals(origin()) ? compiled.subarray(0, end) : undefined;
}

/** The version of Node and how it was built, which differs between distributions. */
function origin(): Buffer {
  const { platform, arch, versions, config } = process;
  return Buffer.from(JSON.stringify([platform, arch, versions, config]));
}
