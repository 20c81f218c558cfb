// What every bundle is made by: the package's version as a constant, schemas as compiled code, and beside the file the
// licences of what is in it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import standaloneCode from "ajv/dist/standalone/index.js";
import { build, transform } from "esbuild";
import { withoutReports } from "./report-free.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Their `createAjv` knows the schemas; compiling these takes longer than most commands run. */
const schemaModules =
  /[\\/]src[\\/](config[\\/]desired-state-(check|validator)|library[\\/]plan-validator|simulator[\\/]world-schema)\.ts$/;

/** Makes a bundle the function of a CommonJS module, as `loadBundle` takes it: to put that around it takes a start longer. */
export const asFunction = {
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
};

/** Bundles a source file and what it imports into `outfile`, and gives what esbuild gives. */
export async function bundle(entry, outfile, options = {}) {
  const { plugins = [], dryRun = false, ...others } = options;
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Names stay, so that a stack trace tells something; without them it starts no sooner.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    plugins: [
      ...plugins,
      constantVersion,
      lazyValidator,
      compiledSchemas,
      lazyModules,
      usedUndici,
      lazyUseCases,
    ],
    metafile: true,
    write: false,
    logLevel: "warning",
    ...others,
  });
  for (const { path, contents } of dryRun ? [] : result.outputFiles) {
    if (/\.c?js$/.test(path)) checkAscii(path, contents);
    put(path, contents);
  }
  return result;
}

/** A bundle is loaded as Latin-1, the fastest way. esbuild escapes every text, but no regular expression. */
function checkAscii(path, contents) {
  const at = contents.findIndex((byte) => byte > 127);
  if (at < 0) return;
  const around = Buffer.from(contents.subarray(Math.max(0, at - 60), at + 40)).toString();
  throw new Error(`${path} is not in ASCII; write \\u and the number of the character: ${around}`);
}

const constantVersion = {
  name: "constant-version",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]version\.ts$/ }, () => ({
      contents: `export const version = ${JSON.stringify(version)};`,
    }));
  },
};

const compiledSchemas = {
  name: "compiled-schemas",
  setup({ onLoad }) {
    onLoad({ filter: schemaModules }, async ({ path }) => {
      const ajv = (await load(path)).createAjv();
      const names = Object.keys(ajv.schemas).filter((name) => /^[a-z-]+$/.test(name));
      const generated = standaloneCode.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
      const code = path.endsWith("-check.ts") ? withoutReports(generated) : generated;
      return {
        contents: `${code}\nconst validators = { ...exports };\nexports.createAjv = () => ({ getSchema: (name) => validators[name] });`,
        resolveDir: root,
      };
    });
  },
};

/** The validator that tells what is wrong with a document, which few documents need: a module of its own that is loaded at its first use. */
export const LATER_VALIDATOR = "later-validator";
const lazyValidator = {
  name: "lazy-validator",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/desired-state-validator$/ }, ({ path, resolveDir }) => ({
      // Relative: the name is in the bundle, which should not depend on where it was built.
      path: relative(root, join(resolveDir, path)),
      namespace: LATER_VALIDATOR,
    }));
    onLoad({ filter: /./, namespace: LATER_VALIDATOR }, ({ path }) => ({
      contents: `exports.createAjv = () => require(${JSON.stringify(`./${path}`)}).createAjv();`,
      resolveDir: root,
    }));
  },
};

/** Parts of Node, and a package, that take milliseconds to load and that a run may do without: loaded at their first use. */
const lazyModules = {
  name: "lazy-modules",
  setup({ onResolve, onLoad }) {
    const filter =
      /^(yaml|(node:)?(child_process|crypto|dns|dns\/promises|http|http2|https|net|os|readline|sea|tls|zlib))$/;
    onResolve({ filter }, ({ path, importer, namespace }) => {
      // Who imports something that is no function loads it at once; nobody else does.
      if (namespace === "lazy")
        return path === "yaml" ? undefined : { path, external: true, sideEffects: false };
      const isOurs = !importer.includes(`${sep}node_modules${sep}`);
      return { path, namespace: "lazy", ...(isOurs && !/yaml|http/.test(path) && { suffix: "?functions" }) };
    });
    onLoad({ filter: /./, namespace: "lazy" }, ({ path, suffix }) => {
      const load = `(loaded ??= require("${path}"))`;
      const exported = Object.entries(createRequire(import.meta.url)(path));
      const isOfFunctions = suffix === "?functions";
      const lines = isOfFunctions
        ? exported.map(([name, value]) =>
            typeof value === "function"
              ? functionOf(name, value, load)
              : `export { ${name} } from "${path}";`,
          )
        : exported.map(
            ([name]) =>
              `Object.defineProperty(exports, "${name}", { enumerable: true, get: () => ${load}.${name} });`,
          );
      return { contents: ["let loaded;", ...lines].join("\n"), resolveDir: root };
    });
  },
};

/** A function in the place of one that is loaded later: unlike a property with a getter, it costs a start nothing. */
function functionOf(name, value, load) {
  const isClass = value.toString().startsWith("class") || /^[A-Z]/.test(name);
  return `export function ${name}(...given) { return ${isClass ? "new " : ""}${load}.${name}(...given); }`;
}

/**
 * Only what the transport uses of undici: the rest of it, such as `fetch`, takes longer to load than a pool. It parses
 * answers with WebAssembly, which V8 optimises after a few of them; that takes longer than most runs. Here it does so after hundreds.
 * The flag comes last: with other flags than at its start, V8 compiles Node's own modules instead of taking their compiled code.
 */
const usedUndici = {
  name: "used-undici",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]undici[\\/]index\.js$/ }, () => ({
      contents: `exports.Pool = require("./lib/dispatcher/pool");
        require("v8").setFlagsFromString("--wasm-tiering-budget=200000000");
        const lazily = (name, load) => Object.defineProperty(exports, name, { enumerable: true, get() {
          Object.assign(require("./lib/dispatcher/dispatcher").prototype, require("./lib/api"));
          return load();
        } });
        lazily("Client", () => require("./lib/dispatcher/client"));
        lazily("ProxyAgent", () => require("./lib/dispatcher/proxy-agent"));`,
    }));
  },
};

/** The library's entry, with each use case loaded at its first use: most commands need one of them. */
const lazyUseCases = {
  name: "lazy-use-cases",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]index\.ts$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "ts" });
      const lines = [...code.matchAll(/^export (\*|\{[^}]*\}) from (".+");$/gm)].map(([, names, file]) =>
        names === "*"
          ? `Object.defineProperties(exports, Object.getOwnPropertyDescriptors(require(${file})));`
          : names.match(/\w+/g).map((name) => getter(name, file)),
      );
      return { contents: lines.flat().join("\n"), resolveDir: dirname(path) };
    });
  },
};

function getter(name, file) {
  return `Object.defineProperty(exports, "${name}", { enumerable: true, get: () => require(${file}).${name} });`;
}

/** What a module of the sources exports, which stands two folders below the root: run as it is, outside of any bundle of ours. */
export async function load(path) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path],
    bundle: true,
    platform: "node",
    format: "cjs",
    packages: "external",
    write: false,
    logLevel: "warning",
  });
  const module = { exports: {} };
  const run = new Function("module", "require", "__dirname", outputFiles[0].text);
  run(module, createRequire(path), dirname(path));
  return module.exports;
}

/** Lays what V8 compiles of a bundle beside it. */
export async function compile(file) {
  const compiler = join(root, "build", `compile-${basename(file)}.cjs`);
  await bundle(".ci/compile-code.mjs", compiler);
  // Whether an earlier one is there decides what runs, and so what is compiled.
  rmSync(`${file}.cache`, { force: true });
  // Predictable, in no environment but its own: the same bytes from each build. Which functions run, and so are compiled,
  // depends on variables and on what the output is.
  execFileSync(process.execPath, ["--predictable", compiler, file], {
    cwd: root,
    env: {},
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Writes a whole file or none: another process may be loading it just now. */
export function put(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(contents))) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** One entry for each package that is in the bundles. */
export function licences(...bundled) {
  const inputs = bundled.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = new Set(
    inputs.flatMap((input) => {
      const parts = input.split("/");
      const at = parts.lastIndexOf("node_modules");
      if (at < 0) return [];
      const length = parts[at + 1]?.startsWith("@") ? 2 : 1;
      return [parts.slice(0, at + 1 + length).join(sep)];
    }),
  );
  return [...packages].sort().map(entry).join("\n");
}

function entry(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const text = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENCE"]
    .map((file) => read(join(root, folder, file)))
    .find((found) => found !== undefined);
  return [`${name} ${version} (${license})`, "", text ?? `See ${relative(root, folder)}.`, ""].join("\n");
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
