// Packs the package with everything that it needs at run time inside, so that it installs without a registry:
//   node .ci/release-package.mjs FOLDER
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { root } from "./bundling.mjs";
import { published } from "./manifest.mjs";
import { runtimePackages } from "./runtime-packages.mjs";

const folder = resolve(process.argv[2]);
const work = mkdtempSync(join(tmpdir(), "jp1im-release-"));
try {
  const content = join(work, "package");
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", work], root);
  run("tar", ["-xzf", tarballIn(work), "-C", work], root);
  for (const { path } of runtimePackages()) {
    // What is nested in it is a package of its own, or not needed.
    const isOwn = (source) => !source.slice(join(root, path).length).includes("node_modules");
    cpSync(join(root, path), join(content, path), { recursive: true, filter: isOwn });
  }
  const manifest = published(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const inside = { ...manifest, bundleDependencies: Object.keys(manifest.dependencies) };
  writeFileSync(join(content, "package.json"), `${JSON.stringify(inside, null, 2)}\n`);
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], content);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function tarballIn(place) {
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return join(place, `${name}-${version}.tgz`);
}

function run(program, args, cwd) {
  execFileSync(program, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
