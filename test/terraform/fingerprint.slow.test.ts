import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { buildMirror, ProviderStage, textsBelow } from "./provider-stage";

const MAIN = `
variable "key" {
  type      = string
  sensitive = true
}
variable "smtp" {
  type      = string
  ephemeral = true
}
resource "jp1im_agent_secrets" "web" {
  match      = "web*"
  secrets_wo = { "smtp.password" = var.smtp, "smtp.user" = trimspace(file("user.secret")) }
}
output "user" {
  value = nonsensitive(provider::jp1im::fingerprint(var.key, "tokyo", "smtp.user", sensitive(trimspace(file("user.secret")))))
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  test("the function fingerprint gives what the resource shows, and its value is stored nowhere", async () => {
    const stage = await ProviderStage.open(buildMirror(), "");
    stage.stage.write("user.secret", "function-canary-4711\n");
    const key = Buffer.alloc(32, 7).toString("base64");
    Object.assign(stage.terraform.env, { TF_VAR_key: key, TF_VAR_smtp: "x", JP1IM_STATE_KEY: key });
    stage.write(MAIN);
    await stage.terraform.must("plan", "-input=false", "-out=first.plan");
    await stage.terraform.must("apply", "-input=false", "first.plan");
    const { output } = await stage.terraform.must("output", "-json", "user");
    expect(stage.stored("web")).toMatchObject({ fingerprints: { "smtp.user": JSON.parse(output) } });
    for (const [, text] of textsBelow(stage.stage.folder, (name) => name === "user.secret"))
      expectNoCanary(text, "function-canary-4711");

    // The result is as sensitive as what it is made of, and of an ephemeral value it is ephemeral.
    stage.write(MAIN.replace("nonsensitive(", "("));
    expect((await stage.plan()).text).toContain("Output refers to sensitive values");
    stage.write(MAIN.replace('sensitive(trimspace(file("user.secret")))', "var.smtp"));
    expect((await stage.plan()).text).toMatch(/[Ee]phemeral value/);
  });
} else {
  process.stderr.write(
    "NOT RUN: the function fingerprint under real Terraform; there is no `terraform` in PATH\n",
  );
}
