import { readFileSync } from "node:fs";

/**
 * The places of `state` and `starttime` in `/proc/PID/stat`, counted from the field after the program's name
 * (proc(5)).
 */
const STATE = 0;
const START_TIME = 19;

/**
 * When a process of this machine began, as a text that no other process with the same number has: the boot, and the
 * ticks since then. `undefined` without `/proc`, or without such a process.
 */
export function processStart(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    const start = statOf(pid)?.[START_TIME];
    return start === undefined ? undefined : `${boot}/${start}`;
  } catch {
    return undefined;
  }
}

/**
 * Whether a process of this machine is a zombie: it has ended, but its parent has not read its status yet, so it
 * still has its number.
 */
export function isZombie(pid: number): boolean {
  return /^[ZX]$/.test(statOf(pid)?.[STATE] ?? "");
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name is in parentheses and may itself contain blanks and parentheses.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
