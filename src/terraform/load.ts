import { join } from "node:path";
import { loadBundle } from "../platform/load-bundle";
import { nodeFault } from "../platform/node-version";
import { readRegularFile } from "../platform/regular-file";
import { sayFirstLine } from "./say-first-line";

const why = nodeFault("the jp1im provider", process.versions.node, process.execPath);
// Terraform starts a provider several times for each command.
if (why === undefined) loadBundle(join(__dirname, "provider.js"), readRegularFile);
else sayFirstLine(why);
