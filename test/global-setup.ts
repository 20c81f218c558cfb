import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";

const ROOT = join(__dirname, "..");
const SRC = join(ROOT, "src");

/** Runs once, before any worker starts. */
export default function globalSetup(): void {
  build();
  useOneFolder();
}

/** All that is temporary, of tests and of the programs that they start, goes to one folder; the teardown removes it. */
function useOneFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-tests-"));
  process.env.JP1IM_TESTS_FOLDER = folder;
  process.env.TMPDIR = folder;
}

/**
 * Brings `dist` up to date with `src`: of the library what is newer than its output is compiled, file by file, as
 * `isolatedModules` allows; the command line is bundled when anything is newer than its bundle. Type errors are for
 * `npm run typecheck` to report.
 */
function build(): void {
  const names = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(ts|css)$/.test(name),
  );
  for (const name of names.filter((each) => each.endsWith(".ts") && !BUNDLED.test(each))) {
    const source = join(SRC, name);
    const output = join(ROOT, "dist", name.replace(/ts$/, "js"));
    if (isNewer(source, output)) compile(source, output, statSync(source).mtime);
  }
  const parts = [...names.map((name) => join(SRC, name)), ...filesIn("schemas"), ...filesIn(".ci")];
  const commandLine = join(ROOT, "dist/cli/jp1im.js.cache");
  if (parts.some((part) => isNewer(part, commandLine)))
    execFileSync(process.execPath, [join(ROOT, ".ci/command-line.mjs")], { stdio: "inherit" });
}

/** The Terraform provider is one file, which its tests make. */
const BUNDLED = /^(cli|report|simulator|terraform)[\\/]/;

function isNewer(source: string, output: string): boolean {
  return !existsSync(output) || statSync(output).mtime < statSync(source).mtime;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name));
}

function compile(source: string, output: string, mtime: Date): void {
  const { code } = transformSync(readFileSync(source, "utf8"), {
    ...{ loader: "ts", format: "cjs", platform: "node", target: "es2022" },
    sourcefile: source,
  });
  mkdirSync(dirname(output), { recursive: true });
  // Another run may be loading the file just now; and an edit during the compiling must count as newer.
  const draft = `${output}.${process.pid}`;
  writeFileSync(draft, code);
  utimesSync(draft, mtime, new Date(Math.ceil(mtime.getTime())));
  renameSync(draft, output);
}
