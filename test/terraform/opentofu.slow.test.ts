/** The provider under OpenTofu: what differs from Terraform there is the protocol's other end, so that one life of each kind will do. */
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { expectModuleTestToPass } from "./module-test";
import { buildMirror, ProviderStage } from "./provider-stage";

const MAIN = `
variable "smtp" {
  type      = string
  ephemeral = true
  default   = "smtp-1"
}
resource "jp1im_agent_secrets" "web" {
  match      = "web*"
  secrets_wo = { "smtp.password" = var.smtp }
}
resource "jp1im_client" "app" {
  id         = "app"
  deliver_to = { file = "app.secret" }
}`;

const JOB = `
ephemeral "jp1im_client_secret" "job" {
  enabled = terraform.applying
}
resource "terraform_data" "job" {
  triggers_replace = provider::jp1im::fingerprint("${Buffer.alloc(32, 1).toString("base64")}", "tokyo", "smtp.user", "mailer")
  provisioner "local-exec" {
    command     = "test -n \\"$SECRET\\""
    environment = { SECRET = ephemeral.jp1im_client_secret.job.secret }
  }
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform("tofu")) {
  test("apply, drift, a rotated value, import and destroy", async () => {
    const stage = await ProviderStage.open(buildMirror(), MAIN, "", "tofu");
    await stage.apply();
    expect(stage.takeWrites()).toHaveLength(4);
    expect(await stage.plan()).toMatchObject({ code: 0 });

    stage.stage.simulator.edit({ manager: "tokyo", type: "delete-client", id: "app" });
    expect((await stage.plan("-var=smtp=smtp-2")).code).toBe(2);
    await stage.apply("-var=smtp=smtp-2");
    expect(stage.secretsOf("web2")).toEqual({ "set.by.hand": "kept", "smtp.password": "smtp-2" });
    const { app } = stage.stage.simulator.truth().managers.tokyo?.clients ?? {};
    expect(stage.stage.read("app.secret")).toBe(app);
    expect(await stage.plan("-var=smtp=smtp-2")).toMatchObject({ code: 0 });

    await stage.terraform.must("state", "rm", "jp1im_client.app");
    await stage.terraform.must("import", "-input=false", "jp1im_client.app", "tokyo/client/app");
    expect(stage.stored("app")).toMatchObject({ id: "app" });
    await stage.terraform.must("destroy", "-input=false", "-auto-approve", "-no-color");
    expect(stage.secretsOf("web2")).toEqual({ "set.by.hand": "kept" });
    expect(stage.stage.simulator.truth().managers.tokyo?.clients).not.toHaveProperty("app");
  }, 120_000);

  test("a client secret for a job is issued and deleted, and the function fingerprint is called", async () => {
    const stage = await ProviderStage.open(buildMirror(), JOB, "", "tofu");
    await stage.apply();
    expect(stage.takeWrites()).toEqual(["secret/client/deleteInfo 200", "secret/client/generateInfo 200"]);
    expect(stage.stored("job")).toMatchObject({
      triggers_replace: { value: expect.stringMatching(/^[\w-]{22}$/) },
    });
  }, 120_000);

  test("the example of `tofu test` passes", async () => {
    await expectModuleTestToPass(buildMirror(), "tofu");
  }, 120_000);
} else {
  test("NOT RUN: OpenTofu (tofu) is not on PATH", () => {
    console.warn("OpenTofu (tofu) is not on PATH: its tests do NOT run");
    expect(hasTerraform("tofu")).toBe(false);
  });
}
