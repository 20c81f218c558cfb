/** What a `terraform destroy` does that a plan of what is declared stands in the way of, under real Terraform. */
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { ProviderStage } from "./provider-stage";

const MAIN = `
resource "jp1im_agent_secrets" "one" {
  host       = "web1"
  secrets_wo = { a = "1" }
}
resource "jp1im_client" "app" {
  id         = "app"
  deliver_to = { file = "app.secret" }
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  test.each([
    [
      "an agent that is gone",
      { type: "remove-agent", host: "web1" },
      "no such agent",
      ["secret/client/deleteInfo 200"],
    ],
    [
      "a client that somebody deleted, with another file in its place",
      { type: "delete-client", id: "app" },
      "is there already",
      ["agents/secrets/change 200"],
    ],
  ])("it stops at %s, names `-refresh=false`, and does its work with it", async (_, edit, why, writes) => {
    const stage = await ProviderStage.served(MAIN);
    await stage.apply();
    stage.stage.simulator.edit({ manager: "tokyo", ...edit } as never);
    if (edit.type === "delete-client") stage.write(MAIN.replace("app.secret", "main.tf"));
    stage.takeWrites();
    const destroy = ["destroy", "-input=false", "-auto-approve", "-no-color"];
    const { code, output } = await stage.terraform.run(...destroy);
    expect(code).toBe(1);
    expect(output).toContain(why);
    expect(output).toContain("`-refresh=false`");
    expect(stage.takeWrites()).toEqual([]);
    await stage.terraform.must(...destroy, "-refresh=false");
    expect(stage.takeWrites()).toEqual(writes);
    expect(JSON.parse(stage.stage.read("terraform.tfstate"))).toMatchObject({ resources: [] });
  });
} else {
  process.stderr.write("NOT RUN: a destroy that a plan stops; there is no `terraform` in PATH\n");
}
