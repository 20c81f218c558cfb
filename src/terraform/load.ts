import { join } from "node:path";
import { loadBundle } from "../platform/load-bundle";
import { readRegularFile } from "../platform/regular-file";
import { nodeFault } from "./node-version";
import { sayFirstLine } from "./say-first-line";

const why = nodeFault(process.versions.node, process.execPath);
// Terraform starts a provider several times for each command.
if (why === undefined) loadBundle(join(__dirname, "provider.js"), readRegularFile);
else sayFirstLine(why);
