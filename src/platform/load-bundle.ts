import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

/**
 * Loads a bundle, a CommonJS module in ASCII. Parsing a large one takes as long as starting Node does, so that the build
 * lays what V8 compiled beside it, as `FILE.cache`.
 */
export function loadBundle<T>(file: string, read: (path: string) => Buffer): T {
  const bundle = read(file);
  return bundleScript<T>(file, bundle, compiledCode(`${file}.cache`, bundle, read)).run();
}

function compiledCode(file: string, bundle: Buffer, read: (path: string) => Buffer): Buffer | undefined {
  try {
    return withoutSeal(read(file), bundle);
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

/** A bundle as V8 takes it, with the code that this build of Node compiled from the same bytes earlier. */
export function bundleScript<T>(file: string, bundle: Buffer, cachedData?: Buffer): BundleScript<T> {
  // Put together as bytes: V8 would copy a text of several parts once more.
  const source = Buffer.concat([HEAD, bundle, TAIL]).toString("latin1");
  const script = new Script(source, {
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

const HEAD = Buffer.from("(function (exports, require, module, __filename, __dirname) {\n");
const TAIL = Buffer.from("\n})");

/**
 * Compiled code, followed by what tells whether V8 may have it. V8 itself checks its version, its flags and the length of
 * the source: it crashes on damaged code and on that of another build of its version, and runs that of another source.
 */
export function withSeal(compiled: Buffer, bundle: Buffer): Buffer {
  return Buffer.concat([compiled, checksum(compiled, bundle), thisNode()]);
}

/** The compiled code, if it is undamaged, of this bundle and of this Node. */
function withoutSeal(sealed: Buffer, bundle: Buffer): Buffer | undefined {
  const node = thisNode();
  const end = sealed.length - node.length;
  if (end < CHECKSUM_BYTES || !sealed.subarray(end).equals(node)) return undefined;
  const compiled = sealed.subarray(0, end - CHECKSUM_BYTES);
  return sealed.subarray(compiled.length, end).equals(checksum(compiled, bundle)) ? compiled : undefined;
}

const CHECKSUM_BYTES = 4;

/** Against damage, which a CRC-32 finds: loading Node's cryptography would cost more than the check itself. */
function checksum(compiled: Buffer, bundle: Buffer): Buffer {
  const bytes = Buffer.alloc(CHECKSUM_BYTES);
  bytes.writeUInt32BE(crc32(bundle, crc32(compiled)));
  return bytes;
}

/** The version of Node and how it was built, which differs between distributions. */
function thisNode(): Buffer {
  const { platform, arch, versions, config } = process;
  return Buffer.from(JSON.stringify([platform, arch, versions, config]));
}
