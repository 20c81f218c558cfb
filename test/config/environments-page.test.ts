import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadDesiredState } from "../../src/config/load-desired-state";

const page = readFileSync(join(__dirname, "../../docs/environments.md"), "utf8");
const layouts = page
  .split(/^## /m)
  .filter((section) => /^```yaml\n# \S+\.yaml$/m.test(section))
  .map((section) => ({ title: section.split("\n", 1)[0] ?? "", section }));

it("the page has a layout for one person, one team, several and many", () => {
  expect(layouts).toHaveLength(4);
});

describe.each(layouts)("the layout “$title”", ({ section }) => {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-layout-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  for (const [, file = "", text] of section.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text ?? "");
  }
  const env = Object.fromEntries(
    Array.from(section.matchAll(/\b(JP1_\w+)=(\S+)/g), ([, name = "", value]) => [name, value]),
  );
  const commands = [...new Set(section.match(/^jp1im plan.*$/gm))];

  it.each(commands)("loads without a diagnostic: %s", async (command) => {
    const named = Array.from(command.matchAll(/-f (\S+)/g), ([, path = ""]) => path);
    const paths = named.length > 0 ? named : ["jp1im.yaml"];
    const { desired, diagnostics } = await loadDesiredState({ paths, cwd: folder, variables: { env } });
    expect(diagnostics).toEqual([]);
    expect(desired?.managers.size).toBeGreaterThan(0);
  });
});

it("the example of each rule loads as well", async () => {
  const [variables = ""] = /```yaml\n(?!#)[\s\S]*?```/.exec(page) ?? [];
  const names = Array.from(variables.matchAll(/env: (\w+)/g), ([, name = ""]) => name);
  const env = Object.fromEntries(names.map((name) => [name, name.endsWith("URL") ? "https://a:1" : "x"]));
  const { diagnostics } = await loadDesiredState({
    paths: ["-"],
    cwd: "/",
    stdin: async () => variables.replace(/```(yaml)?/g, ""),
    variables: { env },
  });
  expect(diagnostics).toEqual([]);
});
