/** Number of nested encodings that are decoded. */
const MOST_LAYERS = 3;

/**
 * The text itself, and all its decodings from encodings that programs and servers use: escapes of JSON, C, URLs and
 * HTML, base64, base32, hex and octal with any separators, lists of bytes, and nested encodings. A decoding has one
 * character for each byte, and much of it is noise.
 */
export function decodingsOf(text: string): ReadonlySet<string> {
  const decodings = new Set([text]);
  let layer: readonly string[] = [text];
  for (let depth = 0; depth < MOST_LAYERS; depth++) {
    const decoded = layer.flatMap((each) => decode(each)).filter((each) => !decodings.has(each));
    for (const each of decoded) decodings.add(each);
    layer = [...new Set(decoded.map(printableParts))].filter((each) => each !== "");
  }
  return decodings;
}

function decode(text: string): readonly string[] {
  return [
    unescapeHtml(text),
    unescapeBackslashes(text),
    unescapeUrl(text),
    bytesOfList(text),
    ...packings.flatMap((packing) => unpack(text, packing)),
  ];
}

/** Only printable parts can be encoded again. Noise seldom has any, so each layer is smaller than the one before. */
function printableParts(text: string): string {
  return (text.match(/[\x20-\x7e]{6,}/g) ?? []).join("\n");
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]{1,4})|#(\d{1,5})|(amp|lt|gt|quot|apos));/gi,
    (_, hex?: string, decimal?: string, name = "") =>
      entities[name.toLowerCase()] ?? String.fromCharCode(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}

/** Decodes the escapes of JSON, C, and the shells and languages with the same syntax. */
function unescapeBackslashes(text: string): string {
  return text.replace(
    /\\(?:u([\da-f]{4})|x([\da-f]{2})|([0-7]{1,3})|([bfnrt])|(.))/gis,
    (_, four?: string, two?: string, octal?: string, control?: string, other = "") => {
      if (control !== undefined) return " ";
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const hex = four ?? two;
      return hex === undefined ? other : String.fromCharCode(Number.parseInt(hex, 16));
    },
  );
}

function unescapeUrl(text: string): string {
  return text.replaceAll("+", " ").replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    return Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8");
  });
}

/** `[115, 101]`, as a buffer is printed. */
function bytesOfList(text: string): string {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  return String.fromCharCode(...numbers.filter((number) => number < 256).slice(0, MOST_NUMBERS));
}

/** Limit for the number of arguments of a function call. */
const MOST_NUMBERS = 10_000;

/**
 * The digits, the bits of each digit, and the bits of the digits for one byte, or for two bytes in the machine's
 * order.
 */
interface Packing {
  readonly digits: ReadonlyMap<string, number>;
  readonly bits: number;
  readonly width: number;
}

const HEX = "0123456789abcdef";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const packings: readonly Packing[] = [
  { digits: digitsOf(HEX, HEX.toUpperCase()), bits: 4, width: 8 },
  // As hexdump prints them.
  { digits: digitsOf(HEX, HEX.toUpperCase()), bits: 4, width: 16 },
  { digits: digitsOf("01234567"), bits: 3, width: 9 },
  // As od prints them.
  { digits: digitsOf("01234567"), bits: 3, width: 18 },
  { digits: digitsOf(`${LETTERS}234567`, `${LETTERS.toUpperCase()}234567`), bits: 5, width: 8 },
  {
    digits: digitsOf(
      `${LETTERS.toUpperCase()}${LETTERS}0123456789+/`,
      `${LETTERS.toUpperCase()}${LETTERS}0123456789-_`,
    ),
    bits: 6,
    width: 8,
  },
];

function digitsOf(...alphabets: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    alphabets.flatMap((alphabet) => [...alphabet].map((digit, value) => [digit, value] as const)),
  );
}

/**
 * Decodes the digits of the text and takes all other characters as separators. It starts at each digit with which a
 * byte can begin, so text before the encoding, and line breaks inside it, do not matter.
 */
function unpack(text: string, { digits, bits, width }: Packing): readonly string[] {
  const values: number[] = [];
  for (const character of bits <= 4 ? text.replace(/0x/gi, " ") : text) {
    const value = digits.get(character);
    if (value !== undefined) values.push(value);
  }
  const starts = leastCommonMultiple(bits, width) / bits;
  return Array.from({ length: starts }, (_, start) => bytesOf(values.slice(start), bits, width));
}

function bytesOf(values: readonly number[], bits: number, width: number): string {
  const bytes: number[] = [];
  let [held, count] = [0, 0];
  for (const value of values) {
    held = ((held << bits) | value) & 0xff_ff_ff;
    count += bits;
    if (count < width) continue;
    count -= width;
    const word = held >> count;
    bytes.push(word & 0xff);
    if (width >= 16) bytes.push((word >> 8) & 0xff);
  }
  return Buffer.from(bytes).toString("latin1");
}

function leastCommonMultiple(one: number, other: number): number {
  let multiple = one;
  while (multiple % other !== 0) multiple += one;
  return multiple;
}
