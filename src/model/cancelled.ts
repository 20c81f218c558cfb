import { type DiagnosticError, failure } from "./diagnostic";

export function cancelled(): DiagnosticError {
  return failure({ code: "cancelled", summary: "the run was cancelled" });
}

export function requireNotCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

/**
 * Does work that changes nothing, such as asking a server. If `signal` is aborted first, this rejects with `cancelled`
 * at once, and nobody waits for the work any more; if it was aborted before, the work does not begin.
 */
export function unlessCancelled<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work();
  if (signal.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const abandon = () => reject(cancelled());
    signal.addEventListener("abort", abandon, { once: true });
    const settled = () => signal.removeEventListener("abort", abandon);
    work().then(resolve, reject).finally(settled);
  });
}
