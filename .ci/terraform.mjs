// Bundles the Terraform provider with everything that it needs into one file, dist/terraform/provider.cjs, and lays the
// licences of what is in it beside that.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "dist", "terraform");

/** What is read beside `dist` at run time, and by which expression: in the bundle it stands in the code itself. */
const filesRead = [
  {
    source: /[\\/]compile-schema\.ts$/,
    expression: 'readFileSync(SCHEMA_FILE, "utf8")',
    file: "schemas/desired-state.schema.json",
    shorten: (schema) => schema,
  },
  {
    source: /[\\/]src[\\/]version\.ts$/,
    expression: 'readFileSync(join(__dirname, "..", "package.json"), "utf8")',
    file: "package.json",
    shorten: ({ version }) => ({ version }),
  },
];

const filesInside = {
  name: "files-inside",
  setup({ onLoad }) {
    for (const { source, expression, file, shorten } of filesRead) {
      onLoad({ filter: source }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (!text.includes(expression)) throw new Error(`${path} no longer holds ${expression}`);
        const content = JSON.stringify(shorten(JSON.parse(readFileSync(join(root, file), "utf8"))));
        return { contents: text.replace(expression, () => JSON.stringify(content)), loader: "ts" };
      });
    }
  },
};

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["src/terraform/main.ts"],
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // Names stay, so that a stack trace tells something; without them it starts no sooner.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  outfile: "dist/terraform/provider.cjs",
  plugins: [filesInside],
  metafile: true,
  write: false,
  logLevel: "warning",
});

mkdirSync(out, { recursive: true });
for (const { path, contents } of outputFiles) put(path, contents);
put(join(out, "provider.licenses.txt"), licences(Object.keys(metafile.inputs)));
const launcher = join(out, "launcher.sh");
put(
  launcher,
  [
    "#!/bin/sh",
    "# Terraform starts this; the provider itself is the file beside it.",
    'exec node "$(dirname "$0")/provider.cjs" "$@"',
    "",
  ].join("\n"),
);
chmodSync(launcher, 0o755);

/** Another process may be loading the file just now. */
function put(path, contents) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** One entry for each package that is in the bundle. */
function licences(inputs) {
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
