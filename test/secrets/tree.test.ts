import { readDotenv } from "../../src/secrets/sops/dotenv";
import { macText } from "../../src/secrets/sops/mac-text";
import { readJson, readYaml } from "../../src/secrets/tree/read-tree";
import type { Tree } from "../../src/secrets/tree/tree";
import { parseTreePath } from "../../src/secrets/tree/tree-path";
import { writeJson } from "../../src/secrets/tree/write-json";

function leafOf(yaml: string) {
  const [tree] = readYaml(`a: ${yaml}`) ?? [];
  const leaf = tree?.kind === "map" ? tree.entries.get("a") : undefined;
  if (leaf?.kind !== "leaf") throw new Error("no leaf");
  return leaf;
}

// What SOPS hashes of a value in clear text: that of the Go value that its YAML library makes of it.
test.each([
  ["31", "int", "31"],
  ["0x1F", "int", "31"],
  ["014", "int", "12"],
  ["0o14", "int", "12"],
  ["-0b11", "int", "-3"],
  ["+1_000", "int", "1000"],
  ["123456789012345678901", "int", "123456789012345678901"],
  ["1.50", "float", "1.5"],
  [".5", "float", "0.5"],
  ["1e3", "float", "1000"],
  ["-1.25e+21", "float", "-1250000000000000000000"],
  ["1.5e-7", "float", "0.00000015"],
  ["-0.0", "float", "-0"],
  ["-.inf", "float", "-Inf"],
  [".nan", "float", "NaN"],
  ["TRUE", "bool", "True"],
  ["false", "bool", "False"],
  ["yes", "text", "yes"],
  ["~", "null", ""],
  ["2024-01-02", "time", "2024-01-02T00:00:00Z"],
  ["2024-01-02T03:04:05.600Z", "time", "2024-01-02T03:04:05.6Z"],
  ["2024-01-02t03:04:05.0+09:00", "time", "2024-01-02T03:04:05+09:00"],
  ['"31"', "text", "31"],
  ["!!str 31", "text", "31"],
  ["!!int 31", "int", "31"],
  ["10.0.0.1", "text", "10.0.0.1"],
])("the value %s in clear text is of type %s and adds %j to a MAC", (yaml, type, text) => {
  const leaf = leafOf(yaml);
  expect(leaf.type).toBe(type);
  expect(macText(leaf)).toBe(text);
});

test.each([
  ["a", ["a"]],
  ["a.b-c_d.0", ["a", "b-c_d", "0"]],
  ["a[0][12].b", ["a", 0, 12, "b"]],
  ['"a.b"', ["a.b"]],
  ['a."b\\"c".d', ["a", 'b"c', "d"]],
  ["a.'b.c'[1]", ["a", "b.c", 1]],
  ['a["b.c"].d', ["a", "b.c", "d"]],
  ["日本.鍵", ["日本", "鍵"]],
  ["", undefined],
  ["a..b", undefined],
  ["a.", undefined],
  [".a", undefined],
  ["a.[0]", undefined],
  ["a[x]", undefined],
  ['a"b"', undefined],
  ["a[0]b", undefined],
])("the path %j is read as %j", (path, steps) => {
  expect(parseTreePath(path)).toEqual(steps);
});

test.each([
  '{"b":1,"a":[1.0,12345678901234567890,"x\\"y",null,true,{"2":"two","1":"one"}]}',
  '{"e":"","list":[]}',
])("JSON keeps its order and its numbers on the way through: %s", (json) => {
  const tree = readJson(json);
  expect(tree && writeJson(tree)).toBe(json);
});

test("JSON of many lines with tabs, long texts and every escape is read", () => {
  const value = {
    a: { "k.1": '\u0000\b\f\n\r\t"\\/é😀\u2028 # : {', long: "x ".repeat(50_000), "": "no name" },
  };
  const tree = readJson(JSON.stringify(value, null, "\t"));
  expect(JSON.parse(tree ? writeJson(tree) : "")).toEqual(value);
});

test.each(['{"a":1', "{a: 1}", "", '{"a":01}'])("what is no JSON is not read: %s", (text) => {
  expect(readJson(text)).toBeUndefined();
});

test("dotenv takes its metadata apart and everything else as it is", () => {
  const tree = readDotenv(
    "# note\nA= x=1 \nB=\nsops_age__list_1__map_enc=b\\nc\nsops_age__list_0__map_enc=a\nsops_version=3\n",
  );
  expect(tree && plain(tree)).toEqual({
    A: " x=1 ",
    B: "",
    sops: { age: [{ enc: "a" }, { enc: "b\nc" }], version: "3" },
  });
  for (const wrong of ["A", "=x", "A=1\nA=2", "sops_a=1\nsops_a__map_b=2"])
    expect(readDotenv(wrong)).toBeUndefined();
});

function plain(tree: Tree): unknown {
  if (tree.kind === "leaf") return tree.text;
  if (tree.kind === "list") return tree.items.map(plain);
  return Object.fromEntries(Array.from(tree.entries, ([key, value]) => [key, plain(value)]));
}

test("dotenv metadata that nest deeper than any of SOPS are no such file, and no overflow of the stack", () => {
  const line = (depth: number) => `sops_${Array.from({ length: depth }, () => "a").join("__map_")}=x`;
  expect(readDotenv(line(5))).toMatchObject({ kind: "map" });
  expect(readDotenv(line(100_000))).toBeUndefined();
});

test("a key that stands twice is refused, also among many: they are not compared each with each other", () => {
  expect(readYaml("a: 1\na: 2\n")).toBeUndefined();
  expect(readJson('{"a":{"b":1,"b":1}}')).toBeUndefined();
  const many = Array.from({ length: 30_000 }, (_, index) => `k${index}: 1\n`).join("");
  expect(readYaml(many)).toHaveLength(1);
  expect(readYaml(`${many}k7: 1\n`)).toBeUndefined();
});
