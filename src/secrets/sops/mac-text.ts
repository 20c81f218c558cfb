import type { Leaf } from "../tree/tree";

/** The text that an unencrypted value adds to the MAC: SOPS uses the value, not its notation. */
export function macText({ type, text }: Leaf): string {
  switch (type) {
    case "null":
      return "";
    case "bool":
      return text.toLowerCase() === "true" ? "True" : "False";
    case "int":
      return integerText(text);
    case "float":
      return floatText(text);
    case "time":
      return timeText(text);
    case "text":
      return text;
  }
}

/** In decimal, whatever base it was written in. A leading zero means octal. */
function integerText(text: string): string {
  const digits = text.replaceAll("_", "").replace(/^\+/, "");
  const isNegative = digits.startsWith("-");
  const magnitude = digits.replace(/^-/, "").replace(/^0(?=\d)/, "0o");
  return `${isNegative ? "-" : ""}${BigInt(magnitude)}`;
}

/** With the fewest digits that identify the number, and never an exponent. */
function floatText(text: string): string {
  if (/nan$/i.test(text)) return "NaN";
  if (/inf$/i.test(text)) return text.startsWith("-") ? "-Inf" : "+Inf";
  const value = Number(text);
  const [mantissa = "", exponent] = String(Math.abs(value)).split("e");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (exponent === undefined) return sign + mantissa;
  const [whole = "", fraction = ""] = mantissa.split(".");
  const shift = Number(exponent);
  return shift < 0
    ? `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`
    : `${sign}${whole}${fraction.padEnd(shift, "0")}`;
}

/** RFC 3339, for the two common notations of times; any other makes the MAC check fail. */
function timeText(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${text}T00:00:00Z`;
  return text
    .replace("t", "T")
    .replace(/(\.\d*?)0+(?=Z|[-+])/, "$1")
    .replace(/\.(?=Z|[-+])/, "");
}
