// Packs the Terraform provider as registries and mirrors have it, from dist/terraform:
//   node .ci/release-provider.mjs FOLDER
// writes an archive for each system, and below FOLDER/mirror the layout that Terraform's `filesystem_mirror` and
// `network_mirror` read alike: https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { zipSync } from "fflate";
import { root } from "./bundling.mjs";

/** Where a POSIX shell is, which starts the provider. */
const SYSTEMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"];
/** A source without a host means one of these, by which program reads it. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];
const FILES = ["provider.js", "provider.js.cache", "provider.cjs", "provider.licenses.txt"];

const folder = resolve(process.argv[2]);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
// Nothing in it depends on the system.
const archive = zipped();
const names = new Map(SYSTEMS.map((system) => [system, `terraform-provider-jp1im_${version}_${system}.zip`]));
for (const name of names.values()) writeFileSync(join(folder, name), archive);
for (const registry of REGISTRIES) writeMirror(join(folder, "mirror", registry, "jp1im/jp1im"));

function zipped() {
  const launcher = { [`terraform-provider-jp1im_v${version}`]: entry("launcher.sh", 0o755) };
  const others = Object.fromEntries(FILES.map((name) => [name, entry(name, 0o644)]));
  return zipSync({ ...launcher, ...others });
}

/** The same bytes from each build. */
function entry(name, mode) {
  const [unix, fileType] = [3, 0o100000];
  const options = { os: unix, attrs: (fileType | mode) * 0x10000, mtime: new Date(2000, 0, 1), level: 9 };
  return [readFileSync(join(root, "dist/terraform", name)), options];
}

function writeMirror(place) {
  mkdirSync(place, { recursive: true });
  for (const name of names.values()) writeFileSync(join(place, name), archive);
  const hashes = [`zh:${createHash("sha256").update(archive).digest("hex")}`];
  const archives = Object.fromEntries([...names].map(([system, url]) => [system, { url, hashes }]));
  writeJson(join(place, "index.json"), { versions: { [version]: {} } });
  writeJson(join(place, `${version}.json`), { archives });
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
