/** IDs of the locks that runs of this process hold or are taking. */
const held = new Set<string>();

export function addHeldHere(id: string): void {
  held.add(id);
}

export function dropHeldHere(id: string): void {
  held.delete(id);
}

/** Whether a live run of this process created the lock, claim or draft with this ID. */
export function isHeldHere(id: string): boolean {
  // A claim of the holder has the lock's ID before its dash.
  return held.has(id.replace(/-.*$/, ""));
}
