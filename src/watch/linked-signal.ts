import { setMaxListeners } from "node:events";

/**
 * A signal that is aborted with the first of the others, until it is released. Unlike `AbortSignal.any`, it leaves no
 * listeners on signals that live as long as the process.
 */
export function linkedSignal(...signals: readonly AbortSignal[]): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const controller = new AbortController();
  // Every request in flight listens.
  setMaxListeners(0, controller.signal);
  const abort = () => controller.abort();
  for (const each of signals) {
    if (each.aborted) abort();
    each.addEventListener("abort", abort, { once: true });
  }
  return {
    signal: controller.signal,
    release: () => {
      for (const each of signals) each.removeEventListener("abort", abort);
    },
  };
}
