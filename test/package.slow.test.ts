import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const ROOT = join(__dirname, "..");
const packed = packedFiles();

test.each(["README.md", ...documents("docs")])("every relative link of %s leads into the package", (file) => {
  expect(packed).toContain(file);
  const text = readFileSync(join(ROOT, file), "utf8");
  const links = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map((match) => match[1] ?? "");
  const targets = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => normalize(join(dirname(file), link)).replace(/\/$/, ""));
  const isPacked = (target: string) =>
    packed.some((path) => path === target || path.startsWith(`${target}/`));
  expect(targets.filter((target) => !isPacked(target))).toEqual([]);
});

test("the build makes the command executable, for npx in a checkout", () => {
  expect(statSync(join(ROOT, "dist/cli/bin.js")).mode & 0o111).toBe(0o111);
});

test("the command line is packed as its bundles alone, with the licences of what is in them", () => {
  expect(packed.filter((path) => path.startsWith("dist/cli/")).sort()).toEqual([
    "dist/cli/bin.js",
    "dist/cli/jp1im-more.js",
    "dist/cli/jp1im-more.js.cache",
    "dist/cli/jp1im-more.js.map",
    "dist/cli/jp1im.js",
    "dist/cli/jp1im.js.cache",
    "dist/cli/jp1im.js.map",
    "dist/cli/jp1im.licenses.txt",
    "dist/cli/report.css",
    "dist/cli/report.js",
  ]);
  expect(packed.filter((path) => /^dist\/(report|simulator)\//.test(path))).toEqual([]);
});

test("nothing that a run leaves behind is packed", () => {
  expect(packed.filter((path) => /(^|\/)(\.jp1im|cdktf\.out|out|node_modules)\//.test(path))).toEqual([]);
});

test("no dependency needs a newer Node than the package names", () => {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const { "": own, ...others } = lock.packages as Record<string, Locked>;
  const runtime = Object.entries(others).filter(
    ([, { dev, peer, devOptional }]) => !(dev || peer || devOptional),
  );
  expect(runtime.length).toBeGreaterThan(7);
  const floor = lowest(own?.engines?.node ?? "");
  const newer = runtime.filter(([, { engines }]) => isNewer(lowest(engines?.node ?? ">=0"), floor));
  expect(newer.map(([path, { engines }]) => [path, engines?.node])).toEqual([]);
});

interface Locked {
  readonly dev?: boolean;
  readonly peer?: boolean;
  readonly devOptional?: boolean;
  readonly engines?: { readonly node?: string };
}

/** The version of `>=X.Y.Z`, which every range among the dependencies ends in: `^18 || >=20`. */
function lowest(range: string): readonly number[] {
  const version = /(?:^|\|\| ?)>= ?(\d+(?:\.\d+)*)(?:\.x)*$/.exec(range)?.[1];
  if (version === undefined) throw new Error(`this test cannot read the range ${range}`);
  return version.split(".").map(Number);
}

function isNewer(left: readonly number[], right: readonly number[]): boolean {
  const at = [0, 1, 2].find((index) => (left[index] ?? 0) !== (right[index] ?? 0));
  return at !== undefined && (left[at] ?? 0) > (right[at] ?? 0);
}

function documents(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}

function packedFiles(): string[] {
  const command = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const output = execFileSync("npm", command, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  // npm names it by its place in a list, or by the package's name.
  const [first] = Object.values(JSON.parse(output) as Record<string, { files: { path: string }[] }>);
  return (first?.files ?? []).map(({ path }) => path);
}
