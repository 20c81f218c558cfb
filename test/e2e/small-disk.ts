import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../src/platform/error-code";

/** A file system of its own, of 256 KiB, that can be filled up and made read-only. */
export class SmallDisk {
  readonly #path: string;
  readonly #filler: string;

  private constructor(path: string) {
    this.#path = path;
    this.#filler = join(path, "filler");
  }

  /** `undefined` where this process may not mount anything. */
  static mount(path: string): SmallDisk | undefined {
    mkdirSync(path, { recursive: true });
    const owner = `uid=${process.getuid?.()},gid=${process.getgid?.()}`;
    if (!asRoot("mount", "-t", "tmpfs", "-o", `size=256k,mode=0700,${owner}`, "tmpfs", path))
      return undefined;
    const disk = new SmallDisk(path);
    mounted.add(disk);
    return disk;
  }

  fill(): void {
    const file = openSync(this.#filler, "a");
    try {
      for (;;) writeSync(file, Buffer.alloc(4096));
    } catch (error) {
      if (errorCode(error) !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.#filler);
  }

  /** Refused by the system while a file is open for writing. */
  setReadOnly(isReadOnly: boolean): void {
    if (!asRoot("mount", "-o", `remount,${isReadOnly ? "ro" : "rw"}`, this.#path))
      throw new Error("no remount");
  }

  unmount(): void {
    // Lazily: a process that a failed test left behind may still be there.
    asRoot("umount", "-l", this.#path);
    mounted.delete(this);
  }
}

const mounted = new Set<SmallDisk>();

export function unmountAll(): void {
  for (const disk of mounted) disk.unmount();
}

function asRoot(...command: readonly string[]): boolean {
  const [program = "", ...parameters] = command;
  if (spawnSync(program, parameters).status === 0) return true;
  return spawnSync("sudo", ["-n", program, ...parameters]).status === 0;
}
