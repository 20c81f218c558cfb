// Bundles the command line: dist/cli/bin.js, which prints the version and loads the rest, dist/cli/jp1im.js, which loads
// dist/cli/jp1im-more.js when it is needed; beside these two what V8 makes of them, and the style and the script of the HTML report.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { asFunction, bundle, compile, licences, put, root } from "./bundling.mjs";
import { putManPages } from "./put-man-pages.mjs";
import { bundleInTwo } from "./splitting.mjs";

const out = join(root, "dist", "cli");

const bundled = await bundleInTwo(
  "src/cli/start.ts",
  "dist/cli/jp1im.js",
  "dist/cli/jp1im-more.js",
  [["validate", "-f", "examples/first-steps/jp1im.yaml"]],
  { ...asFunction, sourcemap: "linked", sourcesContent: false },
);
put(join(out, "jp1im.licenses.txt"), licences(...bundled));
await bundle("src/cli/bin.ts", "dist/cli/bin.js");
chmodSync(join(out, "bin.js"), 0o755);
const page = { platform: "browser", format: "iife", target: "es2022", minify: true };
await bundle("src/report/html/client/main.ts", "dist/cli/report.js", page);
await bundle("src/report/html/report.css", "dist/cli/report.css", page);
for (const name of ["jp1im.js", "jp1im-more.js"]) await compile(join(out, name));
await putManPages();
