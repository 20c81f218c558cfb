// The packages that an installation of this one gets, by package-lock.json.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundling.mjs";

/** Each with its path from the root, its name and its version. */
export function runtimePackages() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(
      // Optional ones too: `npm ci` refuses a lock file that names a package which is not inside.
      ([path, { dev, peer, devOptional }]) => path && !(dev || peer || devOptional),
    )
    .map(([path, { version }]) => ({
      path,
      name: path.slice(path.lastIndexOf("node_modules/") + 13),
      version,
    }));
}
