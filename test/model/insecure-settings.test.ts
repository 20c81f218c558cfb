import { insecureSettings } from "../../src/model/insecure-settings";

const position = { file: "a.yaml", line: 3, column: 5 };

test.each([
  "https://immhost01:20703",
  "http://localhost:20703",
  "http://im.localhost:20703",
  "http://127.0.0.1:20703",
  "http://127.8.9.1:20703",
  "http://[::1]:20703",
])("%s is safe", (url) => {
  expect(insecureSettings({ name: "tokyo", url })).toEqual([]);
});

test.each([
  "http://immhost01:20703",
  "http://10.0.0.1:20703",
  "http://127.0.0.1.example.com:1",
  "http://notlocalhost:1",
])("plain http to %s is warned of", (url) => {
  const [warning, ...rest] = insecureSettings({ name: "tokyo", url, position });
  expect(rest).toEqual([]);
  expect(warning).toMatchObject({
    code: "insecure-setting",
    severity: "warning",
    address: "tokyo",
    position,
  });
  expect(warning?.summary).toContain(new URL(url).host);
});

test("accepting any certificate is warned of, and both faults are told", () => {
  const url = "http://immhost01:20703";
  const warnings = insecureSettings({ name: "tokyo", url, tls: { insecure: true } });
  expect(warnings.map(({ summary }) => summary)).toEqual([
    expect.stringContaining("plain http"),
    expect.stringContaining("any certificate"),
  ]);
});
