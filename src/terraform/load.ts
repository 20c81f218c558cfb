import { join } from "node:path";
import { loadBundle } from "../platform/load-bundle";
import { readRegularFile } from "../platform/regular-file";

// Terraform starts a provider several times for each command.
loadBundle(join(__dirname, "provider.js"), readRegularFile);
