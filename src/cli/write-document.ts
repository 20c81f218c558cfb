import { chunked } from "../platform/chunked";
import { jsonText } from "../report/json-text";
import type { TextStream } from "./io";

/** Writes a document as JSON, and stops where the reader has gone. */
export async function writeDocument(stream: TextStream, document: object): Promise<void> {
  for (const piece of chunked(jsonText(document))) {
    await stream.write(piece);
    if (stream.closed) return;
  }
}
