import type { LoadedLog } from "./load-log";

const LINE_FEED = 0x0a;

export interface LogBytes {
  readonly bytes: Buffer;
  readonly loaded: Pick<LoadedLog, "header" | "contents">;
}

/**
 * Whether two logs of one state certainly diverged: they have different entries with the same serial. A rewritten log
 * does not show its former entries.
 */
export function haveDiverged(one: LogBytes, other: LogBytes): boolean {
  const logs = [one, other];
  const from = Math.max(...logs.map(({ loaded }) => loaded.header.serial));
  const to = Math.min(...logs.map(({ loaded }) => loaded.contents.serial));
  return to > from && !entries(one, from, to).equals(entries(other, from, to));
}

/** The lines of the entries after serial `from` up to `to`. Serials of appended entries have no gap. */
function entries({ bytes, loaded: { header } }: LogBytes, from: number, to: number): Buffer {
  const before = 1 + header.entries + from - header.serial;
  const start = afterLines(bytes, 0, before);
  return bytes.subarray(start, afterLines(bytes, start, to - from));
}

function afterLines(bytes: Buffer, from: number, count: number): number {
  let offset = from;
  for (let lines = 0; lines < count; lines++) offset = bytes.indexOf(LINE_FEED, offset) + 1;
  return offset;
}
