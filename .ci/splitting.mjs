// Splits a program into two bundles: FILE.js has what every command loads, and FILE-more.js what is loaded at its first use.
// Two, and not one for each command: each file costs a start its check, and a module that several of them need would be in a file of its own.
import { dirname, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, LATER_VALIDATOR, root } from "./bundling.mjs";

/**
 * Bundles `entry` into `outfile` and what it loads later into `moreOutfile`. `isFirst` tells of a module that is loaded later
 * whether it belongs to the first bundle all the same. Gives what esbuild gives for both.
 */
export async function bundleInTwo(entry, outfile, moreOutfile, isFirst, options) {
  const later = new Set();
  const firstPlugins = (shared) => [laterModules(isFirst, later), moreModules(moreOutfile, shared)];
  const survey = await bundle(entry, outfile, { ...options, plugins: firstPlugins([]), dryRun: true });
  const inFirst = new Set(Object.keys(survey.metafile.inputs));
  const shared = new Set();
  const more = await bundle(MORE_ENTRY, moreOutfile, {
    ...options,
    plugins: [moreEntry([...later].sort()), sharedModules(inFirst, shared)],
  });
  const first = await bundle(entry, outfile, { ...options, plugins: firstPlugins([...shared].sort()) });
  return [first, more];
}

const MORE = "jp1im:more";
const MORE_ENTRY = "jp1im:more-entry";
const SHARED = "jp1im:shared";

/** In the first bundle: an import that is made later asks the second bundle, and is noted in `later`. */
function laterModules(isFirst, later) {
  return {
    name: "later-modules",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /./ }, async ({ path, kind, importer, namespace, resolveDir, pluginData }) => {
        const isLater =
          kind === "dynamic-import" ||
          (kind === "require-call" && (isLibraryEntry(importer) || namespace === LATER_VALIDATOR));
        if (!isLater || pluginData === SHARED || path.startsWith("node:")) return undefined;
        const found = await resolve(path, { kind, importer, resolveDir, pluginData: SHARED });
        const name = nameOf(found.path);
        if (found.external || isFirst(name)) return found;
        later.add(name);
        return { path: name, namespace: MORE };
      });
      onLoad({ filter: /./, namespace: MORE }, ({ path }) => ({
        contents: `module.exports = require("${MORE}")(${JSON.stringify(path)});`,
        resolveDir: root,
      }));
    },
  };
}

/** In the first bundle: loads the second one, and gives it the `shared` modules. */
function moreModules(moreOutfile, shared) {
  const path = (name) => JSON.stringify(`./${name}`);
  return {
    name: "more-modules",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${MORE}$`) }, () => ({ path: MORE, namespace: "more-loader" }));
      onLoad({ filter: /./, namespace: "more-loader" }, () => ({
        contents: `import { basename, join } from "node:path";
          import { loadBundle } from "./src/platform/load-bundle";
          import { readPackageFile } from "./src/platform/package-files";
          const shared = { ${shared.map((name) => `${path(name)}: () => require(${path(name)})`).join(",\n")} };
          let more;
          module.exports = (name) => {
            if (more === undefined) {
              more = loadBundle(join(__dirname, "${moreOutfile.split("/").pop()}"), (file) => readPackageFile("${dirname(moreOutfile)}/" + basename(file)));
              more.share(shared);
            }
            return more.modules["./" + name]();
          };`,
        resolveDir: root,
      }));
    },
  };
}

/** The second bundle: modules by name, each evaluated when it is asked for. */
function moreEntry(names) {
  const path = (name) => JSON.stringify(`./${name}`);
  return {
    name: "more-entry",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^(${MORE_ENTRY}|${SHARED})$`) }, ({ path }) => ({
        path,
        namespace: "more-entry",
      }));
      onLoad({ filter: new RegExp(`^${MORE_ENTRY}$`), namespace: "more-entry" }, () => ({
        contents: `exports.share = require("${SHARED}").share;
          exports.modules = { ${names.map((name) => `${path(name)}: () => require(${path(name)})`).join(",\n")} };`,
        resolveDir: root,
      }));
      onLoad({ filter: new RegExp(`^${SHARED}$`), namespace: "more-entry" }, () => ({
        contents: `let shared;
          exports.share = (modules) => { shared = modules; };
          exports.get = (name) => shared["./" + name]();`,
      }));
    },
  };
}

/** In the second bundle: a module that the first one has is that one, and is noted in `shared`. Two of it would be two classes. */
function sharedModules(inFirst, shared) {
  return {
    name: "shared-modules",
    setup({ onLoad }) {
      onLoad({ filter: /./, namespace: "file" }, async ({ path }) => {
        const name = nameOf(path);
        if (!inFirst.has(name)) return undefined;
        shared.add(name);
        const found = `require("${SHARED}").get(${JSON.stringify(name)})`;
        if (!path.endsWith(".mjs")) return { contents: `module.exports = ${found};`, loader: "js" };
        const names = Object.keys(await import(pathToFileURL(path)));
        return { contents: `export const { ${names.join(", ")} } = ${found};`, loader: "js" };
      });
    },
  };
}

/** `src/index.ts` loads each use case at its first use. */
function isLibraryEntry(importer) {
  return nameOf(importer) === "src/index.ts";
}

function nameOf(path) {
  return relative(root, path).split(sep).join("/");
}
