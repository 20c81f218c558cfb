/**
 * The place that a fingerprint is bound to. It names no agent, so a value has the same fingerprint on all agents of a
 * manager.
 */
export function fingerprintPlace(manager: string, key: string): string {
  return `${manager}/terraform/${key}`;
}
