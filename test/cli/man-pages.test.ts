import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { defineCommand } from "../../src/cli/define-command";
import { manPage } from "../../src/cli/man/man-page";
import { manPages } from "../../src/cli/man-pages";
import { runnableCommands } from "./program";

const pages = manPages();
const folder = mkdtempSync(join(tmpdir(), "jp1im-man-"));
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isThere = (program: string) => {
  const { error } = spawnSync(program, ["--version"]);
  if (error !== undefined) console.warn(`${program} is not installed: it does NOT check the manual pages`);
  return error === undefined;
};
const groff = isThere("groff");
const mandoc = isThere("mandoc");

/** What a page shows, with each run of blanks as one. */
const shown = (text: string) => {
  const drawn = execFileSync("groff", ["-ww", "-man", "-Tutf8", "-P-cbou"], {
    input: text,
    encoding: "utf8",
  });
  return drawn.replace(/\s+/g, " ");
};

test("there is a page for the program and for each command, and package.json names them all", () => {
  const names = [...pages.keys()];
  expect(names).toContain("jp1im.1");
  expect(names).toContain("jp1im-state.1");
  for (const [path] of runnableCommands()) expect(names).toContain(`${path.replaceAll(" ", "-")}.1`);
  const { man } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  expect(man).toEqual(names.sort().map((name) => `./dist/man/${name}`));
});

test("a page is the same each time, and holds no date", () => {
  expect(manPages()).toEqual(pages);
  for (const text of pages.values()) expect(text).toMatch(/^\.TH \S+ 1 "" /);
});

if (groff)
  test.each(runnableCommands())("the page of %s shows what its help does", (path, command) => {
    const page = shown(pages.get(`${path.replaceAll(" ", "-")}.1`) ?? "");
    expect(page).toContain(`NAME ${path.replaceAll(" ", "-")} - ${command.summary()}`);
    expect(page).toContain(`SYNOPSIS ${path} ${command.usage()}`);
    expect(page).toContain(command.description());
    for (const { short, long, flags, description } of command.options) {
      const value = flags.split(" ").slice(short === undefined ? 1 : 2);
      expect(page).toContain([[short, long].filter(Boolean).join(", "), ...value].join(" "));
      expect(page).toContain(description.slice(1));
    }
    for (const argument of command.registeredArguments) expect(page).toContain(argument.description.slice(1));
  });

if (groff)
  test("groff finds nothing to warn of in any page", () => {
    const files = [...pages.keys()].map((name) => join(folder, name));
    const { stdout, stderr } = spawnSync("groff", ["-ww", "-man", "-Tutf8", "-z", ...files], {
      encoding: "utf8",
    });
    expect([stdout, stderr]).toEqual(["", ""]);
  });

if (mandoc)
  test("mandoc finds nothing to warn of in any page but that it has no date", () => {
    const files = [...pages.keys()].map((name) => join(folder, name));
    const { stdout } = spawnSync("mandoc", ["-Tlint", "-Wwarning", ...files], { encoding: "utf8" });
    const lines = stdout
      .split("\n")
      .filter((line) => line !== "" && !line.endsWith('missing date, using "": TH'));
    expect(lines).toEqual([]);
  });

const HOSTILE = [
  ".so /etc/passwd",
  "'br",
  "a .b 'c",
  "\\fBback\\slash\\",
  '"quoted" text',
  "--dashes - and ~tilde ^hat `tick` it's",
  "arrow \u2192 and 日本",
  `${"word ".repeat(20)}.dots at the start of a line ${".x ".repeat(40)}`.trim(),
];

if (groff)
  test.each(HOSTILE)("the text %j stands in a page as it is", (text) => {
    const flat = text.replace(/\s+/g, " ");
    const command = defineCommand("test", {
      summary: text,
      about: text,
      examples: [[text, text]],
      options: [new Option(`--option <${text}>`, text)],
    }).argument("<word>", text);
    new Command("jp1im").addCommand(command);
    const page = shown(manPage(command));
    // Name, description twice, argument, option twice, example twice.
    const rest = flat.slice(1);
    expect(page.split(rest).length - 1).toBeGreaterThanOrEqual(8);
  });
