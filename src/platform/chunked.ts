/** Characters of one piece, about: worth a call of the system. */
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
