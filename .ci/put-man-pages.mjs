// The manual pages, from the commands themselves.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { load, put, root } from "./bundling.mjs";

const folder = join(root, "dist", "man");

/** Each page by the name of its file. */
export async function manPages() {
  return (await load(join(root, "src/cli/man-pages.ts"))).manPages();
}

/** Lays them into `dist/man`, and nothing else. */
export async function putManPages() {
  const pages = await manPages();
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of pages) put(join(folder, name), text);
}
