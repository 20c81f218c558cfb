import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How much the heap may grow before V8 collects garbage again; otherwise it would double. */
const GROWTH_PERCENT = 15;

/**
 * Frees what a step that used much memory left; V8 would wait until its heap has grown by as much again, and keep that
 * to the end of the run. It looks at the whole heap of the process, so it is only for what is done once. Node has no
 * function for it: V8 gives its own one to contexts that are made while this flag is set.
 */
export function freeMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("globalThis.gc");
  setFlagsFromString("--no-expose-gc");
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  collect();
  setFlagsFromString("--heap-growing-percent=0");
}
