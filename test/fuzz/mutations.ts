import * as fc from "fast-check";

/** Pieces that parsers have stumbled over. */
const pieces: readonly (string | Buffer)[] = [
  "\ufeff",
  "\0",
  "\r\n",
  "\n",
  "\t",
  " ",
  '"',
  "\\",
  "\\u0000",
  "\ud800",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "-",
  "#",
  "&a ",
  "*a",
  "<<: *a",
  "!!binary ",
  "---\n",
  "...\n",
  "__proto__",
  '"__proto__":',
  "constructor",
  "toString",
  "null",
  "true",
  "-0",
  "1e999",
  "9".repeat(400),
  "-9007199254740993",
  "0x1p-1074",
  "=",
  "sops_",
  "__map_",
  "__list_999999999999",
  "${",
  Buffer.from([0xff]),
  Buffer.from([0xc3, 0x28]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  bomb(8, 8),
  "[".repeat(2000),
  '{"a":'.repeat(2000),
  "- ".repeat(200),
  "a: ".repeat(50),
  "x".repeat(10_000),
];

/** One step from a good input to a bad one. Places and lengths are shares of the input in 1/65536. */
export type Mutation =
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "remove" | "repeat" | "double-line"; readonly at: number; readonly length: number }
  | { readonly kind: "splice"; readonly at: number; readonly from: number; readonly length: number }
  | { readonly kind: "insert" | "overwrite"; readonly at: number; readonly piece: number }
  | { readonly kind: "ends" };

const share = fc.nat(0xffff);
/** Mostly short: a long one leaves nothing that is worth a look. */
const length = fc.oneof({ weight: 4, arbitrary: fc.nat(0x0fff) }, { weight: 1, arbitrary: share });
const piece = fc.nat(pieces.length - 1);

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: share, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("cut" as const), at: share }),
  fc.record({ kind: fc.constantFrom("remove", "repeat", "double-line"), at: share, length }),
  fc.record({ kind: fc.constant("splice" as const), at: share, from: share, length }),
  fc.record({ kind: fc.constantFrom("insert", "overwrite"), at: share, piece }),
  fc.record({ kind: fc.constant("ends" as const) }),
);

export function mutate(bytes: Buffer, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce(step, bytes);
}

function step(bytes: Buffer, mutation: Mutation): Buffer {
  if (mutation.kind === "ends")
    return Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
  const at = place(bytes, mutation.at);
  const before = bytes.subarray(0, at);
  switch (mutation.kind) {
    case "flip": {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << mutation.bit);
      return flipped;
    }
    case "cut":
      return before;
    case "remove":
      return Buffer.concat([before, bytes.subarray(at + place(bytes, mutation.length))]);
    case "repeat": {
      const part = bytes.subarray(at, at + Math.min(place(bytes, mutation.length), 64));
      return Buffer.concat([before, ...Array.from({ length: 50 }, () => part), bytes.subarray(at)]);
    }
    case "double-line": {
      const start = bytes.lastIndexOf(0x0a, at) + 1;
      const feed = bytes.indexOf(0x0a, at);
      const line = bytes.subarray(start, feed === -1 ? bytes.length : feed + 1);
      return Buffer.concat([bytes.subarray(0, start), line, bytes.subarray(start)]);
    }
    case "splice": {
      const from = place(bytes, mutation.from);
      const part = bytes.subarray(from, from + place(bytes, mutation.length));
      return Buffer.concat([before, part, bytes.subarray(at)]);
    }
    case "insert":
    case "overwrite": {
      const part = Buffer.from(pieces[mutation.piece] ?? "");
      return Buffer.concat([
        before,
        part,
        bytes.subarray(mutation.kind === "insert" ? at : at + part.length),
      ]);
    }
  }
}

function place(bytes: Buffer, share: number): number {
  return Math.floor((share / 0x10000) * (bytes.length + 1));
}

/** `depth` levels of lists, each holding the one before `width` times. */
function bomb(depth: number, width: number): string {
  return Array.from({ length: depth }, (_, level) => {
    const items = Array(width).fill(level === 0 ? "x" : `*l${level - 1}`);
    return `l${level}: &l${level} [${items.join(",")}]\n`;
  }).join("");
}
