// What a program runs: its modules and their exports, and those of which a command runs anything but their own top level.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { bundle, put, root } from "./bundling.mjs";

const folder = join(root, "build", "survey");

/** The modules of `src` in a program, and those of which one of the `lines` runs a function; `entry` exports `start`. */
export async function modulesUsed(entry, lines) {
  const program = join(folder, "program.js");
  const { outputFiles, metafile } = await bundle(entry, program, { minifyWhitespace: false, dryRun: true });
  put(program, outputFiles[0].contents);
  const used = lines.flatMap((args) => modulesOf(readFileSync(program, "utf8"), coverageOf(program, args)));
  const inputs = Object.keys(metafile.inputs).filter((name) => name.startsWith("src/"));
  return { inputs, used: new Set(used) };
}

function coverageOf(program, args) {
  const coverage = join(folder, "coverage");
  rmSync(coverage, { recursive: true, force: true });
  // In no environment but its own, as what is compiled: the same modules from each build.
  execFileSync(
    process.execPath,
    ["-e", `require(${JSON.stringify(program)}).start()`, "--", "jp1im", ...args],
    { cwd: root, env: { NODE_V8_COVERAGE: coverage }, stdio: ["ignore", "ignore", "inherit"] },
  );
  const [report] = readdirSync(coverage).map((name) =>
    JSON.parse(readFileSync(join(coverage, name), "utf8")),
  );
  return report.result.find(({ url }) => url.endsWith("/program.js")).functions;
}

/** esbuild writes the path of each module above its code, and names the function that evaluates it by that path. */
function modulesOf(code, functions) {
  const modules = [...code.matchAll(/^\/\/ (\S+)$/gm)].map(({ index, 1: name }) => ({ index, name }));
  const ran = functions.filter(({ functionName, ranges: [{ count }] }) => count > 0 && functionName !== "");
  return ran.flatMap(({ functionName, ranges: [{ startOffset }] }) => {
    const name = modules.findLast(({ index }) => index < startOffset)?.name;
    return name === undefined || name === functionName ? [] : [name];
  });
}

/** What each of the modules exports: a function that is no class, or something else. */
export async function exportsOf(names) {
  const file = join(folder, "exports.cjs");
  mkdirSync(dirname(file), { recursive: true });
  const lines = names.map((name) => `export * as m${names.indexOf(name)} from "./${name}";`);
  await bundle("exports-of", file, {
    plugins: [
      {
        name: "exports-of",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^exports-of$/ }, ({ path }) => ({ path, namespace: "exports-of" }));
          onLoad({ filter: /./, namespace: "exports-of" }, () => ({
            contents: lines.join("\n"),
            resolveDir: root,
          }));
        },
      },
    ],
  });
  const all = createRequire(import.meta.url)(file);
  return new Map(
    names.map((name, at) => [
      name,
      Object.fromEntries(Object.entries(all[`m${at}`]).map(([key, value]) => [key, isPlainFunction(value)])),
    ]),
  );
}

function isPlainFunction(value) {
  return typeof value === "function" && !Function.prototype.toString.call(value).startsWith("class");
}
