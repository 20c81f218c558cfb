#!/usr/bin/env node
// Makes one executable file of the command line and a Node, whichever machine that is for:
//   node .ci/release-executable.mjs PATH-OF-NODE FILE
// Node's own format, "single executable application": https://nodejs.org/api/single-executable-applications.html
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { inject } from "postject";
import { root } from "./bundling.mjs";

const [node, file, ...others] = process.argv.slice(2).map((path) => resolve(path));
if (file === undefined || others.length > 0)
  refuse("usage: node .ci/release-executable.mjs PATH-OF-NODE FILE", 64);
if (!statSync(node, { throwIfNoEntry: false })?.isFile()) refuse(`error: ${node} is not there, or no file`);
// Of another version it would crash: the blob is of the Node that makes it.
if (!readFileSync(node).includes(process.version))
  refuse(`error: ${node} is no Node ${process.version}, the version of the Node that runs this script`);
const work = mkdtempSync(join(tmpdir(), "jp1im-executable-"));
try {
  const blob = join(work, "blob");
  const config = join(work, "config.json");
  writeFileSync(config, JSON.stringify(configuration(blob)));
  // The paths in it are relative, so that every checkout gives the same.
  execFileSync(process.execPath, ["--experimental-sea-config", config], { cwd: root, stdio: "ignore" });
  const draft = `${file}.draft`;
  copyFileSync(node, draft);
  chmodSync(draft, 0o755);
  await inject(draft, "NODE_SEA_BLOB", readFileSync(blob), {
    // The same in every Node: https://github.com/nodejs/postject
    sentinelFuse: "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2",
    machoSegmentName: "NODE_SEA",
  });
  renameSync(draft, file);
} finally {
  if (file !== undefined) rmSync(`${file}.draft`, { force: true });
  rmSync(work, { recursive: true, force: true });
}

function refuse(why, code = 1) {
  console.error(why);
  process.exit(code);
}

/** All that `readPackageFile` reads goes inside. */
function configuration(output) {
  const files = [
    "package.json",
    ...inFolder("schemas"),
    ...inFolder("dist/cli"),
    ...inFolder("dist/terraform"),
  ];
  return {
    main: "dist/cli/bin.js",
    output,
    disableExperimentalSEAWarning: true,
    assets: Object.fromEntries(files.map((path) => [path, path])),
  };
}

function inFolder(folder) {
  return readdirSync(join(root, folder))
    .sort()
    .map((name) => `${folder}/${name}`);
}
