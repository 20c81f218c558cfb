/** What `.ci/release` makes, used as on a machine without a registry, and on one without Node. */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { hasTerraform, Terraform } from "./cdktf/terraform";
import { closeStages, Stage } from "./e2e/stage";

const ROOT = join(__dirname, "..");
const RELEASE = join(ROOT, "build/release");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const PACKAGE = `jp1im-${version}.tgz`;
const EXECUTABLE = `jp1im-${version}-${platform()}-${arch()}`;
const MANUAL = `jp1im-${version}.man.tar.gz`;
const SBOM = `jp1im-${version}.cdx.json`;
const LICENCES = `jp1im-${version}.licenses.txt`;
const MIRROR = `jp1im-${version}.terraform-mirror.tar.gz`;
const PROVIDERS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"].map(
  (system) => `terraform-provider-jp1im_${version}_${system}.zip`,
);
const FILES = [EXECUTABLE, SBOM, LICENCES, MANUAL, MIRROR, PACKAGE, ...PROVIDERS];
const FIXTURES = join(__dirname, "api/fixtures");
/** Holds no program at all. */
const EMPTY = mkdtempSync(join(tmpdir(), "jp1im-empty-"));

beforeAll(() => {
  execFileSync(join(ROOT, ".ci/release"), ["--built"], { stdio: ["ignore", "ignore", "pipe"] });
}, 120_000);
afterAll(closeStages);

test("the checksums are those of every file", () => {
  expect(readdirSync(RELEASE).sort()).toEqual(["SHA256SUMS", ...FILES].sort());
  const listed = readFileSync(join(RELEASE, "SHA256SUMS"), "utf8").trim().split("\n");
  const actual = FILES.map((name) => {
    const sum = createHash("sha256")
      .update(readFileSync(join(RELEASE, name)))
      .digest("hex");
    return `${sum}  ${name}`;
  });
  expect(listed.sort()).toEqual(actual.sort());
});

test("the package installs without a registry, and brings the command, the library and the manual pages", () => {
  const prefix = mkdtempSync(join(tmpdir(), "jp1im-offline-"));
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const offline = ["--offline", "--cache", join(prefix, "cache"), ...quiet];
  const here = ["--global", "--prefix", prefix];
  execFileSync("npm", ["install", ...here, ...offline, join(RELEASE, PACKAGE)], { stdio: "pipe" });
  const run = (file: string, ...args: string[]) =>
    execFileSync(file, args, { cwd: prefix, encoding: "utf8" });
  expect(run(join(prefix, "bin/jp1im"), "--version")).toBe(`${version}\n`);
  const library = `const jp1im = require(${JSON.stringify(join(prefix, "lib/node_modules/jp1im"))});`;
  const print = `${library} console.log(typeof jp1im.plan, jp1im.version)`;
  expect(run(process.execPath, "--eval", print)).toBe(`function ${version}\n`);
  const man = join(prefix, "share/man/man1");
  const archive = mkdtempSync(join(tmpdir(), "jp1im-man-"));
  execFileSync("tar", ["-xzf", join(RELEASE, MANUAL), "-C", archive]);
  const pages = readdirSync(archive);
  expect(pages).toEqual(expect.arrayContaining(["jp1im.1", "jp1im-plan.1", "jp1im-state-rm.1"]));
  expect(readdirSync(man).sort()).toEqual(pages.sort());
  for (const page of pages)
    expect(readFileSync(join(archive, page), "utf8")).toBe(readFileSync(join(man, page), "utf8"));
});

test("a project with the package in its lock file installs again without a registry", () => {
  const project = mkdtempSync(join(tmpdir(), "jp1im-project-"));
  const npm = (...args: string[]) =>
    execFileSync(
      "npm",
      [...args, "--offline", "--cache", join(project, "cache"), "--no-audit", "--no-fund"],
      {
        ...{ cwd: project, stdio: "pipe" },
      },
    );
  writeFileSync(join(project, "package.json"), '{ "name": "ops", "private": true }');
  npm("install", "--save-exact", join(RELEASE, PACKAGE));
  npm("ci");
  const bin = join(project, "node_modules/.bin/jp1im");
  expect(execFileSync(bin, ["--version"], { encoding: "utf8" })).toBe(`${version}\n`);
});

test("nothing that is built names the folder in which it was built", () => {
  const built = ["cli", "terraform"].flatMap((name) => {
    const folder = join(ROOT, "dist", name);
    return readdirSync(folder).map((file) => join(folder, file));
  });
  expect(built.length).toBeGreaterThan(10);
  expect(built.filter((file) => readFileSync(file).includes(ROOT))).toEqual([]);
});

test("what makes the release refuses what it does not know, and leaves nothing behind", () => {
  const run = (program: string, ...args: string[]) => {
    const { status, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: "utf8" });
    return { status, stderr };
  };
  const make = (...args: string[]) => run(process.execPath, ".ci/release-executable.mjs", ...args);
  const wrong = join(EMPTY, "executable");
  expect(run(join(ROOT, ".ci/release"), "--hlep")).toMatchObject({
    status: 64,
    stderr: expect.stringContaining("--built"),
  });
  expect(make()).toMatchObject({ status: 64, stderr: expect.stringMatching(/^usage: /) });
  expect(make(join(EMPTY, "node"), wrong)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("is not there"),
  });
  const other = make(join(ROOT, "README.md"), wrong);
  expect(other).toMatchObject({ status: 1, stderr: expect.stringContaining(process.version) });
  expect([readdirSync(EMPTY), readdirSync(RELEASE).length]).toEqual([[], FILES.length + 1]);
});

test("the executable needs no Node: it prints its version, validates, plans, and holds the package's files", async () => {
  const stage = await Stage.open();
  const run = (...args: string[]) => executable(stage, args);
  expect(await run("--version")).toEqual([0, `${version}\n`]);
  expect(await run("validate")).toEqual([0, expect.stringContaining("Valid: 1 manager")]);
  expect(await run("plan")).toEqual([0, expect.stringMatching(/Plan: \d+ to create/)]);
  const schema = readFileSync(join(ROOT, "schemas/output.schema.json"), "utf8");
  expect(await run("schema", "output")).toEqual([0, schema]);
  expect(await run("terraform-provider", "install", "--plugin-dir", "mirror")).toMatchObject([0, /./]);
  expect(existsSync(stage.path("mirror/registry.terraform.io/jp1im/jp1im"))).toBe(true);
  expect((await run("plan", "--no-such-option"))[0]).toBe(64);
});

test("the bill of materials names what is inside, and nothing that only builds", () => {
  const sbom = JSON.parse(readFileSync(join(RELEASE, SBOM), "utf8"));
  const names: string[] = sbom.components.map(({ name }: { name: string }) => name);
  expect([sbom.bomFormat, sbom.metadata.component.name]).toEqual(["CycloneDX", "jp1im"]);
  expect(names).toEqual(expect.arrayContaining(["undici", "yaml", "commander", "@grpc/grpc-js", "node"]));
  expect(names.filter((name) => /^(jest|typescript|esbuild|@babel\/.*|cdktf)$/.test(name))).toEqual([]);
  const sum = createHash("sha256").update(readFileSync(process.execPath)).digest("hex");
  expect(sbom.components.find(({ name }: { name: string }) => name === "node")).toMatchObject({
    hashes: [{ alg: "SHA-256", content: sum }],
    licenses: [{ license: { id: "MIT" } }],
  });
  const licences = readFileSync(join(RELEASE, LICENCES), "utf8");
  const bundled = [...licences.matchAll(/^(@?[\w./-]+) \d\S* \(.+\)$/gm)].map(([, name]) => name);
  expect(bundled.filter((name) => !names.includes(name ?? ""))).toEqual([]);
});

if (hasTerraform()) {
  /** What `terraform init` does with a mirror, which the provider is then started from. */
  async function initialized(installation: string, env: Record<string, string> = {}) {
    const folder = mkdtempSync(join(tmpdir(), "jp1im-mirror-user-"));
    writeFileSync(
      join(folder, "main.tf"),
      'terraform {\n  required_providers {\n    jp1im = { source = "jp1im/jp1im" }\n  }\n}\n',
    );
    const config = join(folder, "cli.tfrc");
    writeFileSync(config, `provider_installation {\n${installation}\n}\n`);
    const terraform = new Terraform(folder, { ...env, TF_CLI_CONFIG_FILE: config });
    const init = await terraform.run("init", "-input=false");
    const schema = await terraform.run("providers", "schema", "-json");
    return [init.code, schema.code, schema.output];
  }
  const provided = [0, 0, expect.stringContaining("jp1im_agent_secrets")];
  let mirror: string;
  beforeAll(() => {
    mirror = mkdtempSync(join(tmpdir(), "jp1im-mirror-"));
    execFileSync("tar", ["-xzf", join(RELEASE, MIRROR), "-C", mirror]);
  });

  test("Terraform installs the provider from the mirror as a folder", async () => {
    expect(await initialized(`filesystem_mirror { path = "${mirror}" }`)).toEqual(provided);
  }, 60_000);

  test("Terraform installs the provider from the mirror behind a web server", async () => {
    const pem = (name: string) => readFileSync(join(FIXTURES, name));
    const server = createServer(
      { cert: pem("server.pem"), key: pem("server.key.pem") },
      (request, response) => {
        const path = join(mirror, request.url ?? "");
        if (path.endsWith(".json")) response.setHeader("content-type", "application/json");
        response.end(readFileSync(path));
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const trust = { SSL_CERT_FILE: join(FIXTURES, "ca.pem") };
    try {
      const url = `https://127.0.0.1:${port}/`;
      expect(await initialized(`network_mirror { url = "${url}" }`, trust)).toEqual(provided);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }, 60_000);
}

/** Exit code and standard output of a run whose PATH has no program. */
function executable(stage: Stage, args: readonly string[]): Promise<[number, string]> {
  const options = { cwd: stage.folder, env: { ...stage.env, PATH: EMPTY } };
  return new Promise((resolve) => {
    const child = execFile(join(RELEASE, EXECUTABLE), args, options, (_, stdout) =>
      resolve([child.exitCode ?? -1, stdout]),
    );
  });
}
