#!/usr/bin/env node
import { version } from "../version";

// Scripts ask for the version often; it must not cost the loading of the program.
if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  // A reader that has gone (`| head -0`) is no reason for a stack trace.
  process.stdout.on("error", () => {}).write(`${version}\n`);
} else {
  void import("./start.js").then(({ start }) => start());
}
