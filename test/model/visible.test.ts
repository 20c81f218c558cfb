import { parse } from "yaml";
import { visible, visibleJson, visibleName } from "../../src/model/visible";
import { jsonText } from "../../src/report/json-text";
import { yamlText } from "../../src/yaml/yaml-text";

const invisible = [
  "\u3164",
  "\u115f",
  "\uffa0",
  "\u2800",
  "\u180b",
  "\ufe0f",
  "\u034f",
  "\u202e",
  "\u200b",
  "\u00a0",
  "\u3000",
  "\u{e0041}",
];

test.each(invisible.map((character) => [character.codePointAt(0)?.toString(16) ?? "", character]))(
  "U+%s is shown as its escape",
  (hex, character) => {
    const shown = visible(`web${character}01`);
    expect(shown).not.toContain(character);
    expect(shown).toContain(hex);
  },
);

test("text that is plain, in any script, is left as it is", () => {
  expect(visible("web01 パスワード ✓ %2F")).toBe("web01 パスワード ✓ %2F");
  expect(visible("http://[2001:db8::1]:20703")).toBe("http://[2001:db8::1]:20703");
  expect(visible("\u200b\ufeff\u2028\ud800")).toBe("\\u{200b}\\u{feff}\\u{2028}\\u{d800}");
});

test.each([
  ["##[error]x", "\\x23#[error]x"],
  ["a ##[group]x", "a \\x23#[group]x"],
  ["##vso[task.setvariable variable=x]y", "\\x23#vso[task.setvariable variable=x]y"],
  ["::error::x", "\\x3a:error::x"],
  ["  ::debug", "  \\x3a:debug"],
  ["a\n::set-env name=PATH::x", "a\\x0a\\x3a:set-env name=PATH::x"],
  ["a ::error file=a.ts,line=1::x", "a \\x3a:error file=a.ts,line=1::x"],
])("a CI system's command %j is disarmed", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

const names = [...invisible, "##[error]x", "a ::error::x", 'quo"te ##vso[x]', "plain", "new\nline"];

test.each(names)("%j keeps its meaning in JSON and YAML, and none of its effect", (name) => {
  const json = [...jsonText({ name, list: [{ [name]: name }] })].join("");
  expect(JSON.parse(json)).toEqual({ name, list: [{ [name]: name }] });
  const yaml = yamlText(name);
  expect(parse(yaml)).toBe(name);
  for (const text of [json, yaml]) {
    expect(text).not.toMatch(/##\w*\[|::\w+::/);
    for (const character of invisible) expect(text).not.toContain(character);
  }
});

test("JSON without anything to hide is not changed", () => {
  const text = JSON.stringify({ url: "http://[::1]:1", name: "パスワード ✓" });
  expect(visibleJson(text)).toBe(text);
});

test.each([
  ["tokyo/client/app ", "tokyo/client/app\\x20"],
  ["tokyo/client/ app", "tokyo/client/\\x20app"],
  ["tokyo/agent/m/web01  /secret/k", "tokyo/agent/m/web01\\x20\\x20/secret/k"],
  ["  ", "\\x20\\x20"],
  ["tokyo/client/trend writer", "tokyo/client/trend writer"],
  ["app\u00a0", "app\\xa0"],
])("a blank at the edge of a name is shown: %j", (name, shown) => {
  expect(visibleName(name)).toBe(shown);
});
