// The packages that an installation of this one gets, by package-lock.json.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundling.mjs";

/** Each with its path from the root, its name and its version. */
export function runtimePackages() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(
      ([path, { dev, peer, optional, devOptional }]) => path && !(dev || peer || optional || devOptional),
    )
    .map(([path, { version }]) => ({
      path,
      name: path.slice(path.lastIndexOf("node_modules/") + 13),
      version,
    }));
}
