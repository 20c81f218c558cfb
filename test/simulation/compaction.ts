/**
 * Makes logs of a few kilobytes be compacted, as only logs of megabytes are otherwise: no option of a run says when. Whoever
 * opens a state in a process opens it with the waste that was set for them.
 */
import opening = require("../../src/state/open-state");

const wastes = new WeakMap<AbortSignal, number>();
const { openState } = opening;

Object.defineProperty(opening, "openState", {
  value: (options: opening.OpenStateOptions) => {
    const minimumWaste = options.signal && wastes.get(options.signal);
    return openState(minimumWaste === undefined ? options : { ...options, minimumWaste });
  },
});

/** `signal` is that of the process. */
export function setMinimumWaste(signal: AbortSignal, bytes: number | undefined): void {
  if (bytes !== undefined) wastes.set(signal, bytes);
}
