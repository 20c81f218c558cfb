// Bundles the Terraform provider with everything that it needs: dist/terraform/provider.cjs, which loads provider.js, and
// beside that what V8 makes of it and the licences of what is in it.
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asFunction, bundle, compile, licences, put, root } from "./bundling.mjs";

const out = join(root, "dist", "terraform");

/** What is read of the package at run time: Terraform has the file elsewhere, alone. */
const filesInside = {
  name: "files-inside",
  setup({ onLoad }) {
    const path = "schemas/desired-state.schema.json";
    const files = { [path]: JSON.stringify(JSON.parse(readFileSync(join(root, path), "utf8"))) };
    onLoad({ filter: /[\\/]src[\\/]platform[\\/]package-files\.ts$/ }, () => ({
      contents: `const files = ${JSON.stringify(files)};\nexport const readPackageFile = (path) => Buffer.from(files[path]);`,
    }));
  },
};

const program = join(out, "provider.js");
const bundled = await bundle("src/terraform/main.ts", program, {
  ...asFunction,
  plugins: [filesInside],
});
put(join(out, "provider.licenses.txt"), licences(bundled));
// So plain that a Node which is too old parses it, and says so.
await bundle("src/terraform/load.ts", join(out, "provider.cjs"), { target: "es2018" });
await compile(program);
const launcher = join(out, "launcher.sh");
put(launcher, readFileSync(join(root, "src/terraform/launcher.sh")));
chmodSync(launcher, 0o755);
