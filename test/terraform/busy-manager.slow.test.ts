/** A manager that is busy, not up yet, or silent, seen from real Terraform. */
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { ProviderStage } from "./provider-stage";

const MAIN = `
resource "jp1im_client" "app" {
  id         = "app"
  deliver_to = { file = "app.secret" }
}
resource "jp1im_agent_secrets" "web" {
  match      = "web*"
  secrets_wo = { "smtp.password" = "smtp-1" }
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

const clientOf = ({ stage }: ProviderStage) => stage.simulator.truth().managers.tokyo?.clients?.app;

if (hasTerraform()) {
  test("one that is busy for a while, or loses answers, is asked again, and the secrets are right", async () => {
    const stage = await ProviderStage.served(MAIN);
    const { faults } = stage.stage.simulator;
    for (const status of [429, 503]) faults.add({ path: "*", times: 1, effect: { type: "status", status } });
    faults.add({ path: "secret/client/generateInfo", times: 1, effect: { type: "drop", when: "after" } });
    faults.add({ path: "agents/secrets/change", times: 1, effect: { type: "drop", when: "after" } });
    faults.add({ path: "agents/secrets/change", skip: 1, times: 1, effect: { type: "status", status: 503 } });
    await stage.apply();
    expect(stage.stage.read("app.secret")).toBe(clientOf(stage));
    for (const host of ["web1", "web2", "web3"])
      expect(stage.secretsOf(host)["smtp.password"]).toBe("smtp-1");
    expect(await stage.plan()).toMatchObject({ code: 0 });
  });

  test("one that stays silent is an error at the plan, nothing is planned anew, and the next apply goes on", async () => {
    const stage = await ProviderStage.served(MAIN);
    await stage.apply();
    const before = clientOf(stage);
    stage.takeWrites();
    stage.stage.simulator.faults.add({ path: "*", effect: { type: "drop", when: "before" } });
    const { code, text } = await stage.plan();
    expect(code).toBe(1);
    expect(text).not.toContain("will be created");
    expect(text).not.toContain("must be replaced");
    stage.stage.simulator.faults.clear();
    await stage.apply();
    expect(stage.takeWrites()).toEqual([]);
    expect(clientOf(stage)).toBe(before);
  });
} else {
  process.stderr.write("NOT RUN: a busy manager under real Terraform; there is no `terraform` in PATH\n");
}
