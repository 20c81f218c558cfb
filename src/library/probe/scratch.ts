import type { Random } from "../../platform/random";

/** What every scratch object of any probe begins with. */
export const SCRATCH = "jp1im-probe-";

const PREFIX = /^jp1im-probe-[0-9a-f]{16}$/;

/** The name that the scratch objects of one probe begin with: nobody else's, as it is drawn at random. */
export function drawPrefix(random: Random): string {
  return SCRATCH + random.bytes(8).toString("hex");
}

export function isPrefix(text: string): boolean {
  return PREFIX.test(text);
}

/** Every name that a probe may use. Made in the order `b`, `a`, `c`, they tell an order from another. */
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

/** Of the keys that fill an agent up to its limit, counted from 1. */
export function fillerName(prefix: string, number: number): string {
  return `${prefix}.${String(number).padStart(4, "0")}`;
}

/** A host that nothing has: the domain never exists (RFC 2606). */
export function scratchHost(prefix: string): string {
  return `${prefix}.invalid`;
}

/** A manager may change the case of a name. */
export function isScratch(prefix: string, name: string): boolean {
  return name.toLowerCase().startsWith(`${prefix}.`);
}
