/** What is renamed or moved without a `moved` block, in two applies of real Terraform: at the second one it asks the provider nothing about the new owner. */
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { flat, ProviderStage } from "./provider-stage";

const client = (name: string) => `
resource "jp1im_client" "${name}" {
  id         = "app"
  deliver_to = { file = "app.secret" }
}`;
const keys = (name: string, ...of: readonly string[]) => `
resource "jp1im_agent_secrets" "${name}" {
  match      = "web*"
  secrets_wo = { ${of.map((key) => `"${key}" = "value of ${key}"`).join(", ")} }
}`;
const DOCUMENT = `
resource "jp1im_desired_state" "x" {
  base_path = path.module
  yaml      = <<-YAML
    apiVersion: jp1im/v1
    managers:
      tokyo:
        url: TOKYO_URL
        host: immhost01
        auth: { user: jp1admin, password: { env: JP1IM_PASSWORD } }
        clients: [{ id: app, deliverTo: { file: app.secret } }]
        agents: [{ match: "web*", secrets: { k1: { file: k1.secret } } }]
  YAML
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

const clientOf = ({ stage }: ProviderStage) => stage.simulator.truth().managers.tokyo?.clients?.app;

async function applied(main: string) {
  const stage = await ProviderStage.served("");
  stage.stage.write("k1.secret", "value of k1");
  stage.write(main.replace("TOKYO_URL", stage.stage.url()));
  await stage.apply();
  stage.takeWrites();
  return { stage, before: clientOf(stage) };
}

/** The apply that destroys the former owner deletes nothing, says so, and leaves a plan without changes. */
async function staysIn(
  stage: ProviderStage,
  before: ReturnType<typeof clientOf>,
  words: string,
): Promise<void> {
  const { output } = await stage.apply();
  expect(flat(output)).toContain(words);
  expect(stage.takeWrites()).toEqual([]);
  expect(clientOf(stage)).toBe(before);
  expect(stage.secretsOf("web1").k1).toBe("value of k1");
  expect(await stage.plan()).toMatchObject({ code: 0 });
}

async function goesByDestroy(stage: ProviderStage): Promise<void> {
  await stage.terraform.must("destroy", "-auto-approve", "-no-color");
  expect(clientOf(stage)).toBeUndefined();
  expect(stage.secretsOf("web1").k1).toBeUndefined();
}

if (hasTerraform()) {
  describe("in an apply after that of the new owner", () => {
    test("a former name deletes nothing, and the new one has it", async () => {
      const { stage, before } = await applied(client("old") + keys("old", "k1"));
      stage.write(client("new") + keys("new", "k1"));
      expect((await stage.plan()).text).toContain("This takes over tokyo/client/app");
      await stage.apply("-target=jp1im_client.new", "-target=jp1im_agent_secrets.new");
      await staysIn(stage, before, "tokyo/client/app stays on the manager: another resource declares it");
      await goesByDestroy(stage);
    });

    test("a resource that gave a key away does not delete it", async () => {
      const { stage } = await applied(keys("giving", "k1", "k2") + keys("taking", "k3"));
      stage.write(keys("giving", "k2") + keys("taking", "k1", "k3"));
      await stage.apply("-target=jp1im_agent_secrets.taking");
      const { output } = await stage.apply();
      expect(flat(output)).toContain('Not deleted, since another resource took it over: "k1"');
      expect(stage.takeWrites()).toEqual([]);
      expect(stage.secretsOf("web1")).toMatchObject({
        k1: "value of k1",
        k2: "value of k2",
        k3: "value of k3",
      });
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("a document that is destroyed leaves what single resources took over", async () => {
      const { stage, before } = await applied(DOCUMENT);
      const single = client("new") + keys("new", "k1");
      stage.write(DOCUMENT.replace("TOKYO_URL", stage.stage.url()) + single);
      await stage.apply("-target=jp1im_client.new", "-target=jp1im_agent_secrets.new");
      stage.takeWrites();
      stage.write(single);
      await staysIn(stage, before, "1 more stay on the manager");
    });

    test("a document that is destroyed leaves what an import took over, and deletes the rest", async () => {
      const { stage, before } = await applied(DOCUMENT);
      const imported = '\nimport {\n  to = jp1im_client.new\n  id = "tokyo/client/app"\n}\n';
      stage.write(DOCUMENT.replace("TOKYO_URL", stage.stage.url()) + imported + client("new"));
      await stage.apply();
      stage.write(client("new"));
      const { output } = await stage.apply();
      expect(flat(output)).toContain("tokyo/client/app stays on the manager: another resource declares it");
      expect(clientOf(stage)).toBe(before);
      expect(stage.secretsOf("web1").k1).toBeUndefined();
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("a former document deletes nothing of what the new one declares", async () => {
      const { stage, before } = await applied(DOCUMENT);
      const renamed = DOCUMENT.replace("TOKYO_URL", stage.stage.url()).replace('" "x"', '" "y"');
      stage.write(renamed);
      await stage.apply("-target=jp1im_desired_state.y");
      await staysIn(stage, before, "1 more stay on the manager: another resource declares them");
      await goesByDestroy(stage);
    });

    test("a document that no longer declares it is refused", async () => {
      const { stage, before } = await applied(DOCUMENT);
      const document = DOCUMENT.replace("TOKYO_URL", stage.stage.url());
      stage.write(document + client("new"));
      await stage.apply("-target=jp1im_client.new");
      stage.takeWrites();
      stage.write(document.replace(/ {8}clients: .*\n/, "") + client("new"));
      const { code, text } = await stage.plan();
      expect(code).toBe(1);
      expect(text).toContain("A document deletes what another resource declares: tokyo/client/app");
      expect(clientOf(stage)).toBe(before);
    });
  });
} else {
  process.stderr.write("NOT RUN: takeovers under real Terraform; there is no `terraform` in PATH\n");
}
