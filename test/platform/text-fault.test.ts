import { textFault } from "../../src/platform/text-fault";

const utf16 = (text: string) => Buffer.from(text, "utf16le");

test.each([
  ["UTF-16", utf16("\ufeffkey: v\n"), "is UTF-16 text"],
  ["UTF-16 the other way round", utf16("\ufeffkey: v\n").swap16(), "is UTF-16 text"],
  ["UTF-16 without a mark", utf16("key: v\n"), "is UTF-16 text without a byte-order mark"],
  ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x6b, 0, 0, 0]), "is UTF-32 text"],
  ["CR only", Buffer.from("a: 1\rb: 2\r"), "has lines that end with CR only"],
  ["a conflict", Buffer.from("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n"), "from line 2 on"],
  [
    "a conflict in CRLF",
    Buffer.from("<<<<<<< HEAD\r\nb: 1\r\n||||||| base\r\n=======\r\nb: 2\r\n>>>>>>> theirs\r\n"),
    "from line 1 on",
  ],
])("text with %s is called by its name", (_, bytes, why) => {
  expect(textFault(bytes)?.why).toContain(why);
});

test.each([
  ["none at all", ""],
  ["one line that ends with CR", "key\r"],
  ["CRLF", "a: 1\r\nb: 2\r\n"],
  ["a quotation of one marker", "text: |\n  <<<<<<< HEAD\n=======\n"],
  ["a NUL at its end", "key\0"],
])("text with %s is not", (_, text) => {
  expect(textFault(Buffer.from(text))).toBeUndefined();
});

test("a mark of UTF-8 is a fault for a reader that does not skip it", () => {
  const marked = Buffer.from("\ufeff-----BEGIN CERTIFICATE-----\n");
  expect(textFault(marked)).toBeUndefined();
  expect(textFault(marked, { skipsMark: false })?.why).toBe("begins with a byte-order mark");
});
