// The constructs for cdktf's fork: the compiled ones with the import renamed, and our own null provider in the place
// of the prebuilt one. The names are equally long, so that the source maps stay true.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const from = join(dist, "cdktf");
const to = join(dist, "cdktn");

rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const name of readdirSync(from)) {
  const [base, ...kind] = name.split(".");
  // What a type-checked draft of another run leaves behind is none of ours.
  if (!/^(js|d\.ts|js\.map)$/.test(kind.join("."))) continue;
  const taken = base === "null-binding" ? ["null-provider", ...kind].join(".") : name;
  writeFileSync(join(to, name), renamed(readFileSync(join(from, taken), "utf8")));
}

function renamed(text) {
  return text.replace(/(\brequire\(|\bfrom |\bimport\()(["'])cdktf\2/g, "$1$2cdktn$2");
}
