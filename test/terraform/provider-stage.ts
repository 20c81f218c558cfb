import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { type Program, Terraform } from "../cdktf/terraform";
import { BIN } from "../e2e/child";
import { Stage } from "../e2e/stage";
import { ServedTerraform } from "./served-terraform";

const ROOT = join(__dirname, "../..");

export const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: tokyo-pass } }
    clients: { legacy-viewer }
    subordinates: [immhost-osaka]
    agents:
      - { host: "web{1..3}", os: linux, secrets: { set.by.hand: kept } }
      - { host: batch1, os: windows }
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, agents: [{ host: db1 }] }
`;

const PASSWORD = { JP1IM_PASSWORD: "tokyo-pass" };

/** Makes the bundle from the sources as they are, installs it as a user does, and returns the mirror's folder. */
export function buildMirror(): string {
  mustRun(join(ROOT, ".ci/terraform.mjs"));
  const root = mkdtempSync(join(tmpdir(), "jp1im-mirror-"));
  mustRun(BIN, "terraform-provider", "install", "--plugin-dir", root);
  const mirror = `provider_installation {\n  filesystem_mirror {\n    path = "${root}"\n  }\n}\n`;
  writeFileSync(join(root, "cli.tfrc"), mirror);
  return root;
}

function mustRun(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}:\n${stderr}`);
}

/** Managers, and a root module that the provider has been installed for. */
export class ProviderStage {
  readonly terraform: Terraform;
  readonly stage: Stage;

  private constructor(stage: Stage, terraform: Terraform) {
    this.stage = stage;
    this.terraform = terraform;
  }

  static async open(
    mirror: string,
    main: string,
    provider = "",
    program: Program = "terraform",
    world = WORLD,
  ): Promise<ProviderStage> {
    const stage = await Stage.open(world, "");
    const log = { TF_LOG: "trace", TF_LOG_PATH: stage.path("terraform.log") };
    const config = { TF_CLI_CONFIG_FILE: join(mirror, "cli.tfrc") };
    const env = { ...config, ...log, ...PASSWORD };
    return ProviderStage.#begun(
      new ProviderStage(stage, new Terraform(stage.folder, env, program)),
      main,
      provider,
    );
  }

  /** With the provider served by this process: a command takes less than half the time. No log, and no process to kill. */
  static async served(main: string, provider = ""): Promise<ProviderStage> {
    const stage = await Stage.open(WORLD, "");
    return ProviderStage.#begun(
      new ProviderStage(stage, new ServedTerraform(stage.folder, { ...PASSWORD })),
      main,
      provider,
    );
  }

  static async #begun(own: ProviderStage, main: string, provider: string): Promise<ProviderStage> {
    own.write(main, provider);
    await own.terraform.must("init", "-input=false");
    return own;
  }

  write(main: string, provider = ""): void {
    this.stage.write(
      "main.tf",
      `terraform {
  required_providers {
    jp1im = { source = "jp1im/jp1im" }
  }
}
provider "jp1im" {
  name = "tokyo"
  url  = "${this.stage.url()}"
  host = "immhost01"
  user = "jp1admin"
  ${provider}
}
${main}`,
    );
  }

  apply(...more: string[]) {
    return this.terraform.must("apply", "-input=false", "-auto-approve", "-no-color", ...more);
  }

  /** What a plan shows, on one line. */
  async plan(...more: string[]): Promise<{ readonly code: number | null; readonly text: string }> {
    const { code, output } = await this.terraform.run(
      "plan",
      "-input=false",
      "-no-color",
      "-detailed-exitcode",
      ...more,
    );
    return { code, text: flat(output) };
  }

  /** The requests that wrote, since the last call. */
  takeWrites(): string[] {
    const writes = this.stage.writes();
    this.stage.simulator.simulation.clearRequests();
    return writes.sort();
  }

  /** The secrets of one agent, as they really are, without the agent's own. */
  secretsOf(host: string): Readonly<Record<string, string>> {
    const { agents = [] } = this.stage.simulator.truth().managers.tokyo ?? {};
    const { secrets = {} } = agents.find((agent) => agent.host === host) ?? {};
    return Object.fromEntries(Object.entries(secrets).filter(([key]) => !key.startsWith("immgr.")));
  }

  /** Ends the provider processes of this stage, and no others: they work in its folder. */
  killProvider(): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const isHere = readlinkSync(`/proc/${pid}/cwd`) === this.stage.folder;
        if (isHere && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("provider.cjs"))
          process.kill(Number(pid), "SIGKILL");
      } catch {
        // It has ended meanwhile, or is none of ours.
      }
    }
  }

  /** The attributes of one resource in Terraform's state. */
  stored(name: string, type?: string): Record<string, unknown> {
    const { resources } = JSON.parse(this.stage.read("terraform.tfstate"));
    const isIt = (each: { name: string; type: string }) =>
      each.name === name && (type === undefined || each.type === type);
    return resources.find(isIt)?.instances[0]?.attributes;
  }
}

/** Terraform folds lines, and frames them. */
export function flat(output: string): string {
  return output.replace(/[│╷╵\s]+/g, " ");
}

/** Every file below a folder, and what is packed in saved plans; without those that hold a secret by right. */
export function textsBelow(folder: string, isRight: (name: string) => boolean): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile() && !isRight(name))
    .flatMap((name): [string, string][] => {
      const bytes = readFileSync(join(folder, name));
      const packed = name.endsWith(".plan") ? Object.values(unzipSync(bytes)) : [];
      return [
        [name, bytes.toString("latin1")],
        ...packed.map((part): [string, string] => [name, Buffer.from(part).toString("latin1")]),
      ];
    });
}
