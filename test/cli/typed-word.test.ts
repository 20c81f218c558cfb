import { spawnSync } from "node:child_process";
import { continuation, readWord } from "../../src/cli/completion/typed-word";

test.each([
  ["tokyo/client/web", { text: "tokyo/client/web", quote: "", isEscaping: false }],
  [String.raw`my\ key`, { text: "my key", quote: "", isEscaping: false }],
  [String.raw`my\ `, { text: "my ", quote: "", isEscaping: false }],
  ["my\\", { text: "my", quote: "", isEscaping: true }],
  ["'it is", { text: "it is", quote: "'", isEscaping: false }],
  [`'a'"b"c`, { text: "abc", quote: "", isEscaping: false }],
  [String.raw`"a\"b\c`, { text: String.raw`a"b\c`, quote: '"', isEscaping: false }],
  ["'a\\", { text: "a\\", quote: "'", isEscaping: false }],
  ["'$(x)'", { text: "$(x)", quote: "", isEscaping: false }],
  [String.raw`\$x`, { text: "$x", quote: "", isEscaping: false }],
])("the word %s is read as bash reads it", (raw, word) => {
  expect(readWord(raw)).toEqual(word);
});

test.each(["$x", '"$x', "`x", '"`x', "a$(b"])("what %s stands for is not known", (raw) => {
  expect(readWord(raw)).toBeUndefined();
});

/** Every character that means something to a shell, and some that do not. */
const NAMES = [
  ...[..."$`\"'\\!*?[]{}()<>|&;#~^ =:@%,+-_.é日"].map((character) => `a${character}b${character}`),
  ...["~", "#", "-"].map((character) => `${character}a`),
  "$(touch x)",
  "日本語 の名前",
];

test.each(["", "'", '"', "a\\", "'a'", '"a"'])(
  "after %j, bash takes what follows as the rest of the name",
  (raw) => {
    const word = readWord(raw);
    if (word === undefined) throw new Error("the word is plain");
    const lines = NAMES.map((name) => `printf '%s\\n' ${raw}${continuation(name, word)}${word.quote}`);
    const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", lines.join("\n")], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout.split("\n").slice(0, -1)).toEqual(NAMES.map((name) => `${word.text}${name}`));
  },
);
