import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { closeStages, Stage } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { flavour } from "./flavours";
import { endTerraform, hasNullProvider, hasTerraform, killGroup, Terraform } from "./terraform";

const { lib, ours } = flavour("cdktf");

/** As a manager takes it, and unlike anything that could stand there by accident. */
const CANARY = 'canary "7\\3" & <strange>/+?';
const SECOND = "second-canary-4711";

const WORLD = `
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
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } } }
`;

interface Variant {
  readonly runner?: "terraform_data" | "null_resource";
  /** Also an output with the issued secret, which Terraform then keeps in its state. */
  readonly output?: boolean;
  /** Also a resource of somebody else, which is done once this file is there. */
  readonly bystander?: string;
}

/** A topology whose secrets come through Terraform, from a file that nothing but `file()` reads. */
function synth(
  stage: Stage,
  { runner = "terraform_data", output = false, bystander }: Variant = {},
): Terraform {
  const { App, Fn, LocalBackend, TerraformStack } = lib;
  const app = new App({ outdir: stage.path("cdktf.out") });
  const stack = new TerraformStack(app, "jp1");
  new LocalBackend(stack, { path: "terraform.tfstate" });
  const read = (name: string) => Fn.sensitive(Fn.trimspace(Fn.file(stage.path(name))));
  const login = (name: string) => ({ user: "jp1admin", password: { env: name } });
  const sites = new ours.JP1Topology(stack, "sites", {
    runner,
    workingFolder: stage.folder,
    integrated: { name: "tokyo", url: stage.url(), host: "immhost01", auth: login("TOKYO_PASSWORD") },
    lower: { osaka: { url: stage.url("osaka"), host: "immhost-osaka", auth: login("OSAKA_PASSWORD") } },
  });
  const { integrated } = sites;
  new ours.InitialSecret(sites.manager("osaka"), "initial", { deliverTo: { file: "out/osaka.initial" } });
  const client = new ours.ImClient(integrated, "fluentd-web", {
    deliverTo: { file: "out/fluentd-web.secret" },
  });
  if (output) client.secretOutput().overrideLogicalId("fluentd");
  if (bystander) {
    const command = `until test -e ${stage.path(bystander)}; do sleep 0.05; done`;
    stack.addOverride("resource.terraform_data.bystander", { provisioner: { "local-exec": { command } } });
  }
  new ours.AgentSecrets(integrated, "web", { match: "web*", secrets: { "smtp.password": { env: "SMTP" } } });
  new ours.AgentSecrets(integrated, "web1", { host: "web1", secrets: { "db.password": read("db.secret") } });
  app.synth();
  const env = { TOKYO_PASSWORD: "tokyo-pass", OSAKA_PASSWORD: "osaka-pass", SMTP: "smtp-canary-4712" };
  const log = { TF_LOG: "trace", TF_LOG_PATH: stage.path("terraform.log") };
  return new Terraform(join(app.outdir, "stacks/jp1"), { ...env, ...log });
}

/** The writes since the last call. */
function takeWrites(stage: Stage): string[] {
  const writes = stage.writes();
  stage.simulator.simulation.clearRequests();
  return writes;
}

/** Every file below a folder but those that hold a secret by right; of a saved plan, what is packed in it. */
function texts(folder: string): [string, string][] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => statSync(join(folder, name)).isFile())
    .filter((name) => name !== "db.secret" && !name.startsWith("out/"))
    .flatMap((name): [string, string][] => {
      const bytes = readFileSync(join(folder, name));
      if (!name.endsWith(".plan")) return [[name, bytes.toString("utf8")]];
      return unzipped(bytes).map((text, index) => [`${name}#${index}`, text]);
    });
}

/** The entries of a ZIP archive, found by its central directory. */
function unzipped(archive: Buffer): string[] {
  const found: string[] = [];
  const header = Buffer.from("PK\x01\x02");
  for (let at = archive.indexOf(header); at >= 0; at = archive.indexOf(header, at + 4)) {
    const [method, size, local] = [10, 20, 42].map((offset) =>
      offset === 10 ? archive.readUInt16LE(at + offset) : archive.readUInt32LE(at + offset),
    );
    if (local === undefined || size === undefined) continue;
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(start, start + size);
    found.push((method === 0 ? packed : inflateRawSync(packed)).toString("utf8"));
  }
  return found;
}

async function wholeLife(variant: Variant): Promise<void> {
  const stage = await Stage.open(WORLD);
  stage.write("db.secret", `${CANARY}\n`);
  const terraform = synth(stage, variant);
  await terraform.must("init", "-input=false");

  await terraform.must("plan", "-input=false", "-out=first.plan");
  expect(takeWrites(stage)).toEqual([]);
  await terraform.must("apply", "-input=false", "first.plan");
  // Once: the lower manager's initial secret that is delivered is the one that it was registered with.
  expect(takeWrites(stage).sort()).toEqual([
    "agents/secrets/change 200",
    "agents/secrets/change 200",
    "agents/secrets/change 200",
    "secret/client/generateInfo 200",
    "secret/generateInfo 200",
    "subManagers/createInfo 200",
  ]);
  expect(JSON.stringify(stage.simulator.truth())).toContain(JSON.stringify(CANARY));
  const issued = stage.read("out/fluentd-web.secret");
  if (variant.output) {
    const { output } = await terraform.must("output", "-raw", "fluentd");
    expect(output).toBe(issued);
  }

  expect(await terraform.planCode()).toBe(0);

  stage.write("db.secret", `${SECOND}\n`);
  expect(await terraform.planCode()).toBe(2);
  await terraform.must("plan", "-input=false", "-out=second.plan");
  await terraform.must("apply", "-input=false", "second.plan");
  expect(takeWrites(stage)).toEqual(["agents/secrets/change 200"]);
  expect(JSON.stringify(stage.simulator.truth())).toContain(SECOND);
  expect(stage.read("out/fluentd-web.secret")).toBe(issued);
  expect(await terraform.planCode()).toBe(0);

  await terraform.must("destroy", "-input=false", "-auto-approve");
  const { tokyo } = stage.simulator.truth().managers;
  const left = JSON.stringify(tokyo);
  expect(tokyo?.lowerManagers).toEqual([]);
  expect(left).toContain("legacy-viewer");
  expect(left).toContain("set.by.hand");
  expect(left).not.toMatch(/fluentd-web|smtp\.password|db\.password/);
  expectNothingTold(stage, variant.output ? [] : [issued]);
}

/** No secret in Terraform's state, plans and log, in our document, state and reports. */
function expectNothingTold(stage: Stage, issued: readonly string[]): void {
  const files = texts(stage.folder);
  const names = files.map(([name]) => name).join(" ");
  for (const part of [
    "terraform.tfstate",
    "first.plan#",
    "terraform.log",
    ".jp1im/managers/tokyo/state.log",
    ".apply.json",
  ]) {
    expect(names).toContain(part);
  }
  const secrets = [CANARY, SECOND, "smtp-canary-4712", "tokyo-pass", "osaka-pass", ...issued];
  for (const [, text] of files) for (const secret of secrets) expectNoCanary(text, secret);
}

const needed = process.env.JP1IM_NEED_TERRAFORM === "1";
const isThere = hasTerraform();

test("Terraform is there where it is asked for", () => {
  expect(isThere || !needed).toBe(true);
});

if (isThere) {
  afterEach(async () => {
    endTerraform();
    await closeStages();
  });

  test("Terraform applies, finds nothing to do, sends one changed secret, destroys only ours, and tells no secret", async () => {
    await wholeLife({});
  }, 120_000);

  test("an issued secret comes out as a sensitive output", async () => {
    await wholeLife({ output: true });
  }, 120_000);

  // When what is known is stored differs: Terraform 1.11 does it when any resource is done, OpenTofu at the end as well.
  // So both are right: that the manager whose run has not ended is stored, and that it is not.
  test.each([
    ["before anything else is done", undefined],
    ["after another resource is done", "go"],
  ])(
    "an apply that is killed half-way, %s, converges at the next",
    async (_, bystander) => {
      const stage = await Stage.open(WORLD);
      stage.write("db.secret", CANARY);
      const terraform = synth(stage, { ...(bystander && { bystander }) });
      await terraform.must("init", "-input=false");
      const fault = { times: 1, effect: { type: "latency", ms: 1, when: "after" } } as const;
      stage.simulator.faults.add({ path: "secret/client/generateInfo", ...fault });
      const { child, ended, said } = terraform.start("apply", "-no-color", "-input=false", "-auto-approve");
      await stage.gate.reached;
      if (bystander) {
        stage.write(bystander, "");
        await said(/bystander: Creation complete/);
        // The bystander itself may have been stored as created before it was; some time for that where it is done.
        const isStored = () => terraform.stored().some((name) => name.includes("tokyo_change"));
        for (let looks = 0; looks < 100 && !isStored(); looks++)
          await new Promise((done) => setTimeout(done, 20));
      }
      killGroup(child.pid ?? 0);
      await ended;
      stage.gate.open();
      expect(stage.has("out/fluentd-web.secret")).toBe(false);

      await terraform.must("apply", "-input=false", "-auto-approve");
      expect(await terraform.planCode()).toBe(0);
      takeWrites(stage);
      // Though Terraform sees no reason to, the tool looks again, and finds nothing to do.
      const again = "-replace=terraform_data.sites_desired-state_managers_tokyo_change_C5C70908";
      await terraform.must("apply", "-input=false", "-auto-approve", again);
      expect(takeWrites(stage)).toEqual([]);
      expect(JSON.stringify(stage.simulator.truth())).toContain(stage.read("out/fluentd-web.secret"));
      expectNoCanary(texts(stage.folder), CANARY);
    },
    120_000,
  );

  test("the reason of a failure is in the report that Terraform names, and the next apply runs again", async () => {
    const stage = await Stage.open(WORLD);
    stage.write("db.secret", CANARY);
    const terraform = synth(stage);
    terraform.env.TOKYO_PASSWORD = "a-wrong-password";
    await terraform.must("init", "-input=false");
    const { code, output } = await terraform.run("apply", "-no-color", "-input=false", "-auto-approve");
    expect(code).toBe(1);
    expect(output).toContain("suppressed due to sensitive value");
    const plain = output.replace(/[│\s]+/g, " ");
    const [, path = ""] = /Error running command '--report=([^']+)'/.exec(plain) ?? [];
    const report = JSON.parse(readFileSync(join(terraform.folder, path), "utf8"));
    expect(report).toMatchObject({ command: "apply", success: false });
    expect(JSON.stringify(report)).toContain("manager-denied");
    expect(statSync(join(terraform.folder, path)).mode & 0o777).toBe(0o600);

    terraform.env.TOKYO_PASSWORD = "tokyo-pass";
    await terraform.must("apply", "-input=false", "-auto-approve");
    expect(await terraform.planCode()).toBe(0);
  }, 120_000);

  if (hasNullProvider()) {
    test("the null provider's resource lives the same life", async () => {
      await wholeLife({ runner: "null_resource" });
    }, 120_000);
  } else {
    process.stderr.write(
      "NOT RUN: the null provider's resource under real Terraform; `terraform init` cannot get it here\n",
    );
  }
} else {
  process.stderr.write("NOT RUN: everything with real Terraform; there is no `terraform` in PATH\n");
}
