import { macText } from "./mac-text";

export type SopsFormat = "YAML" | "JSON" | "dotenv";

/**
 * The text that `sops decrypt` prints for a value. It prints numbers in the notation of Go's encoder for the file's
 * format, not in that of the file: a float of 1500000 is `1.5e+06` in YAML, and `1500000` in JSON.
 */
export function shownText(
  { type, text }: { readonly type: string; readonly text: string },
  format: SopsFormat,
): string {
  if (type === "bool") return text.toLowerCase();
  if (type !== "int" && type !== "float") return text;
  const plain = macText({ kind: "leaf", type, text });
  if (type === "int" || format === "dotenv") return plain;
  return format === "YAML" ? yamlFloat(plain) : jsonFloat(plain);
}

function jsonFloat(plain: string): string {
  return plain === "-0" ? plain : String(Number(plain));
}

const NAMED: Readonly<Record<string, string>> = { NaN: ".nan", "+Inf": ".inf", "-Inf": "-.inf" };

/** With an exponent, of at least two digits, if it is below -4 or above 5. */
function yamlFloat(plain: string): string {
  if (NAMED[plain] !== undefined) return NAMED[plain];
  const [mantissa = "", exponent = ""] = Number(plain).toExponential().split("e");
  if (Number(exponent) >= -4 && Number(exponent) <= 5) return plain;

  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}
