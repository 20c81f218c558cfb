// Regenerates what is derived from another file. `--check` changes nothing: it names each committed file that
// differs from its source and exits 1.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";
import { parse } from "yaml";

const root = new URL("../", import.meta.url);

/** Every generated file, by its path from the root, and what makes its text. */
const generated = [{ output: "src/api/wire.generated.ts", make: wireTypes }];

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

/** The file's text as it stands, or `undefined` when it is not there. */
async function committed(file) {
  try {
    return await readFile(fileURLToPath(file), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
