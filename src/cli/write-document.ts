import { jsonText } from "../report/json-text";
import type { TextStream } from "./io";

/** Characters of one write, about. */
const WRITE_SIZE = 65_536;

/** Writes a document as JSON: gathers its small pieces, and stops where the reader has gone. */
export async function writeDocument(stream: TextStream, document: object): Promise<void> {
  let pending = "";
  for (const piece of jsonText(document)) {
    pending += piece;
    if (pending.length < WRITE_SIZE) continue;
    await stream.write(pending);
    pending = "";
    if (stream.closed) return;
  }
  await stream.write(pending);
}
