/** Resources that Terraform replaces although they keep their name on the manager. */
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { flat, ProviderStage } from "./provider-stage";

const OWN = `
resource "jp1im_client" "x" {
  id         = "app"
  deliver_to = { file = "app.secret" }
  LIFECYCLE
}
resource "jp1im_agent_secrets" "x" {
  match      = "web*"
  secrets_wo = { "smtp.password" = "smtp-1" }
  LIFECYCLE
}
resource "jp1im_lower_manager" "x" {
  host     = "immhost-osaka"
  issue_on = { name = "osaka", url = "OSAKA_URL", host = "immhost-osaka", user = "jp1admin", password_source = { file = "osaka.password" } }
  LIFECYCLE
}`;
const DOCUMENT = `
resource "jp1im_desired_state" "x" {
  yaml = <<-YAML
    apiVersion: jp1im/v1
    managers:
      tokyo:
        url: TOKYO_URL
        host: immhost01
        auth: { user: jp1admin, password: { env: JP1IM_PASSWORD } }
        clients: [{ id: app, deliverTo: { file: app.secret } }]
  YAML
  LIFECYCLE
}`;
const TYPES = ["jp1im_client", "jp1im_agent_secrets", "jp1im_lower_manager"];
const replacing = (types: readonly string[]) => types.map((type) => `-replace=${type}.x`);

afterEach(async () => {
  endTerraform();
  await closeStages();
});

const thereOn = ({ stage }: ProviderStage) => {
  const { clients, lowerManagers } = stage.simulator.truth().managers.tokyo ?? {};
  return { app: clients?.app, lowerManagers };
};

async function applied(main: string, isNewFirst: boolean) {
  const stage = await ProviderStage.served("");
  stage.stage.write("osaka.password", "osaka-pass");
  const lifecycle = isNewFirst ? "lifecycle { create_before_destroy = true }" : "";
  stage.write(main.replaceAll("LIFECYCLE", lifecycle));
  await stage.apply();
  stage.takeWrites();
  return { stage, before: thereOn(stage) };
}

if (hasTerraform()) {
  describe("what `-replace` creates before it destroys the former one", () => {
    test("stays on the manager, as it is the same thing, and a warning says so", async () => {
      const { stage, before } = await applied(OWN, true);
      const { output } = await stage.apply(...replacing(TYPES));
      expect(flat(output)).toContain("tokyo/client/app stays on the manager");
      expect(stage.takeWrites()).toEqual([]);
      expect(thereOn(stage)).toEqual(before);
      expect(stage.secretsOf("web1")["smtp.password"]).toBe("smtp-1");
      expect(await stage.plan()).toMatchObject({ code: 0 });
      await stage.terraform.must("destroy", "-auto-approve", "-no-color");
      expect(thereOn(stage).app).toBeUndefined();
      expect(stage.secretsOf("web1")["smtp.password"]).toBeUndefined();
    });

    test("stays as well where it is a document", async () => {
      const { stage, before } = await applied(DOCUMENT, true);
      const { output } = await stage.apply(...replacing(["jp1im_desired_state"]));
      expect(flat(output)).toContain("tokyo/client/app stays on the manager");
      expect(stage.takeWrites()).toEqual([]);
      expect(thereOn(stage)).toEqual(before);
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });
  });

  test("what `-replace` destroys first is issued and written again", async () => {
    const { stage, before } = await applied(OWN, false);
    await stage.apply(...replacing(TYPES));
    expect(thereOn(stage).app).toBe(stage.stage.read("app.secret"));
    expect(thereOn(stage).app).not.toBe(before.app);
    expect(stage.secretsOf("web1")["smtp.password"]).toBe("smtp-1");
    expect(await stage.plan()).toMatchObject({ code: 0 });
  });
} else {
  process.stderr.write("NOT RUN: replacements under real Terraform; there is no `terraform` in PATH\n");
}
