// The packed package in clean consumers: with cdktf, with its fork, and with both; as CommonJS and as ES modules, and
// type-checked under the old and the new module resolution; and, under the oldest Node that `engines` names, the tool alone
// and the checkout itself.
// Builds, and needs npm to install from.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { devDependencies, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const tsc = join(root, "node_modules/typescript/bin/tsc");
/** A package that is not for the Node at hand is an error. */
const strictly = ["--engine-strict", "--prefer-offline", "--no-audit", "--no-fund"];
const work = mkdtempSync(join(tmpdir(), "jp1im-consumers-"));

const consumers = {
  "cdktf-only": { packages: ["constructs", "cdktf", "@cdktf/provider-null"], flavours: ["cdktf"] },
  "cdktn-only": { packages: ["constructs", "cdktn"], flavours: ["cdktn"] },
  both: { packages: ["constructs", "cdktf", "@cdktf/provider-null", "cdktn"], flavours: ["cdktf", "cdktn"] },
};

try {
  const packed = run("npm", ["pack", "--silent", "--pack-destination", work], root).trim();
  const tarball = join(work, packed.split("\n").at(-1));
  for (const [name, consumer] of Object.entries(consumers)) {
    const folder = join(work, name);
    install(folder, tarball, consumer.packages);
    for (const flavour of consumer.flavours) check(folder, flavour);
    typecheck(folder, consumer.flavours);
    console.log(
      `${name}: ${consumer.flavours.join(" and ")} as CommonJS and ESM, types under node16 and node10`,
    );
  }
  const oldest = oldestNode(join(work, "oldest"));
  installTarball(join(work, "tool"), tarball, oldest);
  installCheckout(join(work, "checkout"), oldest);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function install(folder, tarball, packages) {
  mkdirSync(folder);
  const dependencies = Object.fromEntries(packages.map((each) => [each, devDependencies[each]]));
  dependencies.jp1im = `file:${tarball}`;
  dependencies["@types/node"] = devDependencies["@types/node"];
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
  for (const each of ["cdktf", "cdktn", "@cdktf/provider-null"]) {
    if (existsSync(join(folder, "node_modules", each)) !== packages.includes(each)) {
      throw new Error(`${each} is ${packages.includes(each) ? "not " : ""}installed in ${folder}`);
    }
  }
}

function check(folder, flavour) {
  const program = `
    const app = new App({ outdir: "out.${flavour}" });
    const stack = new TerraformStack(app, "jp1");
    const auth = { user: "jp1admin", password: { env: "PASSWORD" } };
    const manager = new Jp1imManager(stack, "tokyo", { url: "https://immhost01:20703", auth });
    new ImClient(manager, "app", { deliverTo: { file: "out/app.secret" } });
    const provided = new TerraformStack(app, "provided");
    new Jp1imProvider(provided, "jp1im", { url: "https://immhost01:20703", user: "jp1admin" });
    new Client(provided, "app", { id: "app", deliverTo: { file: "out/app.secret" } });
    app.synth();`;
  const imports = `
    import { App, TerraformStack } from "${flavour}";
    import { ImClient, Jp1imManager } from "jp1im/${flavour}";
    import { Client, Jp1imProvider } from "jp1im/${flavour}/provider";`;
  // Were the types not found, or any, this would be no error, and the expectation of one fails.
  const typed = `${imports}${program}
    // @ts-expect-error a client has to be delivered somewhere
    new ImClient(manager, "nowhere", {});
    // @ts-expect-error one of the provider's has an ID
    new Client(provided, "nameless", { deliverTo: { file: "out/app.secret" } });`;
  writeFileSync(join(folder, "esm.mjs"), `${imports}${program}`);
  writeFileSync(
    join(folder, "cjs.cjs"),
    `const { App, TerraformStack } = require("${flavour}");
     const { ImClient, Jp1imManager } = require("jp1im/${flavour}");
     const { Client, Jp1imProvider } = require("jp1im/${flavour}/provider");${program}`,
  );
  for (const kind of ["mts", "cts", "ts"]) writeFileSync(join(folder, `${flavour}.${kind}`), typed);
  for (const file of ["esm.mjs", "cjs.cjs"]) {
    rmSync(join(folder, `out.${flavour}`), { recursive: true, force: true });
    run(process.execPath, [file], folder);
    const desired = readFileSync(join(folder, `out.${flavour}/stacks/jp1/jp1im/jp1im.yaml`), "utf8");
    if (!desired.includes("id: app"))
      throw new Error(`${file} of ${folder} synthesised something else:\n${desired}`);
    const provided = readFileSync(join(folder, `out.${flavour}/stacks/provided/cdk.tf.json`), "utf8");
    const { id, deliver_to } = JSON.parse(provided).resource.jp1im_client.app;
    if (id !== "app" || deliver_to.file !== "out/app.secret")
      throw new Error(`${file} of ${folder} synthesised something else for the provider:\n${provided}`);
    const { stdout } = verify(folder, flavour);
    if (!stdout.includes("Valid"))
      throw new Error(`the packed tool finds fault with the synthesised state: ${stdout}`);
  }
}

/** Under the new resolution with the declarations themselves checked, where no other consumer has done so. */
function typecheck(folder, flavours) {
  const files = (kind) => flavours.map((flavour) => `${flavour}.${kind}`);
  const common = ["--noEmit", "--strict", "--target", "es2022", "--types", "node"];
  const thorough = flavours.length === 1 ? [] : ["--skipLibCheck"];
  const both = [...files("mts"), ...files("cts")];
  run(process.execPath, [tsc, ...common, ...thorough, "--module", "node16", ...both], folder);
  const old = ["--module", "commonjs", "--moduleResolution", "node10", "--skipLibCheck"];
  run(process.execPath, [tsc, ...common, ...old, ...files("ts")], folder);
}

/** An environment whose Node is the oldest that `engines` names; `npm` runs under it, too. */
function oldestNode(folder) {
  const version = engines.node.replace(/^>=/, "");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `node@${version}`], folder);
  const bin = join(folder, "node_modules/node/bin");
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const found = run("node", ["--version"], folder, env).trim();
  if (found !== `v${version}`) throw new Error(`Node is ${found}, and not v${version}`);
  return { version, env };
}

function installTarball(folder, tarball, { version, env }) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  run("npm", ["install", ...strictly, "--ignore-scripts", tarball], folder, env);
  const { scripts } = JSON.parse(readFileSync(join(folder, "node_modules/jp1im/package.json"), "utf8"));
  if (scripts !== undefined) throw new Error("the package has scripts, which npm warns its consumers of");
  run("node", ["node_modules/jp1im/dist/cli/bin.js", "--version"], folder, env);
  run("node", ["node_modules/jp1im/examples/first-steps/demo.mjs"], folder, env);
  console.log(`Node ${version}: the package, installed with --engine-strict, and the demo`);
}

/** With its development dependencies and its build. */
function installCheckout(folder, { version, env }) {
  const made = new Set([".git", "node_modules", "dist", "build"]);
  cpSync(root, folder, { recursive: true, filter: (path) => path === root || !made.has(basename(path)) });
  run("npm", ["ci", ...strictly], folder, env);
  run("node", ["dist/cli/bin.js", "--version"], folder, env);
  console.log(`Node ${version}: the checkout, installed with --engine-strict and built`);
}

/** The tool that the synthesised configuration starts, on the document that it would be given. */
function verify(folder, flavour) {
  const bin = join(folder, "node_modules/jp1im/dist/cli/bin.js");
  const document = `out.${flavour}/stacks/jp1/jp1im/jp1im.yaml`;
  return { stdout: run(process.execPath, [bin, "validate", "-f", document], folder) };
}

function run(program, args, cwd, env = process.env) {
  try {
    return execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")} in ${cwd} failed:\n${error.stdout}${error.stderr}`, {
      cause: error,
    });
  }
}
