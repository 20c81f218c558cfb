import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { Stage } from "../e2e/stage";

const ROOT = join(__dirname, "../..");

/** The examples that are programs for cdktf. */
export const cdktfExamples = readdirSync(join(ROOT, "examples")).filter((name) => name.startsWith("cdktf-"));

/** An example's own world on a stage, on any free ports. */
export function openWorld(name: string): Promise<Stage> {
  const world = readFileSync(join(ROOT, "examples", name, "world.yaml"), "utf8");
  return Stage.open(world.replace(/^\s+port: \d+\n/gm, ""));
}

/** Runs an example with a copy of its folder to work in; returns where it wrote. */
export function synth(stage: Stage, name: string, flavour = "cdktf"): string {
  const outdir = stage.path("cdktf.out");
  const folder = stage.path(name);
  cpSync(join(ROOT, "examples", name), folder, { recursive: true });
  const urls = [...stage.simulator.managers].map(([manager, { url }]) => [
    `${manager.toUpperCase()}_URL`,
    url,
  ]);
  const env = { ...process.env, ...Object.fromEntries(urls), CDKTF_OUTDIR: outdir, EXAMPLE_FOLDER: folder };
  execFileSync(process.execPath, [join(ROOT, "build/examples", flavour, name, "main.js")], {
    cwd: ROOT,
    env,
  });
  return outdir;
}

/** As `npm run examples` does, without the type check that `npm run typecheck` does; and for the fork, renamed. */
export function compile(name: string): void {
  const from = join(ROOT, "examples", name);
  for (const file of readdirSync(from).filter((each) => each.endsWith(".ts"))) {
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(readFileSync(join(from, file), "utf8"), { compilerOptions });
    for (const flavour of ["cdktf", "cdktn"]) {
      const to = join(ROOT, "build/examples", flavour, name);
      mkdirSync(to, { recursive: true });
      writeFileSync(
        join(to, file.replace(/ts$/, "js")),
        outputText.replaceAll(/(["/])cdktf(?=["/])/g, `$1${flavour}`),
      );
    }
  }
}
