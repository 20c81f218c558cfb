import { basename, dirname } from "node:path";
import { Script } from "node:vm";

/**
 * Loads a bundle, the function of a CommonJS module in ASCII. Parsing a large one takes as long as starting Node, so the build puts
 * V8's compiled code beside it, as `FILE.cache`.
 */
export function loadBundle<T>(file: string, read: (path: string) => Buffer): T {
  const bundle = read(file);
  return bundleScript<T>(file, bundle, compiledCode(`${file}.cache`, bundle, read)).run();
}

function compiledCode(file: string, bundle: Buffer, read: (path: string) => Buffer): Buffer | undefined {
  try {
    return withoutSeal(read(file), bundle);
  } catch {
    // Without the cache, V8 parses the bundle.
    return undefined;
  }
}

export interface BundleScript<T> {
  readonly script: Script;
  /** Evaluates the module and returns its exports. */
  run(): T;
}

/** A bundle for V8, with the code that this build of Node compiled earlier from the same bytes. */
export function bundleScript<T>(file: string, bundle: Buffer, cachedData?: Buffer): BundleScript<T> {
  const script = new Script(bundle.toString("latin1"), {
    // Without its folder: V8 writes the name into the compiled code, which should not depend on where it was built.
    filename: basename(file),
    cachedData,
  });
  return {
    script,
    run: () => {
      const module = { exports: {} as T };
      script.runInThisContext()(module.exports, require, module, file, dirname(file));
      return module.exports;
    },
  };
}

/**
 * Compiled code, followed by a seal that says whether V8 may use it. V8 itself checks only its version, its flags and
 * the length of the source: it crashes on damaged code and on code of another build of the same version, and it runs
 * code of another source. The seal is a copy of all that it vouches for: to compare two megabytes takes less than to
 * load what Node has for checksums.
 */
export function withSeal(compiled: Buffer, bundle: Buffer): Buffer {
  return Buffer.concat([compiled, compiled, bundle, thisNode()]);
}

/** The compiled code, if it is undamaged, of this bundle and of this Node. */
function withoutSeal(sealed: Buffer, bundle: Buffer): Buffer | undefined {
  const node = thisNode();
  const size = (sealed.length - bundle.length - node.length) / 2;
  if (!(size >= 0) || !Number.isInteger(size)) return undefined;
  const compiled = sealed.subarray(0, size);
  const isSame = (copy: Buffer, at: number) => sealed.subarray(at, at + copy.length).equals(copy);
  return isSame(compiled, size) && isSame(bundle, 2 * size) && isSame(node, 2 * size + bundle.length)
    ? compiled
    : undefined;
}

/** The version of Node and how it was built, which differs between distributions. */
function thisNode(): Buffer {
  const { platform, arch, versions, config } = process;
  return Buffer.from(JSON.stringify([platform, arch, versions, config]));
}
