import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** cdktf, or its fork, with our constructs for it: what is shipped, typed by its source. */
export interface Flavour {
  readonly name: "cdktf" | "cdktn";
  readonly lib: typeof import("cdktf");
  readonly ours: typeof import("../../src/cdktf/index");
  /** The constructs of the Terraform provider. */
  readonly provider: typeof import("../../src/cdktf/provider/index");
}

/** Loads one flavour. Never both in one test file: elements of one cannot live in a tree of the other. */
export function flavour(name: Flavour["name"]): Flavour {
  if (name === "cdktn") deriveFork();
  const ours = join(ROOT, "dist", name);
  return { name, lib: require(name), ours: require(ours), provider: require(join(ours, "provider")) };
}

/** `dist/cdktf` is brought up to date before the tests; its copy for the fork is derived from it here. */
export function deriveFork(): void {
  const [from, to] = [join(ROOT, "dist/cdktf"), join(ROOT, "dist/cdktn")];
  const scripts = readdirSync(from, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".js"),
  );
  const isFresh = (name: string) =>
    existsSync(join(to, name)) && statSync(join(to, name)).mtimeMs >= statSync(join(from, name)).mtimeMs;
  if (!scripts.every(isFresh)) execFileSync(process.execPath, [join(ROOT, ".ci/cdktn.mjs")]);
}
