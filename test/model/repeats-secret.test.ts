import { repeatsSecret } from "../../src/model/repeats-secret";

test.each([
  ["a name of other case", "https://hunter2-value.example", "Hunter2-Value"],
  ["HTML", "<p>a&#38;b &quot;c&quot;</p>", 'a&b "c"'],
  ["one line of several", "cannot use second-line", "first-line\nsecond-line"],
  ["JSON with escaped slashes", '"a\\/b\\/c"', "a/b/c"],
])("a text that repeats a secret as %s is recognised", (_, text, secret) => {
  expect(repeatsSecret(text, [secret])).toBe(true);
});

test.each([
  ["another text", "permission denied", "hunter2"],
  ["nothing", "", "hunter2"],
  ["a text, of no secret", "permission denied", ""],
  ["a part of a secret", "hunter is no user", "hunter2"],
  ["a bracket that is a line of a secret", "{ failed", '{\n"password": 1\n}'],
])("%s is not taken to repeat one", (_, text, secret) => {
  expect(repeatsSecret(text, [secret])).toBe(false);
});
