/** IDs of the locks that runs of this very process hold, or are about to take. */
const held = new Set<string>();

export function addHeldHere(id: string): void {
  held.add(id);
}

export function dropHeldHere(id: string): void {
  held.delete(id);
}

/** Whether the maker of a lock, a claim or a draft with this ID is a live run of this process. */
export function isHeldHere(id: string): boolean {
  // A claim of the holder has the lock's ID before its dash.
  return held.has(id.replace(/-.*$/, ""));
}
