import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BIN } from "../e2e/child";
import type { Stage } from "../e2e/stage";

export interface Said {
  readonly code: number | null;
  readonly output: string;
}

/** The example's files as a repository, with the stage's managers in the place of the example's. */
export function repository(stage: Stage, example: string): string {
  const folder = stage.path(example);
  cpSync(join(__dirname, "../../examples", example), folder, { recursive: true });
  for (const [from, to] of [
    ["http://127.0.0.1:20703", stage.url("tokyo")],
    ["http://127.0.0.1:20704", stage.url("osaka")],
  ] as const) {
    stage.edit(`${example}/jp1im.yaml`, from, to);
  }
  store(stage, `${example}/ci/install.sh`);
  return folder;
}

/** Puts a stand-in of the package where the script takes it from. */
function store(stage: Stage, script: string): void {
  const file = stage.write("store/jp1im.tgz", PACKAGE);
  stage.edit(script, /^url=.*$/m, `url=${pathToFileURL(file)}`);
  stage.edit(script, /^sha256=.*$/m, `sha256=${createHash("sha256").update(PACKAGE).digest("hex")}`);
}

const PACKAGE = "jp1im, as it was released";

/** A runner's fresh folder with the repository in it. */
export function checkout(repository: string): string {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-runner-"));
  cpSync(repository, folder, { recursive: true });
  return folder;
}

/** Runs a step's lines as the runners do: bash, which ends at the first failure. */
export async function shell(
  lines: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Said> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn("bash", ["-eo", "pipefail", "-c", lines], {
    cwd: folder,
    env: { HOME, ...env, PATH: `${programs()}:${PATH}` },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output };
}

export function hasBash(): boolean {
  return spawnSync("bash", ["-c", "exit 0"]).status === 0;
}

let folder: string | undefined;

/** Stand-ins of `npm install FILE`, for which the release would have to be built, and of `npx jp1im`. */
function programs(): string {
  if (folder !== undefined) return folder;
  folder = mkdtempSync(join(tmpdir(), "jp1im-bin-"));
  const scripts = {
    npm: `#!/bin/sh\n[ "$1" = install ] && mkdir -p node_modules/.bin && ln -s "${join(folder, "jp1im")}" node_modules/.bin/\n`,
    npx: `#!/bin/sh\nprogram=$1; shift; exec "./node_modules/.bin/$program" "$@"\n`,
    jp1im: `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`,
  };
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  symlinkSync(process.execPath, join(folder, "node"));
  mkdirSync(join(folder, "empty"));
  return folder;
}
