/**
 * Makes logs of a few kilobytes be compacted, as only logs of megabytes are otherwise: no option of a run says when. Whoever
 * opens a state on these files opens it with the waste that was set for them.
 */
import type { FileSystem } from "../../src/platform/file-system";
import * as opening from "../../src/state/open-state";

const wastes = new WeakMap<FileSystem, number>();
const { openState } = opening;

Object.assign(opening, {
  openState: (options: opening.OpenStateOptions) => {
    const minimumWaste = wastes.get(options.fileSystem);
    return openState(minimumWaste === undefined ? options : { ...options, minimumWaste });
  },
});

export function setMinimumWaste(files: FileSystem, bytes: number | undefined): void {
  if (bytes !== undefined) wastes.set(files, bytes);
}
