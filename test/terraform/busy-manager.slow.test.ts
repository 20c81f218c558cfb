/** A manager that is busy, not up yet, or silent, seen from real Terraform. */
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { flat, ProviderStage } from "./provider-stage";

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

  test("one that stays silent is an error at the plan, nothing is planned again, and the next apply goes on", async () => {
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

  test.each([429, 503])(
    "one that answers %i and asks for an hour is given up after twice `timeout`",
    async (status) => {
      const stage = await ProviderStage.served(MAIN, "timeout = 1");
      stage.stage.simulator.faults.add({ path: "*", effect: { type: "status", status, retryAfter: "3600" } });
      const begun = Date.now();
      const { code, text } = await stage.plan();
      expect(Date.now() - begun).toBeLessThan(20_000);
      expect(code).toBe(1);
      expect(flat(text)).toContain(`was answered ${status}`);
      stage.stage.simulator.faults.clear();
      await stage.apply();
      expect(stage.stage.read("app.secret")).toBe(clientOf(stage));
    },
  );

  describe("one that takes longer than `timeout`", () => {
    const late = { type: "latency", ms: 4000, when: "after" } as const;

    test("for its lists is an error at the plan that names `timeout`, and nothing counts as absent", async () => {
      const stage = await ProviderStage.served(MAIN, "timeout = 1");
      await stage.apply();
      stage.takeWrites();
      for (const path of ["secret/client/list", "agents/secrets"])
        stage.stage.simulator.faults.add({ path, effect: late });
      const { code, text } = await stage.plan();
      expect(code).toBe(1);
      expect(text).toContain("(jp1im: manager-timeout)");
      expect(text).toContain("raise `timeout` in the provider block");
      expect(text).not.toContain("will be created");
      stage.stage.simulator.faults.clear();
      expect(await stage.plan()).toMatchObject({ code: 0 });
      expect(stage.takeWrites()).toEqual([]);
    });

    test("for what it carries out is an error of the apply, and the next one loses no secret", async () => {
      const stage = await ProviderStage.served(MAIN, "timeout = 1");
      for (const path of ["secret/client/generateInfo", "agents/secrets/change"])
        stage.stage.simulator.faults.add({ path, effect: late });
      const { code, output } = await stage.terraform.run(
        "apply",
        "-input=false",
        "-auto-approve",
        "-no-color",
      );
      expect(code).toBe(1);
      expect(flat(output)).toContain("(jp1im: manager-timeout)");
      expect(flat(output)).toContain("raise `timeout` in the provider block");
      stage.stage.simulator.faults.clear();
      await stage.apply();
      expect(stage.stage.read("app.secret")).toBe(clientOf(stage));
      for (const host of ["web1", "web2", "web3"])
        expect(stage.secretsOf(host)["smtp.password"]).toBe("smtp-1");
      expect(await stage.plan()).toMatchObject({ code: 0 });
      // Every issue but the last was taken back.
      const writes = stage.takeWrites();
      const countOf = (path: string) => writes.filter((each) => each.startsWith(path)).length;
      expect(countOf("secret/client/generateInfo") - countOf("secret/client/deleteInfo")).toBe(1);
    });
  });
} else {
  process.stderr.write("NOT RUN: a busy manager under real Terraform; there is no `terraform` in PATH\n");
}
