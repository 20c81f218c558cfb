#!/usr/bin/env node
import "./failed-by-default";
import { join } from "node:path";
import { nodeFault } from "../platform/node-version";
import { version } from "../version";
import { loadProgram } from "./load-program";
import type * as program from "./start";
import { textStream } from "./text-stream";

// Scripts ask for the version often; it must not cost the loading of the program.
if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  const stdout = textStream(1, () => process.stdout);
  void stdout.write(`${version}\n`).then(() => {
    if (stdout.fault === undefined) {
      process.exitCode = 0;
      return;
    }
    const why = stdout.fault === "ENOSPC" ? "no space is left on the device" : stdout.fault;
    process.stderr.write(`error: standard output could not be written: ${why} [output-unwritable]\n`);
  });
} else {
  const why = nodeFault("jp1im", process.versions.node, process.execPath);
  if (why === undefined) run();
  else
    process.stderr.write(`error: ${why}\n  → install it, or use jp1im's executable, which needs no Node\n`);
}

function run(): void {
  // The rest of the command line is a bundle beside this file, or inside the single executable.
  const { start } = loadProgram<typeof program>(join(__dirname, "jp1im.js"));
  void start();
}
