// Splits a program into two bundles: FILE.js has what its quickest commands run, and FILE-more.js what is loaded at its first use.
// Two, and not one for each command: each file costs a start its check, and a module that several of them need would be in a file of its own.
import { readFileSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, LATER_VALIDATOR, root } from "./bundling.mjs";
import { exportsOf, modulesUsed } from "./survey.mjs";

/**
 * Bundles `entry`, which exports `start`, into `outfile` and what it loads later into `moreOutfile`. The first has what the
 * command lines `quickest` use. Gives what esbuild gives for both.
 */
export async function bundleInTwo(entry, outfile, moreOutfile, quickest, options) {
  const { used, inputs } = await modulesUsed(entry, quickest);
  const exported = await exportsOf(inputs);
  const isLater = (name) => name.startsWith("src/") && !used.has(name) && exported.has(name);
  const whole = new Set(LOADER);
  const isStub = (name) => isLater(name) && !whole.has(name);
  const later = new Set();
  const first = (shared) => [
    firstEntry(entry, moreOutfile, shared, exported),
    laterModules(isLater, isStub, exported, later),
  ];
  const draft = await bundleWith(whole, () => {
    later.clear();
    return bundle(ENTRY, outfile, { ...options, plugins: first([]), dryRun: true, logLevel: "silent" });
  });
  const inFirst = new Set(Object.keys(draft.metafile.inputs));
  const shared = new Set();
  const more = await bundle(MORE_ENTRY, moreOutfile, {
    ...options,
    plugins: [moreEntry([...later].sort()), sharedModules(inFirst, shared, exported)],
  });
  return [await bundle(ENTRY, outfile, { ...options, plugins: first([...shared].sort()) }), more];
}

/** A later module from which the first bundle takes more than functions belongs to it `whole`: esbuild tells which. */
async function bundleWith(whole, draft) {
  const { errors = [], warnings = [], ...result } = await draft().catch((error) => error);
  const missing = [...errors, ...warnings].map(({ text }) => /"jp1im:stub:(.+?)"/.exec(text)?.[1]);
  if (missing.includes(undefined))
    throw new Error(
      errors
        .concat(warnings)
        .map(({ text }) => text)
        .join("\n"),
    );
  if (missing.length === 0) return result;
  for (const name of missing) whole.add(name);
  return await bundleWith(whole, draft);
}

/** What loads the second bundle, or reports that it cannot be loaded, cannot be in that. */
const LOADER = [
  "src/cli/load-program.ts",
  "src/model/damaged-installation.ts",
  "src/platform/error-code.ts",
  "src/platform/file-fault.ts",
  "src/platform/load-bundle.ts",
  "src/platform/package-files.ts",
  "src/platform/regular-file.ts",
];
const ENTRY = "jp1im:first-entry";
const MORE = "jp1im:more";
const STUB = "jp1im:stub";
const LATER = "jp1im:later";
const MORE_ENTRY = "jp1im:more-entry";
const SHARED = "jp1im:shared";

/**
 * In the first bundle: a later module that exports functions alone is one function for each, which asks the second bundle when it is
 * called; an import that is made later asks it then. Nothing is evaluated that is not used. The names are noted in `later`.
 */
function laterModules(isLater, isStub, exported, later) {
  return {
    name: "later-modules",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /./ }, async ({ path, kind, importer, namespace, resolveDir, pluginData }) => {
        if (pluginData === LATER || /^(node|jp1im):/.test(path)) return undefined;
        const found = await resolve(path, { kind, importer, namespace, resolveDir, pluginData: LATER });
        const name = found.namespace === LATER_VALIDATOR ? `${found.path}.ts` : nameOf(found.path);
        const isStatic = kind === "import-statement";
        if (found.external || (isStatic ? !isStub(name) : kind !== "dynamic-import" || !isLater(name)))
          return found;
        later.add(name);
        return { path: name, namespace: isStatic ? STUB : LATER };
      });
      onLoad({ filter: /./, namespace: LATER }, ({ path }) => ({
        contents: `import { load } from "${MORE}";
          export const { ${Object.keys(exported.get(path)).join(", ")} } = load(${JSON.stringify(path)});`,
      }));
      onLoad({ filter: /./, namespace: STUB }, ({ path }) => ({
        contents: functionsOf(exported.get(path))
          .map(
            (key) =>
              `export function ${key}(...given) { return load(${JSON.stringify(path)}).${key}(...given); }`,
          )
          .concat(`import { load } from "${MORE}";`)
          .join("\n"),
      }));
    },
  };
}

/** The names of what a module exports that are those of functions. */
function functionsOf(exports) {
  return Object.keys(exports).filter((key) => exports[key] && /^(?!default$)\w+$/.test(key));
}

/** The first bundle: the entry, and what loads the second bundle and gives it the `shared` modules. */
function firstEntry(entry, moreOutfile, shared, exported) {
  const moreName = JSON.stringify(moreOutfile.split("/").pop());
  const virtual = {
    [ENTRY]: `export { start } from "./${entry}";
      import { join } from "node:path";
      import { loadProgram } from "./src/cli/load-program";
      import { loadBy } from "${MORE}";
      ${shared.map((name, at) => (isScript(name) ? "" : `import * as shared${at} from "./${name}";`)).join("\n")}
      loadBy(() => {
        const more = loadProgram(join(__dirname, ${moreName}));
        more.share((name) => { ${choice(shared, (name, at) => sharedModule(name, at, exported))} });
        return more.module;
      });`,
    [MORE]: `let open, more;
      export function loadBy(how) { open = how; }
      export function load(name) { return (more ??= open())(name); }`,
  };
  return {
    name: "first-entry",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^(${ENTRY}|${MORE})$`) }, ({ path }) => ({ path, namespace: "first" }));
      onLoad({ filter: /./, namespace: "first" }, ({ path }) => ({
        contents: virtual[path],
        resolveDir: root,
      }));
      // The library is an object of what the command line calls, and not a module that is evaluated later.
      onLoad({ filter: /[\\/]src[\\/]cli[\\/]load-library\.ts$/ }, ({ path }) => {
        const names = [...readFileSync(path, "utf8").matchAll(/\| "(\w+)"/g)]
          .map(([, name]) => name)
          .join(", ");
        return {
          contents: `import { ${names} } from "../index";\nexport const loadLibrary = async () => ({ ${names} });`,
          resolveDir: dirname(path),
        };
      });
      onLoad({ filter: /[\\/]src[\\/]index\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path),
        loader: "ts",
        resolveDir: dirname(path),
      }));
    },
  };
}

/** What a name stands for. V8 would make an object of functions, one for each name, at each start. */
function choice(names, expressionOf) {
  const cases = names.map((name, at) => `case ${JSON.stringify(name)}: return ${expressionOf(name, at)};`);
  return `switch (name) { ${cases.join("\n")} }`;
}

/** An object of a module's own bindings, for what esbuild makes of a whole namespace is made at each start. */
function sharedModule(name, at, exported) {
  if (isScript(name)) return `require("./${name}")`;
  const keys = Object.keys(exported.get(name) ?? {});
  return `{ ${keys.map((key) => `get ${key}() { return shared${at}.${key}; }`).join(", ")} }`;
}

/** The second bundle: modules by name, each evaluated when it is asked for. */
function moreEntry(names) {
  return {
    name: "more-entry",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^(${MORE_ENTRY}|${SHARED})$`) }, ({ path }) => ({
        path,
        namespace: "more-entry",
      }));
      onLoad({ filter: new RegExp(`^${MORE_ENTRY}$`), namespace: "more-entry" }, () => ({
        contents: `exports.share = require("${SHARED}").share;
          exports.module = (name) => { ${choice(names, (name) => `require("./${name}")`)} };`,
        resolveDir: root,
      }));
      onLoad({ filter: new RegExp(`^${SHARED}$`), namespace: "more-entry" }, () => ({
        contents: `let shared;
          exports.share = (modules) => { shared = modules; };
          exports.get = (name) => shared(name);`,
      }));
    },
  };
}

/** In the second bundle: a module that the first one has is that one, and is noted in `shared`. Two of it would be two classes. */
function sharedModules(inFirst, shared, exported) {
  return {
    name: "shared-modules",
    setup({ onLoad }) {
      onLoad({ filter: /./, namespace: "file" }, async ({ path }) => {
        const name = nameOf(path);
        if (!inFirst.has(name)) return undefined;
        shared.add(name);
        const found = `require("${SHARED}").get("${name}")`;
        if (isScript(name)) return { contents: `module.exports = ${found};`, loader: "js" };
        if (!exported.has(name)) exported.set(name, await import(pathToFileURL(path)));
        return {
          contents: `export const { ${Object.keys(exported.get(name)).join(", ")} } = ${found};`,
          loader: "js",
        };
      });
    },
  };
}

/** A CommonJS module. */
function isScript(name) {
  return name.endsWith(".js");
}

function nameOf(path) {
  return relative(root, path).split(sep).join("/");
}
