import fc from "fast-check";
import { repeatsSecret } from "../../src/model/repeats-secret";

const bytesOf = (text: string) => [...Buffer.from(text)];
const inRadix = (text: string, radix: number, digits: number) =>
  bytesOf(text).map((byte) => byte.toString(radix).padStart(digits, "0"));
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** As RFC 4648 has it, and as `base32` prints it. */
function base32(text: string): string {
  const bits = inRadix(text, 2, 8).join("");
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) => Number.parseInt(five.padEnd(5, "0"), 2));
  const coded = digits.map((digit) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[digit]).join("");
  return coded.padEnd(Math.ceil(coded.length / 8) * 8, "=");
}

/** 16-bit words in the order of the machine, as `hexdump` and `od` print them when nothing else is asked for. */
function words(text: string, radix: number, digits: number): string {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(Buffer.byteLength(text) % 2)]);
  return Array.from({ length: bytes.length / 2 }, (_, at) =>
    bytes
      .readUInt16LE(at * 2)
      .toString(radix)
      .padStart(digits, "0"),
  ).join(" ");
}

const spellings: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  "upper case": (text) => text.toUpperCase(),
  "a character a line": (text) => [...text].join("\n"),
  hex: (text) => inRadix(text, 16, 2).join(""),
  "hex with colons": (text) => inRadix(text, 16, 2).join(":").toUpperCase(),
  "hex with blanks": (text) => inRadix(text, 16, 2).join(" "),
  "hex as in C": (text) => `{ 0x${inRadix(text, 16, 2).join(", 0x")} }`,
  "hex of xxd": (text) => `00000000: ${inRadix(text, 16, 2).join("").replace(/.{4}/g, "$& ")}`,
  "hex of hexdump": (text) => `0000000 ${words(text, 16, 4)}`,
  "octal escapes": (text) => `$'\\${inRadix(text, 8, 3).join("\\")}'`,
  "octal of od": (text) => `0000000 ${words(text, 8, 6)}`,
  "octal of od -b": (text) => `0000000 ${inRadix(text, 8, 3).join(" ")}`,
  "a list of bytes": (text) => JSON.stringify({ type: "Buffer", data: bytesOf(text) }),
  "escapes of JSON": (text) =>
    inRadix(text, 16, 4)
      .map((code) => `\\u${code}`)
      .join(""),
  "escapes of a URL": (text) => `?p=%${inRadix(text, 16, 2).join("%")}`,
  "quoted-printable": (text) => `=${inRadix(text, 16, 2).join("=").toUpperCase()}`,
  "entities of HTML": (text) =>
    bytesOf(text)
      .map((byte) => `&#${byte};`)
      .join(""),
  base64: (text) => base64(text),
  "base64 in lines": (text) => base64(`1${text}`).replace(/.{5}/g, "$&\n"),
  "base64 without its own cases": (text) => base64(`12${text}`).toLowerCase(),
  "base64 of UTF-16": (text) => Buffer.from(text, "utf16le").toString("base64"),
  "base64 of base64": (text) => base64(base64(`1${text}`)),
  "base64 of base64 of base64": (text) => base64(base64(base64(text))),
  "base64 of hex": (text) => base64(inRadix(text, 16, 2).join(":")),
  "hex of base64": (text) => inRadix(base64(text), 16, 2).join(" "),
  base32: (text) => base32(text),
  "base32 in lower case": (text) => base32(`abc${text}`).toLowerCase(),
  "base64 of base32": (text) => base64(base32(text)),
};
/** Needs more than half of a short secret, for it cannot be told from words otherwise. */
const WHOLE_ONLY = "base64 without its own cases";

const RUNS = { numRuns: 25 };
const secret = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 8,
  maxLength: 40,
});

describe.each(Object.entries(spellings))("a text that holds, as %s,", (name, spelled) => {
  test("a secret of 8 characters or more repeats it", () => {
    fc.assert(
      fc.property(secret, (value) => repeatsSecret(`cannot keep ${spelled(value)}, try again`, [value])),
      RUNS,
    );
  });

  if (name !== WHOLE_ONLY)
    test("a contiguous half of such a secret repeats it", () => {
      fc.assert(
        fc.property(secret, fc.nat(), (value, at) => {
          const half = Math.floor(value.length / 2);
          const start = at % (value.length - half + 1);
          return repeatsSecret(`bad value "${spelled(value.slice(start, start + half))}"`, [value]);
        }),
        RUNS,
      );
    });
});

test.each([
  ["a name of other case", "https://hunter2-value.example", "Hunter2-Value"],
  ["HTML", "<p>a&#38;b &quot;c&quot;</p>", 'a&b "c"'],
  ["one line of several", "cannot use second-line", "first-line\nsecond-line"],
  ["one line of several, of a few characters", "cannot use p1n4", "first-line\np1n4"],
  ["JSON with escaped slashes", '"a\\/b\\/c"', "a/b/c"],
  ["hex of another script", Buffer.from("秘密の言葉です").toString("hex"), "秘密の言葉です"],
  ["a URL in another script", encodeURIComponent("秘密の言葉です"), "秘密の言葉です"],
  ["a dump with the text beside it", "00000000: 0000 0000  |Tr0ub4dor&3     |", "Tr0ub4dor&3"],
])("a text that repeats a secret as %s is recognised", (_, text, value) => {
  expect(repeatsSecret(text, [value])).toBe(true);
});

test.each([
  ["another text", "permission denied", "hunter2"],
  ["nothing", "", "hunter2"],
  ["a text, of no secret", "permission denied", ""],
  ["a part of a secret too short to have a half", "hunter is no user", "hunter2"],
  ["less than half of a secret", "the trouble with it", "Tr0ubl3d&Waters"],
  ["a bracket that is a line of a secret", "{ failed", '{\n"password": 1\n}'],
])("%s is not taken to repeat one", (_, text, value) => {
  expect(repeatsSecret(text, [value])).toBe(false);
});

const messages = [
  "permission denied",
  "cat: /run/secrets/token: No such file or directory (os error 2)",
  "curl: (6) Could not resolve host: vault.example.com",
  "error: You must be logged in to the server (Unauthorized)",
  'Error from server (Forbidden): secrets is forbidden: User "ci" cannot create resource "secrets" in namespace "jp1"',
  "An error occurred (AccessDeniedException) when calling the PutSecretValue operation: 403",
  "2026-11-28T10:02:03.123Z ERROR request 4f1c2d9e-77aa-4b1e-9c55-0d8f3a6b2c11 failed after 3 attempts",
  "panic: runtime error: index out of range [5] with length 3 goroutine 1 [running]: main.main() /app/main.go:17 +0x1d",
  "fatal: unable to access 'https://git.example.com/x.git/': SSL certificate problem: unable to get local issuer",
  "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 not found",
];

test.each(messages)("%s repeats no secret that a generator made", (message) => {
  const generated = fc.string({
    unit: fc.constantFrom(..."ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789+/_-"),
    minLength: 12,
    maxLength: 64,
  });
  fc.assert(
    fc.property(generated, (value) => !repeatsSecret(message, [value])),
    RUNS,
  );
});

test("a long text is judged at once", () => {
  const text = "all of these 256 words are of no secret at all, 0x1f:2e ".repeat(1200);
  expect(repeatsSecret(text, ["x7Kq-93zR_pL/4vW"])).toBe(false);
});
