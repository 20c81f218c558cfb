// `npm pack` without the scripts of package.json: `prepare` serves a checkout and an installation from Git, and npm
// warns everyone who installs a package that has it. `strip` takes them out before packing, `restore` puts the file back.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const manifest = join(root, "package.json");
const kept = join(root, "build", "package.json");

if (process.argv[2] === "strip") strip();
if (process.argv[2] === "restore" && existsSync(kept)) renameSync(kept, manifest);

function strip() {
  const whole = JSON.parse(readFileSync(manifest, "utf8"));
  // An earlier `npm pack` was interrupted: the whole file is kept already.
  if (whole.scripts === undefined) return;
  mkdirSync(dirname(kept), { recursive: true });
  copyFileSync(manifest, kept);
  writeFileSync(manifest, `${JSON.stringify(published(whole), null, 2)}\n`);
}

/** The manifest without what serves a checkout alone. */
export function published({ scripts: _, devDependencies: __, overrides: ___, ...manifest }) {
  return manifest;
}
