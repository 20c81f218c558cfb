import { coloured, type Paint, plain } from "../report/paint";
import type { Io, TextStream } from "./io";

/** Colour on a terminal, unless it is unwanted: `--no-color`, `NO_COLOR`, `FORCE_COLOR`, in this order. */
export function paintFor(stream: TextStream, env: Io["env"], wanted: boolean): Paint {
  if (!wanted || (env.NO_COLOR ?? "") !== "") return plain;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced === "0" || forced === "false" ? plain : coloured;
  return stream.isTTY && env.TERM !== "dumb" ? coloured : plain;
}
