// Bundles the command line: dist/cli/bin.js, which prints the version and loads the rest, dist/cli/jp1im.js, and beside
// that what V8 makes of it.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { bundle, compile, licences, put, root } from "./bundling.mjs";

const out = join(root, "dist", "cli");
const program = join(out, "jp1im.js");

const bundled = await bundle("src/cli/start.ts", "dist/cli/jp1im.js", {
  sourcemap: "linked",
  sourcesContent: false,
});
put(join(out, "jp1im.licenses.txt"), licences(bundled));
await bundle("src/cli/bin.ts", "dist/cli/bin.js");
chmodSync(join(out, "bin.js"), 0o755);
await compile(program);
