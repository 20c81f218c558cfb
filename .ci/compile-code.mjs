// Bundled, and run with a bundle: lets it do what each process of it does, so that V8 compiles that, and writes the compiled
// code beside the bundle.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import v8 from "node:v8";
import vm from "node:vm";
import { bundleScript, withSeal } from "../src/platform/load-bundle";

const [node, , file] = process.argv;
const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(source, { cachedData: _earlier, ...options }) {
    // A copy: a part of the whole path would bring the path into the compiled code.
    super(source, { ...options, filename: Buffer.from(options.filename).toString() });
    scripts.set(options.filename, this);
  }
};
// V8 takes compiled code only of a process that began with the same flags.
v8.setFlagsFromString = () => {};
// It goes on after a command.
process.exit = (code) => {
  process.exitCode = code;
};
const uses = {
  "jp1im.js": validate,
  "jp1im-more.js": more,
  "provider.js": serve,
};

uses[basename(file)]().then(() => {
  const draft = `${file}.cache.${process.pid}`;
  writeFileSync(draft, withSeal(scripts.get(basename(file)).createCachedData(), readFileSync(file)));
  renameSync(draft, `${file}.cache`);
  // A provider serves until it hears this.
  process.emit("SIGTERM");
});

async function validate(example = "first-steps") {
  await commandLine("validate", "-f", `examples/${example}/jp1im.yaml`);
}

/** A file that the YAML library reads, and a plan. */
async function more() {
  await validate("disaster-recovery");
  await plan();
}

async function commandLine(...args) {
  process.argv = [node, file, ...args];
  await run("jp1im.js").start();
  if (process.exitCode !== 0) throw new Error(`${process.argv.join(" ")} ended with ${process.exitCode}`);
}

/** Of a manager with one agent, which answers nothing else. */
async function plan() {
  const answers = {
    agents: {
      agents: [{ agentid: "1", agenthost: "web01", managerhost: "immhost01", os: "linux", addons: [] }],
    },
    "agents/secrets": { secrets: [] },
  };
  const manager = createServer(({ url }, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answers[url.replace("/im/api/v1/", "")] ?? {}));
  });
  await new Promise((resolve) => manager.listen(0, "127.0.0.1", resolve));
  process.env.COMPILED_URL = `http://127.0.0.1:${manager.address().port}`;
  process.env.COMPILED_SECRET = "secret";
  await commandLine("plan", "-f", ".ci/compiled-plan.yaml", "--state", join(tmpdir(), "jp1im-compiled"));
  manager.close();
}

/** Until the line that says where it listens. */
function serve() {
  process.env.TF_PLUGIN_MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
  process.env.PLUGIN_PROTOCOL_VERSIONS = "6";
  return new Promise((resolve) => {
    process.stdout.write = () => resolve() ?? true;
    process.stderr.write = () => true;
    run("provider.js");
  });
}

function run(name) {
  const path = join(dirname(file), name);
  return bundleScript(path, readFileSync(path)).run();
}
