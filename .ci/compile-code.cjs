// Runs a short command with the bundle that it is given, so that V8 compiles what every command needs, and writes the
// compiled code beside the bundle.
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const file = process.argv[2];
// The same text as in src/cli/load-program.ts, or V8 rejects what is compiled here.
const text = `(function (exports, require, module, __filename, __dirname) {\n${readFileSync(file, "latin1")}\n})`;
const script = new Script(text, { filename: file });
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, createRequire(file), module_, file, dirname(file));

const desired = join(__dirname, "../examples/first-steps/jp1im.yaml");
process.argv = [process.argv[0], file, "validate", "-f", desired];
module_.exports.start().then(() => {
  if (process.exitCode !== 0) throw new Error(`${process.argv.join(" ")} ended with ${process.exitCode}`);
  const draft = `${file}.cache.${process.pid}`;
  writeFileSync(draft, script.createCachedData());
  renameSync(draft, `${file}.cache`);
});
