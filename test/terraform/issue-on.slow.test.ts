import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { buildMirror, ProviderStage, textsBelow } from "./provider-stage";

const ISSUE = "secret/generateInfo 200";
const ADD = "subManagers/createInfo 200";

const osaka = (issueOn: string, rest = "") => `
resource "jp1im_lower_manager" "osaka" {
  host = "immhost-osaka"
  ${issueOn}
  ${rest}
}`;

const on = (stage: ProviderStage, more = "", url = stage.stage.url("osaka")) =>
  `issue_on = { name = "osaka", url = "${url}", host = "immhost-osaka", user = "jp1admin", password_source = { env = "OSAKA_PASSWORD" }, ${more} }`;

const hosts = ({ stage }: ProviderStage) =>
  (stage.simulator.truth().managers.tokyo?.lowerManagers ?? []) as readonly string[];

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  let mirror = "";
  beforeAll(() => {
    mirror = buildMirror();
  });

  const open = async () => {
    const stage = await ProviderStage.open(mirror, "");
    stage.terraform.env.OSAKA_PASSWORD = "osaka-pass";
    return stage;
  };

  describe("issue_on of jp1im_lower_manager under real Terraform", () => {
    test("issues the initial secret on the lower manager once, adds it, and asks that manager no more", async () => {
      const stage = await open();
      const agents =
        'resource "jp1im_agent_secrets" "osaka" {\n match = "db*"\n manager_host = jp1im_lower_manager.osaka.host\n secrets_wo = { site = "osaka" }\n}';
      stage.write(osaka(on(stage), `}\n${agents.slice(0, -1)}`));
      const { text } = await stage.plan();
      expect(text).toContain('+ password_source = { + env = "OSAKA_PASSWORD" }');
      await stage.apply();
      expect(stage.takeWrites()).toEqual(["agents/secrets/change 200", ISSUE, ADD]);
      expect(hosts(stage)).toEqual(["immhost-osaka"]);
      expect(stage.stored("osaka", "jp1im_lower_manager")).toMatchObject({ fingerprint: null });
      const secret = stage.stage.simulator.truth().managers.osaka?.initialSecret ?? "";
      expect(secret).not.toBe("");
      for (const [, content] of textsBelow(stage.stage.folder, () => false)) {
        expectNoCanary(content, secret);
        expectNoCanary(content, "osaka-pass");
      }

      // Nothing is to be issued, so that the manager need not answer, by whatever way.
      stage.terraform.env.OSAKA_PASSWORD = "wrong";
      expect(await stage.plan()).toMatchObject({ code: 0 });
      stage.write(osaka(on(stage, "session = false")));
      await stage.apply();
      expect(stage.takeWrites()).toEqual(["agents/secrets/change 200"]);
    });

    test("a provider that is killed behind the issue issues once more, and one that is killed behind the addition does not", async () => {
      const stage = await open();
      stage.write(osaka(on(stage)));
      const killAt = async (path: string) => {
        const effect = { type: "latency", ms: 1, when: "after" } as const;
        stage.stage.gate.shut();
        stage.stage.simulator.faults.add({ path, times: 1, effect });
        const { ended } = stage.terraform.start("apply", "-no-color", "-input=false", "-auto-approve");
        await stage.stage.gate.reached;
        stage.killProvider();
        stage.stage.gate.open();
        expect((await ended).code).toBe(1);
      };
      await killAt("secret/generateInfo");
      expect(hosts(stage)).toEqual([]);
      // The first initial secret was in the memory of the process alone.
      await killAt("subManagers/createInfo");
      expect(hosts(stage)).toEqual(["immhost-osaka"]);
      stage.takeWrites();
      await stage.apply();
      expect(stage.takeWrites()).toEqual([]);
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("an initial secret of the provider's own state that the issue ends is a warning", async () => {
      const stage = await open();
      const alias = `
provider "jp1im" {
  alias = "osaka"
  name  = "osaka"
  url   = "${stage.stage.url("osaka")}"
  host  = "immhost-osaka"
  user  = "jp1admin"
  password_source = { env = "OSAKA_PASSWORD" }
}
resource "jp1im_initial_secret" "osaka" {
  provider   = jp1im.osaka
  deliver_to = { file = "out/osaka.initial" }
}`;
      stage.write(alias);
      await stage.apply();
      stage.takeWrites();
      stage.write(`${alias}\n${osaka(on(stage))}`);
      expect((await stage.plan()).text).toContain("The initial secret that osaka has issued and delivered");
    });
  });
} else {
  process.stderr.write("NOT RUN: issue_on under real Terraform; there is no `terraform` in PATH\n");
}
