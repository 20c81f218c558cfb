import type { Chance } from "./chance";

/** In every secret of a simulated world, and nowhere else: whatever text holds it leaks. */
const MARK = "Canary-7-birdCanary-7-bird";

/** The characters after the mark are those that JSON, URLs and HTML write differently. */
export function canary(chance?: Chance): string {
  return `${MARK}${chance === undefined ? "" : chance.int(0, 999_999_999)}"\\%/+&<`;
}

/** What the simulated managers generate: their secrets are the base64url text of such bytes, and so hold the mark. */
export function canaryBytes(count: number, rest: (count: number) => Buffer): Buffer {
  const mark = Buffer.from(MARK.slice(0, 24), "base64url");
  return count <= mark.length ? rest(count) : Buffer.concat([mark, rest(count - mark.length)]);
}

const SHORT_MARK = "Canary-7-bird";

/** Raw, JSON- and URL-escaped texts hold the mark itself; base64 shows it in one of three ways, hex in one of two. */
const FORMS: readonly string[] = [
  SHORT_MARK,
  Buffer.from(SHORT_MARK).toString("hex"),
  Buffer.from(SHORT_MARK).toString("hex").toUpperCase(),
  ...[0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(SHORT_MARK)]).toString("base64");
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + SHORT_MARK.length) * 8) / 6));
  }),
];

/** Whether any secret of the simulated world is in the text, in whatever form. */
export function holdsCanary(text: string): boolean {
  return FORMS.some((form) => text.includes(form));
}
