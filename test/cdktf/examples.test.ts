import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../e2e/child";
import { closeStages, Stage } from "../e2e/stage";
import { cdktfExamples, compile, openWorld, synth } from "./examples";
import { deriveFork } from "./flavours";
import { endTerraform, hasNullProvider, hasTerraform, Terraform } from "./terraform";

const ROOT = join(__dirname, "../..");
const isThere = hasTerraform();

beforeAll(() => {
  for (const name of cdktfExamples) compile(name);
});

afterEach(async () => {
  endTerraform();
  await closeStages();
});

test.each([
  ["cdktf-basic", "jp1", "1 manager, 1 agent secret, 1 selector, 1 client"],
  ["cdktf-fleet", "fleet", "4 managers, 3 lower managers, 3 selectors, 3 clients"],
  ["cdktf-with-random-password", "jp1", "1 manager, 1 selector"],
])("%s synthesises a desired state that the tool finds valid", async (name, stack, counts) => {
  const stage = await Stage.open();
  const folder = join(synth(stage, name), "stacks", stack, "jp1im");
  const [file = ""] = readdirSync(folder);
  const { code, stdout } = await run(["validate", "-f", file], { cwd: folder });
  expect([code, stdout]).toEqual([0, expect.stringContaining(counts)]);
});

test("the project's own cdktf.json names an example", () => {
  const { app } = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
  expect(app).toContain("build/examples/cdktf-basic/main.js");
});

if (isThere) {
  test("cdktf-fleet applies with Terraform against the simulator, moves to the fork unchanged, and destroys", async () => {
    const env = { JP1_PASSWORD: "jp1-password", SMTP_PASSWORD: "smtp-1" };
    const { stage, terraform } = await lifeOf("cdktf-fleet", "fleet", env);
    // Terraform applies resources in parallel, in an order of its own.
    expect([...(stage.simulator.truth().managers.tokyo?.lowerManagers ?? [])].sort()).toEqual([
      "immhost-nagoya",
      "immhost-osaka",
      "immhost-sapporo",
    ]);
    expect(stage.has("cdktf-fleet/out/osaka/trend-writer.secret")).toBe(true);
    deriveFork();
    synth(stage, "cdktf-fleet", "cdktn");
    expect(readFileSync(join(terraform.folder, "cdk.tf.json"), "utf8")).toContain("dist/cdktn/reconcile.js");
    expect(await terraform.planCode()).toBe(0);
    await terraform.must("destroy", "-input=false", "-auto-approve");
    expect(stage.simulator.truth().managers.tokyo?.lowerManagers).toEqual([]);
    expect(JSON.stringify(stage.simulator.truth())).not.toContain("smtp-1");
  }, 120_000);
}

if (isThere && hasNullProvider()) {
  test("cdktf-basic applies and destroys with Terraform and the null provider", async () => {
    const env = { TOKYO_PASSWORD: "tokyo-password", PROMETHEUS_PASSWORD: "p-1", WEB01_PASSPHRASE: "w-1" };
    const { stage, terraform } = await lifeOf("cdktf-basic", "jp1", env);
    expect(stage.has("cdktf-basic/out/fluentd-web.secret")).toBe(true);
    await terraform.must("destroy", "-input=false", "-auto-approve");
    expect(JSON.stringify(stage.simulator.truth())).not.toMatch(/fluentd-web|p-1|w-1/);
  }, 120_000);
}

/** Applies an example against its own world, and sees that a second plan is empty. */
async function lifeOf(name: string, stack: string, env: Record<string, string>) {
  const stage = await openWorld(name);
  const terraform = new Terraform(join(synth(stage, name), "stacks", stack), env);
  await terraform.must("init", "-input=false");
  await terraform.must("apply", "-input=false", "-auto-approve");
  expect(await terraform.planCode()).toBe(0);
  return { stage, terraform };
}
