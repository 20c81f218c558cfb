/** Shorter encodings, and shorter lines of a secret, are found in any text. */
const LEAST_CHARACTERS = 4;
/** A secret of more lines is taken to be repeated: looking for all of them would take too long. */
const MOST_LINES = 1000;

/**
 * Whether a text repeats one of the secrets, or a line of one, in a spelling that programs and servers give it: as it is,
 * in base64 at any offset, in hex, with the escapes of JSON, a URL or HTML, in another case, or folded over lines. A text
 * that does is left out as a whole: cutting secrets out of texts never quite works.
 */
export function repeatsSecret(text: string, secrets: readonly string[]): boolean {
  const lines = secrets
    .flatMap((secret) => secret.split(/\r?\n/))
    .filter((line) => line.trim().length >= LEAST_CHARACTERS);
  const values = [...new Set([...secrets.filter((secret) => secret.trim() !== ""), ...lines])];
  if (values.length === 0 || text === "") return false;
  if (values.length > MOST_LINES) return true;
  const readings = readingsOf(text);
  const encoded = readings.map((reading) => reading.replaceAll("-", "+").replaceAll("_", "/"));
  return values.some(
    (value) => isIn(readings, compact(value)) || encodingsOf(value).some((each) => isIn(encoded, each)),
  );
}

function isIn(texts: readonly string[], part: string): boolean {
  return texts.some((text) => text.includes(part));
}

/** The text, and what it says once its escapes are undone; compact. */
function readingsOf(text: string): readonly string[] {
  const decoded = [text, unescapeHtml(text), unescapeJson(text), unescapeUrl(text)];
  return [...new Set(decoded.map(compact))];
}

/** Without blanks and case, so that neither folding nor a host name's lower case hides anything. */
function compact(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, "").toLowerCase();
}

/** In hex and base64, also of the value as it stands in JSON. */
function encodingsOf(value: string): readonly string[] {
  const spelled = new Set([value, JSON.stringify(value).slice(1, -1)]);
  return [...spelled]
    .map((text) => Buffer.from(text, "utf8"))
    .flatMap((bytes) => [bytes.toString("hex"), ...[0, 1, 2].map((offset) => base64At(bytes, offset))])
    .filter((encoding) => encoding.length >= LEAST_CHARACTERS);
}

/** What base64 makes of the bytes behind that many others; without the characters that depend on their neighbours. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const [first, last] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)];
  return text.slice(first, last).toLowerCase();
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]{1,4})|#(\d{1,5})|(amp|lt|gt|quot|apos));/gi,
    (_, hex?: string, decimal?: string, name = "") =>
      entities[name.toLowerCase()] ?? String.fromCharCode(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}

/** Of JSON, and of the shells and languages that write escapes alike. */
function unescapeJson(text: string): string {
  return text.replace(
    /\\(?:u([\da-f]{4})|x([\da-f]{2})|([bfnrt])|(.))/gis,
    (_, four?: string, two?: string, control?: string, other = "") =>
      control === undefined
        ? (four ?? two)
          ? String.fromCharCode(Number.parseInt(four ?? two ?? "", 16))
          : other
        : " ",
  );
}

function unescapeUrl(text: string): string {
  return text.replaceAll("+", " ").replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    return Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8");
  });
}
