/** Import by identity, which Terraform knows from 1.12 on; the calls themselves are tested in identity.test.ts. */
import { endTerraform, terraformVersion } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { buildMirror, ProviderStage } from "./provider-stage";

const IMPORTS = `
import {
  to       = jp1im_client.legacy
  identity = { id = "legacy-viewer" }
}
import {
  to       = jp1im_lower_manager.osaka
  identity = { manager = "tokyo", host = "immhost-osaka" }
}
import {
  to       = jp1im_agent_secrets.web1
  identity = { host = "web1" }
}`;

const RESOURCES = `
resource "jp1im_client" "legacy" {
  id         = "legacy-viewer"
  deliver_to = { file = "legacy.secret" }
}
resource "jp1im_lower_manager" "osaka" {
  host              = "immhost-osaka"
  initial_secret_wo = "osaka-initial-1"
}
resource "jp1im_agent_secrets" "web1" {
  host       = "web1"
  secrets_wo = { "set.by.hand" = "mine" }
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

const version = terraformVersion();
const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);

if (major > 1 || minor >= 12) {
  test("each resource is imported by its identity, is then as declared, and keeps its identity in the state", async () => {
    const stage = await ProviderStage.open(buildMirror(), "");
    stage.stage.simulator.edit({ manager: "osaka", type: "set-initial-secret", secret: "osaka-initial-1" });
    stage.write(RESOURCES.replace(/resource "jp1im_(client|agent)[^}]*}[^}]*}/g, ""));
    await stage.apply();
    await stage.terraform.must("state", "rm", "jp1im_lower_manager.osaka");
    stage.takeWrites();

    stage.write(`${IMPORTS}\n${RESOURCES}`);
    const { text } = await stage.plan();
    expect(text).toContain("3 to import");
    await stage.apply();
    expect(stage.secretsOf("web1")).toEqual({ "set.by.hand": "mine" });
    expect(stage.takeWrites()).not.toContain("secret/client/generateInfo 200");
    expect(await stage.plan()).toMatchObject({ code: 0 });
    const { resources } = JSON.parse(stage.stage.read("terraform.tfstate"));
    const identities = Object.fromEntries(
      resources.map(({ type, instances }: { type: string; instances: { identity: object }[] }) => [
        type,
        instances[0]?.identity,
      ]),
    );
    expect(identities).toEqual({
      jp1im_client: { manager: "tokyo", id: "legacy-viewer" },
      jp1im_lower_manager: { manager: "tokyo", host: "immhost-osaka" },
      jp1im_agent_secrets: { manager: "tokyo", manager_host: "immhost01", host: "web1", match: null },
    });
  });
} else {
  test("NOT RUN: import by identity needs Terraform 1.12 on PATH", () => {
    console.warn(`Terraform on PATH is ${version ?? "missing"}: import by identity does NOT run`);
    expect(minor).toBeLessThan(12);
  });
}
