/** Approximate number of characters of a piece that is worth a system call. */
const PIECE = 65_536;

/** The same text in larger pieces. */
export function* chunked(pieces: Iterable<string>): Generator<string> {
  let pending = "";
  for (const piece of pieces) {
    pending += piece;
    if (pending.length < PIECE) continue;
    yield pending;
    pending = "";
  }
  if (pending !== "") yield pending;
}
