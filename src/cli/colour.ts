import { coloured, type Paint, plain } from "../report/paint";
import type { Io, TextStream } from "./io";

/** The value of `--color` or `--no-color`, whichever comes later; `undefined` if neither is given. */
export type ColourFlag = "always" | "never" | "auto" | false | undefined;

/** `--color` decides, then `NO_COLOR`, then `FORCE_COLOR`; without any of them there is colour on a terminal. */
export function paintFor(stream: TextStream, env: Io["env"], flag: ColourFlag): Paint {
  if (flag === "always") return coloured;
  if (flag === "never" || flag === false || (env.NO_COLOR ?? "") !== "") return plain;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced === "0" || forced === "false" ? plain : coloured;
  return stream.isTTY && env.TERM !== "dumb" ? coloured : plain;
}

/** The colour flag of a command line that could not be parsed. */
export function colourAskedFor(argv: readonly string[]): ColourFlag {
  if (argv.includes("--no-color")) return "never";
  const last = argv.findLastIndex((argument) => argument === "--color" || argument.startsWith("--color="));
  const when = argv[last]?.split("=")[1] ?? argv[last + 1];
  return last >= 0 && (when === "always" || when === "never") ? when : "auto";
}
