import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes in use. With less, a collection would free too little. */
const LARGE_HEAP = 64 * 1024 ** 2;

/**
 * Frees what a step that read much no longer uses. V8 would wait until its heap has grown by as much again, and keep
 * that to the end of the run. Node has no function for it: V8 gives its own one to contexts that are made while this
 * flag is set.
 */
export function freeMemory(): void {
  if (getHeapStatistics().used_heap_size < LARGE_HEAP) return;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("globalThis.gc");
  setFlagsFromString("--no-expose-gc");
  collect();
}
