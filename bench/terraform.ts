/**
 * `npm run build && npx tsc -p bench/tsconfig.json && node build/bench/terraform.js [AGENTS] [ROUNDS] [KEYS]`: what Terraform with our
 * provider takes for plans in sync, beside our own command line and beside Terraform with a provider that does nothing.
 * KEYS are those of each of as many resources; Terraform needs minutes for the first apply of a thousand with 100 keys each.
 * Needs `terraform`. What is compared takes turns; ratios are medians of the rounds' ratios.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Fleet } from "./fleet";
import { median } from "./measure";

const ROOT = join(__dirname, "..", "..");
const CLI = join(ROOT, "dist", "cli", "bin.js");
const KEYS = 100;
const [agents = 1000, rounds = 5, ownKeys = KEYS] = process.argv.slice(2).map(Number);

interface Timing {
  readonly wall: number;
  /** Of user and system, with every process that it started. */
  readonly cpu: number;
}

/** A root module in a folder of its own, for one of the two providers. */
interface Module {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-bench-"));
  const fleet = await Fleet.open(folder, { agents, keys: KEYS, holding: "same", host: "immhost01" });
  try {
    const ours = join(folder, "ours");
    run("node", [CLI, "terraform-provider", "install", "--plugin-dir", ours], { folder, env: {} });
    const nothing = join(folder, "nothing");
    await makeDoNothing(ours, nothing);
    compareWithCommandLine(fleet, join(folder, "selector"), ours);
    compareWithNothing(fleet, join(folder, "resources"), ours, nothing);
  } finally {
    await fleet.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All of them use the state of the command line, so that its first apply is the only one that writes. */
function compareWithCommandLine(fleet: Fleet, folder: string, mirror: string): void {
  const module = makeModule(fleet, KEYS, folder, mirror, { web: { match: "agent*", secrets_wo: secrets } });
  const cli = { folder: fleet.folder, env: fleet.environment() };
  run("node", [CLI, "apply", "--auto-approve", "--new-state", "-f", fleet.desired], cli);
  run("terraform", applyAll, module);
  table(
    `${fleet.agents} agents × ${fleet.keys} keys through one selector, plan in sync`,
    ["`jp1im plan`", () => run("node", [CLI, "plan", "-f", fleet.desired], cli)],
    ["`terraform plan`", () => run("terraform", planInSync, module)],
  );
}

function compareWithNothing(fleet: Fleet, folder: string, mirror: string, nothing: string): void {
  const width = String(fleet.agents).length;
  const host = `\${format("agent%0${width}d", count.index + 1)}`;
  const resources = { each: { count: fleet.agents, host, secrets_wo: secrets } };
  const ours = makeModule(fleet, ownKeys, join(folder, "ours"), mirror, resources);
  const theirs = makeModule(fleet, ownKeys, join(folder, "nothing"), nothing, resources);
  for (const module of [theirs, ours]) run("terraform", applyAll, module);
  table(
    `${fleet.agents} resources of ${ownKeys} keys, plan in sync`,
    ["`terraform plan`, a provider that does nothing", () => run("terraform", planInSync, theirs)],
    ["`terraform plan`, ours", () => run("terraform", planInSync, ours)],
  );
}

const secrets = `\${var.secrets}`;
const applyAll = ["apply", "-input=false", "-no-color", "-auto-approve"];
/** It fails where the plan has changes. */
const planInSync = ["plan", "-input=false", "-no-color", "-detailed-exitcode"];

function table(title: string, ...rows: readonly [string, () => Timing][]): void {
  const timings = rows.map((): Timing[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, [, work]] of rows.entries()) timings[index]?.push(work());
  print(`${title}; ${rounds} rounds in turns`);
  print("| what | wall | × | processor time | × |\n|---|---|---|---|---|");
  const [floor = []] = timings;
  for (const [index, [what]] of rows.entries()) {
    const cells = (["wall", "cpu"] as const).flatMap((kind) => {
      const values = (timings[index] ?? []).map((each) => each[kind]);
      const ratios = values.map((value, round) => value / (floor[round]?.[kind] ?? Number.NaN));
      return [seconds(median(values)), median(ratios).toFixed(2)];
    });
    print(`| ${what} | ${cells.join(" | ")} |`);
  }
  print("");
}

/** Values come from an ephemeral variable, as they should. */
function makeModule(fleet: Fleet, keys: number, folder: string, mirror: string, resources: object): Module {
  mkdirSync(folder, { recursive: true });
  const { url } = fleet.server;
  const { state } = fleet;
  const main = {
    terraform: { required_providers: { jp1im: { source: "jp1im/jp1im" } } },
    provider: { jp1im: { name: "tokyo", url, host: "immhost01", user: "jp1admin", state } },
    variable: { secrets: { type: "map(string)", ephemeral: true } },
    resource: { jp1im_agent_secrets: resources },
  };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(main));
  const config = `provider_installation {\n  filesystem_mirror { path = "${mirror}" }\n}\n`;
  writeFileSync(join(folder, "cli.tfrc"), config);
  const pairs = Array.from({ length: keys }, (_, index) => String(index + 1).padStart(4, "0")).map((name) => [
    `secret-${name}`,
    fleet.env[`BENCH_${name}`],
  ]);
  const env = {
    ...fleet.environment(),
    TF_CLI_CONFIG_FILE: join(folder, "cli.tfrc"),
    TF_VAR_secrets: JSON.stringify(Object.fromEntries(pairs)),
    JP1IM_PASSWORD: fleet.env.BENCH_PASSWORD ?? "",
    CHECKPOINT_DISABLE: "1",
  };
  const module = { folder, env };
  run("terraform", ["init", "-input=false"], module);
  return module;
}

/** Our own provider, with other resource types and without a manager, bundled and compiled as ours is. */
async function makeDoNothing(mirror: string, to: string): Promise<void> {
  const { bundle, compile } = await import(pathToFileURL(join(ROOT, ".ci/bundling.mjs")).href);
  cpSync(mirror, to, { recursive: true });
  // The other is OpenTofu's.
  const below = join(to, "registry.terraform.io");
  const names = readdirSync(below, { recursive: true, encoding: "utf8" });
  const program = join(below, names.find((name) => name.endsWith("provider.js")) ?? "");
  const types = join(ROOT, "bench", "do-nothing.ts");
  const instead = [
    [/[\\/]resources[\\/]resource-types\.ts$/, `export { resourceTypes } from ${JSON.stringify(types)};`],
    [
      /[\\/]provider[\\/]connection\.ts$/,
      "export const connect = async () => ({ run: { close: async () => {} } });\nexport const checkProvider = () => [];",
    ],
  ] as const;
  const setup = ({ onLoad }: { onLoad(options: object, load: (from: { path: string }) => object): void }) => {
    for (const [filter, contents] of instead)
      onLoad({ filter }, ({ path }) => ({ contents, resolveDir: dirname(path) }));
  };
  await bundle("src/terraform/main.ts", program, { plugins: [{ name: "do-nothing", setup }] });
  await compile(program);
}

function run(program: string, args: readonly string[], { folder, env }: Module): Timing {
  const timed = ["-c", "TIMEFORMAT='%R %U %S'; time \"$@\"", "bash", program, ...args];
  const options = {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  } as const;
  const { status, stdout, stderr } = spawnSync("bash", timed, options);
  if (status !== 0)
    throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${(stdout + stderr).slice(-3000)}`);
  const [wall = 0, user = 0, system = 0] = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { wall, cpu: user + system };
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
