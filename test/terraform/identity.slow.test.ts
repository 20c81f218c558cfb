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
}
import {
  to       = jp1im_initial_secret.own
  identity = { manager = "tokyo" }
}
import {
  to       = jp1im_desired_state.document
  identity = { path = "./jp1im.yaml" }
}`;

const LOWER = `
resource "jp1im_lower_manager" "osaka" {
  host              = "immhost-osaka"
  initial_secret_wo = "osaka-initial-1"
}
`;

const RESOURCES = `${LOWER}
resource "jp1im_client" "legacy" {
  id         = "legacy-viewer"
  deliver_to = { file = "legacy.secret" }
}
resource "jp1im_agent_secrets" "web1" {
  host       = "web1"
  secrets_wo = { "set.by.hand" = "mine" }
}
resource "jp1im_initial_secret" "own" {
}
resource "jp1im_desired_state" "document" {
  yaml      = file("jp1im.yaml")
  base_path = "."
}`;

/** In sync with a manager on which nothing of it is there. */
const documentOf = (url: string) => `apiVersion: jp1im/v1
managers:
  tokyo:
    url: ${url}
    host: immhost01
    auth: { user: jp1admin, password: { env: JP1IM_PASSWORD } }
    policy: { prune: none }
`;

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
    stage.stage.write("jp1im.yaml", documentOf(stage.stage.url()));
    stage.write(LOWER);
    await stage.apply();
    await stage.terraform.must("state", "rm", "jp1im_lower_manager.osaka");
    stage.takeWrites();

    stage.write(`${IMPORTS}\n${RESOURCES}`);
    const { text } = await stage.plan();
    expect(text).toContain("5 to import");
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
      jp1im_initial_secret: { manager: "tokyo" },
      jp1im_desired_state: { path: "./jp1im.yaml" },
    });
  });
} else {
  test("NOT RUN: import by identity needs Terraform 1.12 on PATH", () => {
    console.warn(`Terraform on PATH is ${version ?? "missing"}: import by identity does NOT run`);
    expect(minor).toBeLessThan(12);
  });
}
