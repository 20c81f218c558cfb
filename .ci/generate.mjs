// Regenerates what is derived from another file. `--check` changes nothing: it names each committed file that
// differs from its source and exits 1.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";
import protobuf from "protobufjs";
import { parse } from "yaml";
import { manPages } from "./put-man-pages.mjs";
import { terraformConstructs } from "./terraform-constructs.mjs";
import { terraformPages } from "./terraform-docs.mjs";

const root = new URL("../", import.meta.url);

/** Every generated file, by its path from the root, and what makes its text. */
const generated = [
  { output: "src/api/wire.generated.ts", make: wireTypes },
  { output: "src/model/diagnostic-advice.generated.ts", make: diagnosticAdvice },
  { output: "src/model/exit-code-advice.generated.ts", make: exitCodeAdvice },
  { output: "src/terraform/protocol/descriptor.generated.ts", make: protocolDescriptors },
  { output: "src/cdktf/provider/constructs.generated.ts", make: terraformConstructs },
  { output: "package.json", make: manifest },
  ...Array.from(await terraformPages(), ([output, text]) => ({ output, make: () => text })),
];

const check = process.argv.includes("--check");
let stale = 0;
for (const { output, make } of generated) {
  const text = await make();
  const file = new URL(output, root);
  if ((await committed(file)) === text) continue;
  if (check) {
    stale += 1;
    console.error(`${output} is stale: run \`npm run generate\` and commit it`);
  } else {
    await mkdir(new URL(".", file), { recursive: true });
    await writeFile(file, text);
    console.log(`${output} written`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;

async function wireTypes() {
  const source = "schemas/manager-api.openapi.yaml";
  const { paths, components, ...rest } = parse(await readFile(new URL(source, root), "utf8"));
  // Of a call the code wants its path, and the shapes of what is sent and answered.
  const calls = Object.fromEntries(Object.keys(paths).map((path) => [path, {}]));
  const shapes = { ...rest, paths: calls, components: { schemas: components.schemas } };
  const ast = await openapiTypescript(shapes, { alphabetize: false });
  return `// Generated from ${source} by \`npm run generate\`. Do not edit.\n\n${astToString(ast)}`;
}

/** Parsed at build time: a provider is started often, and parsing costs more than reading the result. */
async function protocolDescriptors() {
  const lines = [];
  for (const name of ["plugin", "provider"]) {
    const source = `src/terraform/protocol/${name}.proto`;
    const { root: parsed } = protobuf.parse(await readFile(new URL(source, root), "utf8"), {
      keepCase: false,
    });
    lines.push(`// Generated from ${source} by \`npm run generate\`. Do not edit.`);
    lines.push(`export const ${name}Protocol: object = ${JSON.stringify(parsed.toJSON(), null, 2)};`, "");
  }
  return lines.join("\n");
}

/** The usual cause and what to do, from the page on errors: `jp1im explain` prints them as well. */
async function diagnosticAdvice() {
  const source = "docs/errors.md";
  const page = await readFile(new URL(source, root), "utf8");
  const parts = /^### `(.+?)`\n\n- meaning: .*?\n- usual cause: (.*?)\n- what to do: (.*?)\n$/gms;
  const entries = Array.from(page.matchAll(parts), ([, code, cause, remedy]) => {
    const fields = [`cause: ${JSON.stringify(asText(cause))}`, `remedy: ${JSON.stringify(asText(remedy))}`];
    return `  ${JSON.stringify(code)}: { ${fields.join(", ")} },\n`;
  });
  return `// Generated from ${source} by \`npm run generate\`. Do not edit.

import type { DiagnosticCode } from "./diagnostic-codes";

export const diagnosticAdvice: Readonly<
  Record<DiagnosticCode, { readonly cause: string; readonly remedy: string }>
> = {
${entries.join("")}};
`;
}

/** The same of exit codes, from their page. */
async function exitCodeAdvice() {
  const source = "docs/exit-codes.md";
  const page = await readFile(new URL(source, root), "utf8");
  const parts = /^- \*\*(\d+)\*\* `\w+`: (.*?)\n {2}- what to do: (.*?)(?=\n- |\n\n)/gms;
  const entries = Array.from(page.matchAll(parts), ([, code, meaning, remedy]) => {
    const fields = [
      `meaning: ${JSON.stringify(asText(meaning))}`,
      `remedy: ${JSON.stringify(asText(remedy))}`,
    ];
    return `  ${code}: { ${fields.join(", ")} },\n`;
  });
  return `// Generated from ${source} by \`npm run generate\`. Do not edit.

import type { ExitCode } from "./exit-code";

export const exitCodeAdvice: Readonly<
  Record<ExitCode, { readonly meaning: string; readonly remedy: string }>
> = {
${entries.join("")}};
`;
}

/** On one line, and a link as its text and the page, as it reads outside of a browser. */
function asText(markdown) {
  return markdown
    .replace(/\s+/g, " ")
    .replace(/\(\[([^\]]*)\]\(([^)]*)\)\)/g, "($1: docs/$2)")
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1 (docs/$2)");
}

/** npm links the manual pages that `man` lists, and takes no folder. */
async function manifest() {
  const text = await readFile(new URL("package.json", root), "utf8");
  const man = [...(await manPages()).keys()].sort().map((name) => `./dist/man/${name}`);
  return `${JSON.stringify({ ...JSON.parse(text), man }, null, 2)}\n`;
}

/** The file's text as it stands, or `undefined` when it is not there. */
async function committed(file) {
  try {
    return await readFile(fileURLToPath(file), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
