// Bundled, and run with a bundle: lets it do what each process of it does, so that V8 compiles that, and writes the compiled
// code beside the bundle.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { bundleScript, withSeal } from "../src/platform/load-bundle";

const [node, , file] = process.argv;
const bundle = readFileSync(file);
const { script, run } = bundleScript(file, bundle);
const uses = { "jp1im.js": validate, "provider.js": serve };

uses[basename(file)]().then(() => {
  const draft = `${file}.cache.${process.pid}`;
  writeFileSync(draft, withSeal(script.createCachedData(), bundle));
  renameSync(draft, `${file}.cache`);
  // A provider serves until it hears this.
  process.emit("SIGTERM");
});

async function validate() {
  process.argv = [node, file, "validate", "-f", "examples/first-steps/jp1im.yaml"];
  await run().start();
  if (process.exitCode !== 0) throw new Error(`${process.argv.join(" ")} ended with ${process.exitCode}`);
}

/** Until the line that says where it listens. */
function serve() {
  process.env.TF_PLUGIN_MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
  process.env.PLUGIN_PROTOCOL_VERSIONS = "6";
  return new Promise((resolve) => {
    process.stdout.write = () => resolve() ?? true;
    process.stderr.write = () => true;
    run();
  });
}
