#!/usr/bin/env node
import { version } from "../version";

// Scripts ask for the version often; it must not cost the loading of the program.
if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  process.stdout.write(`${version}\n`);
} else {
  void import("./start.js").then(({ start }) => start());
}
