/** A real browser for the tests of what a page does in one. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

const found = NAMES.flatMap((name) =>
  (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)),
).find(isExecutable);

/** `describe`, but skipped where there is no Chromium; `.ci/run` takes what is skipped for an error. */
export const describeWithBrowser = found === undefined ? describe.skip : describe;
if (found === undefined)
  console.warn(
    "Chromium (Debian's package chromium) is not installed: the tests of the HTML report in it do NOT run",
  );

export function startBrowser(): Promise<Browser> {
  // Its sandbox refuses the root of a container.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: found ?? "", args });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
