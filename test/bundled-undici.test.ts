/** The bundles have only a part of undici: what the source takes of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const MENTION = /(?:(import type|import|const) \{([^}]*)\} (?:from |= await import\())?"undici"/g;

test("what the source takes of undici is in the bundles", () => {
  const bundling = readFileSync(join(ROOT, ".ci/bundling.mjs"), "utf8");
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
  const text = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(ROOT, "src", file), "utf8"));
  const mentions = [...text.join("\n").replaceAll(/\s+/g, " ").matchAll(MENTION)];
  const names = mentions.flatMap(([mention, how, list = mention]) =>
    how === "import type" ? [] : list.split(","),
  );
  const taken = names.map((name) => name.trim()).filter((name) => !name.startsWith("type "));
  expect([...new Set(taken)].sort()).toEqual(["Client", "Pool", "ProxyAgent"]);
  for (const name of taken) expect(bundling).toMatch(new RegExp(`exports\\.${name} = |lazily\\("${name}"`));
});
