/** What `.ci/release` makes, used as on a machine without a registry, and on one without Node. */
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { closeStages, Stage } from "./e2e/stage";

const ROOT = join(__dirname, "..");
const RELEASE = join(ROOT, "build/release");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const PACKAGE = `jp1im-${version}.tgz`;
const EXECUTABLE = `jp1im-${version}-${platform()}-${arch()}`;
const MANUAL = `jp1im-${version}.man.tar.gz`;
const SBOM = `jp1im-${version}.cdx.json`;
const LICENCES = `jp1im-${version}.licenses.txt`;
/** Holds no program at all. */
const EMPTY = mkdtempSync(join(tmpdir(), "jp1im-empty-"));

beforeAll(() => {
  execFileSync(join(ROOT, ".ci/release"), ["--built"], { stdio: ["ignore", "ignore", "pipe"] });
}, 120_000);
afterAll(closeStages);

test("the checksums are those of every file", () => {
  expect(readdirSync(RELEASE).sort()).toEqual(
    ["SHA256SUMS", EXECUTABLE, SBOM, LICENCES, MANUAL, PACKAGE].sort(),
  );
  const listed = readFileSync(join(RELEASE, "SHA256SUMS"), "utf8").trim().split("\n");
  const actual = [EXECUTABLE, SBOM, LICENCES, MANUAL, PACKAGE].map((name) => {
    const sum = createHash("sha256")
      .update(readFileSync(join(RELEASE, name)))
      .digest("hex");
    return `${sum}  ${name}`;
  });
  expect(listed.sort()).toEqual(actual.sort());
});

test("the package installs without a registry, and brings the command and the library", () => {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-offline-"));
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const offline = ["--offline", "--cache", join(folder, "cache"), ...quiet];
  execFileSync("npm", ["install", ...offline, join(RELEASE, PACKAGE)], { cwd: folder, stdio: "pipe" });
  const command = (...args: string[]) =>
    execFileSync(join(folder, "node_modules/.bin/jp1im"), args, { cwd: folder, encoding: "utf8" });
  expect(command("--version")).toBe(`${version}\n`);
  const print = 'console.log(typeof require("jp1im").plan, require("jp1im").version)';
  const library = execFileSync(process.execPath, ["--eval", print], { cwd: folder, encoding: "utf8" });
  expect(library).toBe(`function ${version}\n`);
});

test("a global installation links the manual pages, and the archive holds the same", () => {
  const prefix = mkdtempSync(join(tmpdir(), "jp1im-global-"));
  const quiet = [
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--offline",
    "--cache",
    join(prefix, "cache"),
  ];
  execFileSync("npm", ["install", "--global", "--prefix", prefix, ...quiet, join(RELEASE, PACKAGE)], {
    stdio: "pipe",
  });
  const man = join(prefix, "share/man/man1");
  const archive = mkdtempSync(join(tmpdir(), "jp1im-man-"));
  execFileSync("tar", ["-xzf", join(RELEASE, MANUAL), "-C", archive]);
  const pages = readdirSync(archive);
  expect(pages).toEqual(expect.arrayContaining(["jp1im.1", "jp1im-plan.1", "jp1im-state-rm.1"]));
  expect(readdirSync(man).sort()).toEqual(pages.sort());
  for (const page of pages)
    expect(readFileSync(join(archive, page), "utf8")).toBe(readFileSync(join(man, page), "utf8"));
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
  const licences = readFileSync(join(RELEASE, LICENCES), "utf8");
  const bundled = [...licences.matchAll(/^(@?[\w./-]+) \d\S* \(.+\)$/gm)].map(([, name]) => name);
  expect(bundled.filter((name) => !names.includes(name ?? ""))).toEqual([]);
});

/** Exit code and standard output of a run whose PATH has no program. */
function executable(stage: Stage, args: readonly string[]): Promise<[number, string]> {
  const options = { cwd: stage.folder, env: { ...stage.env, PATH: EMPTY } };
  return new Promise((resolve) => {
    const child = execFile(join(RELEASE, EXECUTABLE), args, options, (_, stdout) =>
      resolve([child.exitCode ?? -1, stdout]),
    );
  });
}
