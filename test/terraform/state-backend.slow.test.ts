/** The provider's own state on a branch of a repository: another machine goes on from there. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { ProviderStage } from "./provider-stage";

const KEY = Buffer.alloc(32, 7).toString("base64");
const MAIN = `
variable "value" {
  type      = string
  ephemeral = true
}
resource "jp1im_client" "app" {
  id         = "fluentd-web"
  deliver_to = { file = "out/app.secret" }
}
resource "jp1im_agent_secrets" "web" {
  host       = "web1"
  secrets_wo = { "smtp.password" = var.value }
}
`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  test("a state in git is continued by a machine that has nothing but Terraform's state and the key", async () => {
    const stage = await ProviderStage.served("");
    const bare = stage.stage.path("state.git");
    expect(spawnSync("git", ["init", "-q", "--bare", bare]).status).toBe(0);
    stage.write(MAIN, `state = "git+file://${bare}"\n  state_key = "${KEY}"`);
    await stage.apply("-var", "value=smtp-1");
    const pushed = spawnSync("git", ["-C", bare, "ls-tree", "-r", "--name-only", "jp1im-state"], {
      encoding: "utf8",
    });
    expect(pushed.stdout).toContain("managers/tokyo/state.");
    const delivered = stage.stage.read("out/app.secret");
    stage.takeWrites();

    rmSync(stage.stage.path(".jp1im"), { recursive: true, force: true });
    expect(await stage.plan("-var", "value=smtp-1")).toMatchObject({ code: 0 });
    expect((await stage.plan("-var", "value=smtp-2")).code).toBe(2);
    await stage.apply("-var", "value=smtp-2");
    expect(stage.takeWrites()).toEqual([expect.stringContaining("agents/secrets/change")]);
    expect(stage.stage.read("out/app.secret")).toBe(delivered);
  });
} else {
  process.stderr.write(
    "NOT RUN: the provider's state in git under real Terraform; there is no `terraform` in PATH\n",
  );
}
