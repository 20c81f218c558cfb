import { join } from "node:path";
import { loadBundle } from "../platform/load-bundle";
import { nodeFault } from "../platform/node-version";
import { readRegularFile } from "../platform/regular-file";
import { sayFirstLine } from "./say-first-line";

const why = nodeFault("the jp1im provider", process.versions.node, process.execPath);
if (why === undefined) load(join(__dirname, "provider.js"));
else sayFirstLine(why);

/** From the compiled code beside it: Terraform starts a provider several times for each command. */
function load(program: string): void {
  try {
    loadBundle(program, readRegularFile);
  } catch (_damaged) {
    sayFirstLine(
      `the jp1im provider is damaged or incomplete (${program}): run \`jp1im terraform-provider install\` again`,
    );
  }
}
