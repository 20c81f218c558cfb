/** What Terraform's language does with our resources beyond their life: generated configurations, moves, and tests of modules. */
import { endTerraform, hasTerraform, terraformVersion } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { expectModuleTestToPass } from "./module-test";
import { buildMirror, flat, ProviderStage } from "./provider-stage";

const IMPORTS = `
import {
  to = jp1im_client.legacy
  id = "tokyo/client/legacy-viewer"
}
import {
  to = jp1im_lower_manager.osaka
  id = "tokyo/lower-manager/immhost-osaka"
}
import {
  to = jp1im_agent_secrets.web1
  id = "tokyo/agent/immhost01/web1"
}
import {
  to = jp1im_initial_secret.tokyo
  id = "tokyo/initial-secret"
}
import {
  to = jp1im_desired_state.document
  id = "./jp1im.yaml"
}`;

/** Terraform 1.16 looks for a provider of HashiCorp's if the import block names none, and takes none with a configuration. */
const TO_GENERATE = /^1\.(1[6-9]|[2-9]\d)\./.test(terraformVersion() ?? "")
  ? IMPORTS.replace(/^ {2}to = /gm, "  provider = jp1im\n$&")
  : IMPORTS;

/** In sync with a manager on which nothing of it is there. */
const documentOf = (url: string) => `apiVersion: jp1im/v1
managers:
  tokyo:
    url: ${url}
    host: immhost01
    auth: { user: jp1admin, password: { env: JP1IM_PASSWORD } }
    policy: { prune: none }
`;

const OSAKA =
  'resource "jp1im_lower_manager" "osaka" {\n host = "immhost-osaka"\n initial_secret_wo = "osaka-initial-1"\n}';

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  let mirror = "";
  beforeAll(() => {
    mirror = buildMirror();
  });

  test("a generated configuration is complete: the plan ends well, and its apply imports without a write", async () => {
    const stage = await ProviderStage.open(mirror, "");
    stage.write(OSAKA);
    stage.stage.simulator.edit({ manager: "osaka", type: "set-initial-secret", secret: "osaka-initial-1" });
    await stage.apply();
    await stage.terraform.must("state", "rm", "jp1im_lower_manager.osaka");
    stage.stage.write("jp1im.yaml", documentOf(stage.stage.url()));
    stage.takeWrites();

    stage.write(TO_GENERATE);
    const { output } = await stage.terraform.must(
      "plan",
      "-input=false",
      "-no-color",
      "-generate-config-out=found.tf",
    );
    expect(output).toContain("Plan: 5 to import, 0 to add, 0 to change, 0 to destroy.");
    expect(flat(output)).toContain("The provider cannot tell whether tokyo has issued an initial secret");
    const found = stage.stage.read("found.tf");
    for (const part of ['host += "web1"', 'id += "legacy-viewer"', "generation += 1", 'yaml += "apiVersion'])
      expect(found).toMatch(new RegExp(part));
    stage.write(IMPORTS);
    await stage.apply();
    expect(await stage.plan()).toMatchObject({ code: 0, text: expect.stringContaining("No changes") });
    expect(stage.takeWrites()).toEqual([]);

    stage.stage.edit("found.tf", /generation += 1\n( +id += "legacy-viewer")/, "generation = 2\n$1");
    const { code, text } = await stage.plan();
    expect(code).toBe(1);
    expect(text).toContain("`deliver_to` is needed: tokyo/client/legacy-viewer is to be issued");
    stage.stage.edit(
      "found.tf",
      /deliver_to += null(\n.*\n +id )/,
      'deliver_to = { file = "legacy.secret" }$1',
    );
    await stage.apply();
    expect(stage.stage.read("legacy.secret")).toBe(
      stage.stage.simulator.truth().managers.tokyo?.clients?.["legacy-viewer"],
    );
    expect(await stage.plan()).toMatchObject({ code: 0 });
  });

  test("a key that an object does not have is refused by the validation, at its place", async () => {
    const issueOn =
      'issue_on = {\n url = "https://a"\n user = "b"\n password_source = { env = "C" }\n tls = { insecur = true }\n }';
    const main = `resource "jp1im_lower_manager" "a" {\n host = "a"\n ${issueOn}\n}`;
    const stage = await ProviderStage.served(main, "policy = { maxdeletes = 1 }");
    const validate = async () => flat((await stage.terraform.run("validate", "-no-color")).output);
    expect(await validate()).toContain("Unknown key `maxdeletes` in `policy`");
    stage.write(main, "policy = { max_deletes = 1 }");
    expect(await validate()).toContain("Unknown key `insecur` in `issue_on.tls`");
    stage.write(main.replace("insecur ", "insecure "), "policy = { max_deletes = 1 }");
    expect(await validate()).toContain("Success! The configuration is valid");
  });

  test("a resource that moves in the configuration is the same one, and nothing is written", async () => {
    const client = (name: string) =>
      `resource "jp1im_client" "${name}" {\n id = "app"\n deliver_to = { file = "app.secret" }\n}`;
    const agent = (name: string) =>
      `resource "jp1im_agent_secrets" "${name}" {\n host = "web1"\n secrets_wo = { a = "1" }\n}`;
    const moved = (type: string) => `moved {\n from = ${type}.old\n to = ${type}.new\n}`;
    const stage = await ProviderStage.served(`${client("old")}\n${agent("old")}`);
    await stage.apply();
    stage.takeWrites();
    stage.write(
      [client("new"), agent("new"), moved("jp1im_client"), moved("jp1im_agent_secrets")].join("\n"),
    );
    const { text } = await stage.plan();
    expect(text).toContain("jp1im_client.old has moved to jp1im_client.new");
    expect(text).toContain("0 to add, 0 to change, 0 to destroy");
    await stage.apply();
    expect(stage.takeWrites()).toEqual([]);
    expect(stage.stored("new", "jp1im_client")).toMatchObject({ id: "app" });
  });

  test("the example of `terraform test` passes against the simulator, and leaves nothing there", async () => {
    await expectModuleTestToPass(mirror, "terraform");
  });
} else {
  process.stderr.write("NOT RUN: generated configurations and moves; there is no `terraform` in PATH\n");
}
