import wildcardMatch from "wildcard-match";
import type { Random } from "../platform/random";
import type { SimulatedRequest } from "./answer";
import type { Fault, FaultEffect } from "./fault";

export interface FaultStatus {
  readonly id: number;
  readonly fault: Fault;
  /** Requests that met the criteria. */
  readonly matched: number;
  /** Requests that it struck. */
  readonly struck: number;
}

interface Entry {
  readonly id: number;
  readonly fault: Fault;
  readonly isPath: (path: string) => boolean;
  matched: number;
  struck: number;
}

const PREFIX = "/im/api/v1/";
const NONE: readonly FaultEffect[] = [];

/** The faults that are armed. */
export class Faults {
  readonly #entries = new Map<number, Entry>();
  #lastId = 0;

  constructor(private readonly random: Random) {}

  /** Returns the ID by which the fault can be removed. */
  add(fault: Fault): number {
    this.#lastId += 1;
    const id = this.#lastId;
    const isPath = fault.path === undefined ? () => true : wildcardMatch(fault.path, { separator: false });
    this.#entries.set(id, { id, fault, isPath, matched: 0, struck: 0 });
    return id;
  }

  /** Returns whether the fault existed. */
  remove(id: number): boolean {
    return this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }

  list(): FaultStatus[] {
    return [...this.#entries.values()].map(({ id, fault, matched, struck }) => ({
      id,
      fault,
      matched,
      struck,
    }));
  }

  /** The effects on this request, in the order of the faults' IDs; counts it for each fault it meets. */
  strike(manager: string, request: SimulatedRequest): readonly FaultEffect[] {
    if (this.#entries.size === 0) return NONE;
    const effects: FaultEffect[] = [];
    for (const entry of this.#entries.values()) {
      if (!meets(entry, manager, request)) continue;
      entry.matched += 1;
      if (this.#spared(entry)) continue;
      entry.struck += 1;
      effects.push(entry.fault.effect);
    }
    return effects;
  }

  #spared({ fault, matched, struck }: Entry): boolean {
    if (matched <= (fault.skip ?? 0)) return true;
    if (struck >= (fault.times ?? Number.POSITIVE_INFINITY)) return true;
    return fault.probability !== undefined && this.random.next() >= fault.probability;
  }
}

function meets({ fault, isPath }: Entry, manager: string, request: SimulatedRequest): boolean {
  if (fault.manager !== undefined && fault.manager !== manager) return false;
  if (fault.method !== undefined && fault.method !== request.method) return false;
  const short = request.path.startsWith(PREFIX) ? request.path.slice(PREFIX.length) : request.path;
  if (!isPath(short) && !isPath(request.path)) return false;
  return fault.bodyIncludes === undefined || request.body.includes(fault.bodyIncludes);
}
