import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadBundle } from "../platform/load-bundle";

// Terraform starts a provider several times for each command.
loadBundle(join(__dirname, "provider.js"), (path) => readFileSync(path));
