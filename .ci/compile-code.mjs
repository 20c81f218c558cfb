// Bundled, and run with the bundle of the command line: runs a short command, so that V8 compiles what every command needs,
// and writes the compiled code beside the bundle.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { programScript, withOrigin } from "../src/cli/program-script";

const [, , file, desired] = process.argv;
const { script, run } = programScript(file, readFileSync(file, "latin1"));
const program = run();
process.argv = [process.argv[0], file, "validate", "-f", desired];
program.start().then(() => {
  if (process.exitCode !== 0) throw new Error(`${process.argv.join(" ")} ended with ${process.exitCode}`);
  const draft = `${file}.cache.${process.pid}`;
  writeFileSync(draft, withOrigin(script.createCachedData()));
  renameSync(draft, `${file}.cache`);
});
