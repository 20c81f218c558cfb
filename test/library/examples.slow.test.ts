/** The examples of docs/library.md compile, and every function has one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import * as library from "../../src/index";

const ROOT = join(__dirname, "../..");
const page = readFileSync(join(ROOT, "docs/library.md"), "utf8");
const examples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, text = ""]) => text);

test("every example of the library's page compiles", () => {
  expect(examples.length).toBeGreaterThanOrEqual(8);
  // Inside of the repository, where the types of Node are found.
  const folder = mkdtempSync(join(ROOT, "test/library/examples-"));
  try {
    const files = examples.map((text, index) => {
      const file = join(folder, `example-${index + 1}.ts`);
      writeFileSync(file, text);
      return file;
    });
    const program = ts.createProgram(files, {
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      moduleDetection: ts.ModuleDetectionKind.Force,
      types: ["node"],
      paths: { jp1im: [join(ROOT, "src/index.ts")] },
    });
    // Errors of the sources are for the type check of the whole.
    const found = files.flatMap((file) => [
      ...program.getSyntacticDiagnostics(program.getSourceFile(file)),
      ...program.getSemanticDiagnostics(program.getSourceFile(file)),
    ]);
    const told = found.map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
    expect(told).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

test("every function of the library is in an example", () => {
  const functions = Object.entries(library)
    .filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name))
    .map(([name]) => name);
  expect(
    functions.filter((name) => !examples.some((text) => new RegExp(`\\b${name}[()]`).test(text))),
  ).toEqual([]);
});
