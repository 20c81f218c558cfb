/** The bench itself, at a size at which its figures mean nothing. */
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { rows } from "../../bench/rows";

const ROOT = join(__dirname, "../..");
const BENCH = join(ROOT, "build", "bench", "bench.js");
const SMALLEST = ["--agents", "5", "--keys", "3", "--rounds", "1"];

/** As `npm run bench` does, without a check of the types. */
beforeAll(() => {
  const esbuild = join(ROOT, "node_modules", ".bin", "esbuild");
  const sources = ["bench/*.ts", "bench/rows/*.ts", "bench/server/*.ts", "src/**/*.ts"];
  const options = ["--outbase=.", "--outdir=build", "--format=cjs", "--platform=node", "--log-level=error"];
  execFileSync(esbuild, [...sources, ...options], { cwd: ROOT });
});

test("every row runs, and prints its command and its table", async () => {
  const halves = [rows.filter((_, index) => index % 2 === 0), rows.filter((_, index) => index % 2 === 1)];
  await Promise.all(
    halves.map(async (half) => {
      const names = half.map(({ name }) => name);
      const { stdout } = await promisify(execFile)("node", [BENCH, ...SMALLEST, "--only", names.join(",")]);
      const [, ...sections] = stdout.split(/^.*: npm run bench -- --only /m);
      expect(sections.map((section) => section.split("\n")[0])).toEqual(names);
      for (const section of sections) expect(section).toMatch(/\n\| .+ \|\n\| -{3,} .+ \|\n\| .*\d.* \|\n/);
      expect(stdout).not.toMatch(/NaN|undefined/);
    }),
  );
});
