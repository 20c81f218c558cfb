/** Two provider blocks for one manager, which Terraform starts as two processes. */
import { setTimeout as sleep } from "node:timers/promises";
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { buildMirror, flat, ProviderStage } from "./provider-stage";

const MAIN = `
provider "jp1im" {
  alias = "second"
  name  = "tokyo"
  url   = "TOKYO_URL"
  host  = "immhost01"
  user  = "jp1admin"
}
resource "jp1im_agent_secrets" "one" {
  match      = "web*"
  secrets_wo = { "smtp.password" = "smtp-1" }
}
resource "jp1im_agent_secrets" "other" {
  provider   = jp1im.second
  match      = "web*"
  secrets_wo = { "smtp.password" = "smtp-2" }
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  test("one key that two blocks declare is one resource's; the apply refuses the other one", async () => {
    const stage = await ProviderStage.open(buildMirror(), MAIN);
    const { gate, simulator } = stage.stage;
    await stage.terraform.must("plan", "-input=false", "-out=both.plan");
    gate.shut();
    // The first login of the apply, which comes after its process has read the state, and before anything is written to that.
    simulator.faults.add({ path: "login", times: 1, effect: { type: "latency", ms: 1, when: "before" } });
    const { ended } = stage.terraform.start("apply", "-input=false", "-no-color", "both.plan");
    await gate.reached;
    // Until the process of the other block is there as well.
    await sleep(4000);
    gate.open();
    const { code, output } = await ended;
    expect(code).toBe(1);
    expect(flat(output)).toMatch(/wrote "smtp\.password" on .* since this apply began/);
    const values = ["web1", "web2", "web3"].map((host) => stage.secretsOf(host)["smtp.password"]);
    expect(new Set(values).size).toBe(1);
    expect(stage.takeWrites()).toHaveLength(3);
    const stored = ["one", "other"].filter((name) => stage.stored(name) !== undefined);
    expect(stored).toHaveLength(1);
  });
} else {
  process.stderr.write(
    "NOT RUN: two provider blocks under real Terraform; there is no `terraform` in PATH\n",
  );
}
