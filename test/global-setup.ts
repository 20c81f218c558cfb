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
import ts from "typescript";

const ROOT = join(__dirname, "..");

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
 * Brings `dist` up to date with `src`: what is newer than its output is compiled, file by file, as `isolatedModules`
 * allows. Type errors are for `npm run typecheck` to tell.
 */
function build(): void {
  for (const name of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
    // The Terraform provider is one file, which its tests make.
    if (!name.endsWith(".ts") || name.startsWith("terraform")) continue;
    const source = join(ROOT, "src", name);
    const output = join(ROOT, "dist", name.replace(/ts$/, "js"));
    const { mtime } = statSync(source);
    if (!existsSync(output) || statSync(output).mtime < mtime) compile(source, output, mtime);
  }
}

function compile(source: string, output: string, mtime: Date): void {
  const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), {
    fileName: source,
    compilerOptions: {
      module: ts.ModuleKind.Node16,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
      isolatedModules: true,
    },
  });
  mkdirSync(dirname(output), { recursive: true });
  // Another run may be loading the file just now; and an edit during the compiling must count as newer.
  const draft = `${output}.${process.pid}`;
  writeFileSync(draft, outputText);
  utimesSync(draft, mtime, new Date(Math.ceil(mtime.getTime())));
  renameSync(draft, output);
}
