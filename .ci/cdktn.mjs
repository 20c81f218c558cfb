// The constructs for cdktf's fork: the compiled ones with the import renamed, and our own null provider in the place
// of the prebuilt one. The names are equally long, so that the source maps stay true.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const from = join(dist, "cdktf");
const to = join(dist, "cdktn");

// Drafts of a compiler at work have other names.
const names = filesIn(from).filter((name) => /\.(js|d\.ts|js\.map)$/.test(name));
for (const name of names) {
  const source = name.replace(/^null-binding\./, "null-provider.");
  // Somebody may be loading the file just now.
  const draft = join(to, `${name}.${process.pid}`);
  mkdirSync(dirname(draft), { recursive: true });
  writeFileSync(draft, renamed(readFileSync(join(from, source), "utf8")));
  renameSync(draft, join(to, name));
}
for (const name of filesIn(to)) {
  if (/\.(js|ts|map)$/.test(name) && !names.includes(name)) rmSync(join(to, name), { force: true });
}

function filesIn(folder) {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
}

function renamed(text) {
  return text.replace(/(\brequire\(|\bfrom |\bimport\()(["'])cdktf\2/g, "$1$2cdktn$2");
}
