import type { Random } from "../../platform/random";

/** The prefix of all scratch objects of all probes. */
export const SCRATCH = "jp1im-probe-";

const PREFIX = /^jp1im-probe-[0-9a-f]{16}$/;

/** The prefix of the scratch objects of one probe: unique, because it is random. */
export function drawPrefix(random: Random): string {
  return SCRATCH + random.bytes(8).toString("hex");
}

export function isPrefix(text: string): boolean {
  return PREFIX.test(text);
}

/**
 * Every name that a probe may use. They are created in the order `b`, `a`, `c`, which distinguishes the possible
 * orders of a list.
 */
export interface ScratchNames {
  readonly a: string;
  readonly b: string;
  readonly c: string;
  /** `a` in the other case. */
  readonly otherA: string;
}

export function scratchNames(prefix: string): ScratchNames {
  return { a: `${prefix}.a`, b: `${prefix}.b`, c: `${prefix}.c`, otherA: `${prefix}.A` };
}

/** The name of a key that fills an agent up to its limit, counted from 1. */
export function fillerName(prefix: string, number: number): string {
  return `${prefix}.${String(number).padStart(4, "0")}`;
}

/** A host that cannot exist: its domain is reserved (RFC 2606). */
export function scratchHost(prefix: string): string {
  return `${prefix}.invalid`;
}

/** Compares without case, because a manager may change the case of a name. */
export function isScratch(prefix: string, name: string): boolean {
  return name.toLowerCase().startsWith(`${prefix}.`);
}
