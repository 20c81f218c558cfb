import { rmSync } from "node:fs";

/** Removes what the tests, and the programs that they started, left in the folder of this run. */
export default function globalTeardown(): void {
  const folder = process.env.JP1IM_TESTS_FOLDER;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
