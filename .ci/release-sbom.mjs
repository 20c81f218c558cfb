// Prints the bill of materials of what is published, as CycloneDX: what an installation gets, and what the bundles hold.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundling.mjs";
import { runtimePackages } from "./runtime-packages.mjs";

const json = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 2 ** 28,
});
// The number and the time are new in each run, and the name is that of the folder; nothing refers to them.
const { serialNumber: _, metadata, components, dependencies, ...head } = JSON.parse(json);
const { timestamp: __, component, ...about } = metadata;
const bundled = ["dist/cli/jp1im.licenses.txt", "dist/terraform/provider.licenses.txt"].flatMap(listed);
const inside = new Set([...runtimePackages().map(({ name, version }) => `${name}@${version}`), ...bundled]);
const refs = new Set([component["bom-ref"], ...inside]);
const sbom = {
  ...head,
  metadata: { ...about, component: { ...component, name: "jp1im" } },
  components: [
    ...firstOfEach(components.filter((each) => inside.has(each["bom-ref"]))).map(withoutProperties),
    nodeInside(),
  ],
  dependencies: dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) })),
};
process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`);

/** The packages that a file of licences names. */
function listed(file) {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^(@?[\w./-]+) (\d\S*) \(.+\)$/gm)].map(
    ([, name, version]) => `${name}@${version}`,
  );
}

/** The same version in two places of `node_modules`. */
function firstOfEach(list) {
  return [...new Map(list.map((each) => [each["bom-ref"], each])).values()];
}

/** They say how npm came by it: of a development dependency, say, that is in a bundle. */
function withoutProperties({ properties: _, ...component }) {
  return component;
}

/** Of the executable for this machine: the file of Node before the tool was put into it. */
function nodeInside() {
  const { version, execPath } = process;
  const content = createHash("sha256").update(readFileSync(execPath)).digest("hex");
  return {
    "bom-ref": `node@${version.slice(1)}`,
    type: "application",
    name: "node",
    version: version.slice(1),
    hashes: [{ alg: "SHA-256", content }],
    licenses: [{ license: { id: "MIT" } }],
    purl: `pkg:generic/node@${version.slice(1)}`,
  };
}
