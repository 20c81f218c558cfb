/**
 * What jest runs in a file's place: TypeScript compiled; a large package as one file, because each test file loads its modules again;
 * and the modules with a schema as the code that Ajv makes of it, as in the bundled command line.
 */
const { createHash } = require("node:crypto");
const { readdirSync, readFileSync } = require("node:fs");
const { Module } = require("node:module");
const { join } = require("node:path");
const { buildSync, transformSync, version } = require("esbuild");

const ROOT = join(__dirname, "..");
const SCHEMA_MODULE =
  /[\\/](desired-state-(check|validator)|plan-validator|world-schema|output-validator)\.ts$/;
const PACKAGE = /[\\/]node_modules[\\/](?!@actions|cronstrue)/;
/** Jest loads no modules of the kind that a plain `import()` asks for. */
const options = {
  ...{ format: "cjs", platform: "node", target: "node20", logLevel: "error" },
  supported: { "dynamic-import": false },
};

module.exports = {
  getCacheKey(text, path) {
    const parts = [own(), path, text];
    if (SCHEMA_MODULE.test(path)) parts.push(...schemaParts());
    return parts.reduce((hash, part) => hash.update(part).update("\0"), createHash("sha256")).digest("hex");
  },

  process(text, path) {
    if (SCHEMA_MODULE.test(path)) return { code: compiledSchemas(path) };
    if (PACKAGE.test(path)) return { code: bundled(path) };
    const loader = path.endsWith(".ts") ? "ts" : "js";
    const { code, map } = transformSync(text, {
      ...options,
      loader,
      sourcefile: path,
      sourcemap: "external",
    });
    return { code: spyable(code), map };
  },
};

let ownKey;

/** Of what makes the code, and of the packages as they are installed. */
function own() {
  ownKey ??= createHash("sha256")
    .update(version)
    .update(readFileSync(__filename))
    .update(readFileSync(join(ROOT, "node_modules/.package-lock.json")))
    .digest("hex");
  return ownKey;
}

/** What the modules with a schema import and read. */
function schemaParts() {
  return ["schemas", "src/config", "src/library", "src/model", "src/platform", "src/simulator"].flatMap(
    (name) => {
      const folder = join(ROOT, name);
      const files = readdirSync(folder, { recursive: true }).filter((file) => /\.(json|ts)$/.test(file));
      return files.map((file) => readFileSync(join(folder, file)));
    },
  );
}

function bundled(path, more = {}) {
  const { outputFiles } = buildSync({ ...options, entryPoints: [path], bundle: true, write: false, ...more });
  return outputFiles[0].text;
}

function compiledSchemas(path) {
  const standaloneCode = require("ajv/dist/standalone").default;
  const module = new Module(path);
  module.filename = path;
  module.paths = Module._nodeModulePaths(ROOT);
  module._compile(bundled(path, { packages: "external" }), path);
  const ajv = module.exports.createAjv();
  const names = Object.keys(ajv.schemas).filter((name) => /^[a-z-]+$/.test(name));
  const code = standaloneCode(ajv, Object.fromEntries(names.map((name) => [name, name])));
  return `${code}\nconst validators = { ...exports };\nexports.createAjv = () => ({ getSchema: (name) => validators[name] });`;
}

/** Exports of esbuild's cannot be replaced, and `jest.spyOn` replaces them. */
function spyable(code) {
  return code.replace(
    "{ get: () => from[key], enumerable:",
    "{ get: () => from[key], configurable: true, enumerable:",
  );
}
