import { rmSync } from "node:fs";
import { endTerraform, hasTerraform, killGroup } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { buildMirror, ProviderStage, textsBelow } from "./provider-stage";

const client = (settings = "") => `
resource "jp1im_client" "fluentd" {
  id         = "fluentd-web"
  deliver_to = { file = "out/fluentd-web.secret" }
  ${settings}
}`;

const clientsOf = (stage: ProviderStage) => ({ ...stage.stage.simulator.truth().managers.tokyo?.clients });

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  let mirror = "";
  beforeAll(() => {
    mirror = buildMirror();
  });

  describe("jp1im_client under real Terraform", () => {
    test("is issued once and delivered, rotated by its generation, and destroyed; its secret is nowhere else", async () => {
      const stage = await ProviderStage.open(mirror, client());
      await stage.apply();
      const first = stage.stage.read("out/fluentd-web.secret");
      expect(clientsOf(stage)["fluentd-web"]).toBe(first);
      expect(stage.stored("fluentd")).toMatchObject({
        address: "tokyo/client/fluentd-web",
        generation: 1,
        issued_at: expect.stringMatching(/Z$/),
        next_rotation: null,
      });
      expect(await stage.plan()).toMatchObject({ code: 0 });
      expect(stage.takeWrites()).toEqual(["secret/client/generateInfo 200"]);

      stage.write(client("generation = 2"));
      expect((await stage.plan()).text).toContain("~ generation = 1 -> 2");
      await stage.apply();
      const second = stage.stage.read("out/fluentd-web.secret");
      expect(second).not.toBe(first);
      expect(clientsOf(stage)["fluentd-web"]).toBe(second);
      expect(await stage.plan()).toMatchObject({ code: 0 });
      for (const [, text] of textsBelow(stage.stage.folder, (name) => name.startsWith("out/")))
        for (const secret of [first, second]) expectNoCanary(text, secret);

      await stage.terraform.must("destroy", "-input=false", "-auto-approve");
      expect(Object.keys(clientsOf(stage)).filter((id) => !id.includes("_"))).toEqual(["legacy-viewer"]);
    });

    test("one that somebody deleted is created again, and one that is not ours is refused until it is imported", async () => {
      const stage = await ProviderStage.served(client());
      await stage.apply();
      stage.stage.simulator.edit({ manager: "tokyo", type: "delete-client", id: "fluentd-web" });
      expect((await stage.plan()).text).toContain("jp1im_client.fluentd will be created");
      await stage.apply();
      expect(clientsOf(stage)["fluentd-web"]).toBe(stage.stage.read("out/fluentd-web.secret"));

      const legacy = client().replaceAll("fluentd-web", "legacy-viewer").replaceAll('"fluentd"', '"legacy"');
      stage.write(`${client()}\n${legacy}`);
      stage.takeWrites();
      const refused = await stage.plan();
      expect(refused.code).toBe(1);
      expect(refused.text).toContain("not-ours");
      await stage.terraform.must(
        "import",
        "-input=false",
        "jp1im_client.legacy",
        "tokyo/client/legacy-viewer",
      );
      await stage.apply();
      expect(stage.takeWrites()).toEqual([]);
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("its age rotates it by itself, and a file that is gone is a warning without an age", async () => {
      const stage = await ProviderStage.served(client('rotate_after = "1h"'));
      await stage.apply();
      expect(stage.stored("fluentd").next_rotation).toMatch(/Z$/);
      expect(await stage.plan()).toMatchObject({ code: 0 });
      rmSync(stage.stage.path("out/fluentd-web.secret"));
      expect((await stage.plan()).text).toContain("will be updated in-place");
      stage.write(client());
      const { text } = await stage.plan();
      expect(text).toContain("is no longer in file out/fluentd-web.secret");
    });

    test.each(["before", "after"] as const)(
      "a provider that is killed %s the manager issues loses no secret",
      async (when) => {
        const stage = await ProviderStage.open(mirror, client());
        const effect = { type: "latency", ms: 1, when } as const;
        stage.stage.simulator.faults.add({ path: "secret/client/generateInfo", times: 1, effect });
        const { ended } = stage.terraform.start("apply", "-no-color", "-input=false", "-auto-approve");
        await stage.stage.gate.reached;
        stage.killProvider();
        stage.stage.gate.open();
        expect((await ended).code).toBe(1);
        expect(stage.stage.has("out/fluentd-web.secret")).toBe(false);
        await stage.apply();
        expect(clientsOf(stage)["fluentd-web"]).toBe(stage.stage.read("out/fluentd-web.secret"));
        expect(await stage.plan()).toMatchObject({ code: 0 });
      },
    );

    test("Terraform that is killed with its provider while the manager issues loses no secret", async () => {
      const stage = await ProviderStage.open(mirror, client());
      const effect = { type: "latency", ms: 1, when: "after" } as const;
      stage.stage.simulator.faults.add({ path: "secret/client/generateInfo", times: 1, effect });
      const { child, ended } = stage.terraform.start("apply", "-no-color", "-input=false", "-auto-approve");
      await stage.stage.gate.reached;
      killGroup(child.pid ?? 0);
      await ended;
      stage.stage.gate.open();
      await stage.apply();
      expect(clientsOf(stage)["fluentd-web"]).toBe(stage.stage.read("out/fluentd-web.secret"));
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("several are issued one after the other, each with its own secret", async () => {
      const many = client()
        .replace('"fluentd" {', '"fluentd" {\n  for_each = toset([for n in range(8) : format("app-%d", n)])')
        .replace('"fluentd-web"', "each.key")
        .replace('"out/fluentd-web.secret"', 'format("out/%s.secret", each.key)');
      const stage = await ProviderStage.served(many);
      await stage.apply();
      for (let n = 0; n < 8; n++)
        expect(clientsOf(stage)[`app-${n}`]).toBe(stage.stage.read(`out/app-${n}.secret`));
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test.each([
      ["an ID of the manager's own", 'id = "AGENT_x"\n deliver_to = { file = "out/x" }', "AGENT_"],
      ["an unknown kind of sink", 'id = "a"\n deliver_to = { fiel = "out/x" }', "deliver_to"],
      ["no sink", 'id = "a"\n deliver_to = []', "deliver_to"],
      ["a generation of none", 'id = "a"\n generation = 0\n deliver_to = { file = "out/x" }', "generation"],
      [
        "an age that is no duration",
        'id = "a"\n rotate_after = "soon"\n deliver_to = { file = "out/x" }',
        "duration",
      ],
      ["a sink that cannot be written", 'id = "a"\n deliver_to = { file = "main.tf/x" }', "sink-unwritable"],
    ])("wrong input is an error: %s", async (_, body, expected) => {
      const stage = await ProviderStage.served(`resource "jp1im_client" "wrong" {\n ${body}\n}`);
      const { code, text } = await stage.plan();
      expect(code).toBe(1);
      expect(text).toContain(expected);
      expect(text).not.toContain("met a bug");
      expect(stage.takeWrites()).toEqual([]);
    });
  });

  describe("jp1im_initial_secret and jp1im_lower_manager under real Terraform", () => {
    const sites = (secret: string, generation = 1) => `
resource "jp1im_initial_secret" "own" {
  deliver_to = [{ file = "out/own.initial" }, { file = "out/copy.initial" }]
  generation = ${generation}
}
resource "jp1im_lower_manager" "osaka" {
  host              = "immhost-osaka"
  initial_secret_wo = "${secret}"
}`;

    test("are created, found in sync, changed by what changed, and destroyed", async () => {
      const stage = await ProviderStage.served("");
      const osaka = () => stage.stage.simulator.truth().managers.osaka?.initialSecret ?? "";
      stage.stage.simulator.edit({ manager: "osaka", type: "set-initial-secret", secret: "osaka-initial-1" });
      stage.write(sites(osaka()));
      await stage.apply();
      expect(stage.stage.read("out/own.initial")).toBe(stage.stage.read("out/copy.initial"));
      expect(stage.takeWrites()).toEqual(["secret/generateInfo 200", "subManagers/createInfo 200"]);
      expect(await stage.plan()).toMatchObject({ code: 0 });

      stage.stage.simulator.edit({ manager: "osaka", type: "set-initial-secret", secret: "osaka-initial-2" });
      stage.write(sites(osaka(), 2));
      const { text } = await stage.plan();
      expect(text).toMatch(/~ fingerprint = "[\w-]+" -> "[\w-]+"/);
      await stage.apply();
      expect(stage.takeWrites()).toEqual(["secret/generateInfo 200", "subManagers/createInfo 200"]);
      expect(await stage.plan()).toMatchObject({ code: 0 });

      await stage.terraform.must("destroy", "-input=false", "-auto-approve");
      expect(stage.takeWrites()).toEqual(["subManagers/deleteInfo 200"]);
    });

    test("agents below a lower manager that the same apply adds get their secrets in it", async () => {
      const stage = await ProviderStage.served("");
      stage.stage.simulator.edit({ manager: "osaka", type: "set-initial-secret", secret: "osaka-initial-1" });
      const agents =
        'resource "jp1im_agent_secrets" "osaka" {\n match = "db*"\n manager_host = jp1im_lower_manager.osaka.host\n secrets_wo = { site = "osaka" }\n}';
      stage.write(`${sites("osaka-initial-1")}\n${agents}`);
      expect((await stage.plan()).text).toContain("immhost-osaka is not a lower manager yet");
      await stage.apply();
      expect(stage.stored("osaka", "jp1im_agent_secrets").agents).toEqual(["immhost-osaka/db1"]);
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("a lower manager and an initial secret are imported by their addresses, and are then as declared", async () => {
      const stage = await ProviderStage.served("");
      stage.stage.simulator.edit({ manager: "osaka", type: "set-initial-secret", secret: "osaka-initial-1" });
      stage.write(sites("osaka-initial-1"));
      await stage.apply();
      await stage.terraform.must("state", "rm", "jp1im_lower_manager.osaka");
      const address = "tokyo/lower-manager/immhost-osaka";
      await stage.terraform.must("import", "-input=false", "jp1im_lower_manager.osaka", address);
      await stage.apply();
      expect(await stage.plan()).toMatchObject({ code: 0 });

      stage.takeWrites();
      await stage.terraform.must("state", "rm", "jp1im_initial_secret.own");
      const imported = ["jp1im_initial_secret.own", "tokyo/initial-secret"];
      const { output } = await stage.terraform.must("import", "-input=false", "-no-color", ...imported);
      expect(output).toContain("The provider cannot tell whether tokyo has issued an initial secret");
      await stage.apply();
      expect(await stage.plan()).toMatchObject({ code: 0 });
      expect(stage.takeWrites()).toEqual([]);
    });
  });
} else {
  process.stderr.write("NOT RUN: what is issued under real Terraform; there is no `terraform` in PATH\n");
}
