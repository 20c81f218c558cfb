import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { buildMirror, flat, ProviderStage, textsBelow } from "./provider-stage";

const EXAMPLE = join(__dirname, "../../examples/terraform/resources/jp1im_desired_state.tf");
const CANARY = 'canary "7\\3" & <strange>/+?';
const YAML = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: TOKYO_URL
    host: immhost01
    auth: { user: jp1admin, password: { env: JP1IM_PASSWORD } }
    clients:
      - { id: fluentd-web, deliverTo: { file: out/fluentd-web.secret } }
    agents:
      - match: "web*"
        secrets: { smtp.password: { file: smtp.secret } }
`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  let mirror = "";
  beforeAll(() => {
    mirror = buildMirror();
  });

  /** The example of the documentation, with a provider block that names no manager. */
  async function open(): Promise<ProviderStage> {
    const stage = await ProviderStage.open(mirror, "");
    const required = 'terraform {\n  required_providers {\n    jp1im = { source = "jp1im/jp1im" }\n  }\n}\n';
    stage.stage.write("main.tf", `${required}provider "jp1im" {}\n${readFileSync(EXAMPLE, "utf8")}`);
    stage.stage.write("jp1im.yaml", YAML);
    stage.stage.write("smtp.secret", `${CANARY}\n`);
    return stage;
  }

  describe("jp1im_desired_state under real Terraform", () => {
    test("a saved plan shows the changes and carries them out; drift is a diff; a plan that no longer fits is refused; a destroy deletes what is ours", async () => {
      const stage = await open();
      await stage.terraform.must("plan", "-input=false", "-out=first.plan");
      const shown = await stage.terraform.must("show", "-json", "first.plan");
      expect(shown.output).toContain('"tokyo/client/fluentd-web":"create: declared, and not there');
      await stage.terraform.must("apply", "-input=false", "first.plan");
      expect(stage.takeWrites()).toEqual([
        ...Array(3).fill("agents/secrets/change 200"),
        "secret/client/generateInfo 200",
      ]);
      expect(stage.secretsOf("web2")).toMatchObject({ "smtp.password": CANARY });
      expect(await stage.plan()).toMatchObject({ code: 0 });

      stage.stage.simulator.edit({
        manager: "tokyo",
        type: "remove-agent-secret",
        host: "web2",
        key: "smtp.password",
      });
      await stage.terraform.must("plan", "-input=false", "-out=second.plan");
      const drift = flat((await stage.terraform.must("show", "-no-color", "second.plan")).output);
      expect(drift).toContain(
        '+ "tokyo/agent/immhost01/web2/secret/smtp.password" = "create: declared, and not there (',
      );
      expect(drift).toMatch(/~ "create" = 0 -> 1/);
      stage.stage.simulator.edit({ manager: "tokyo", type: "delete-client", id: "fluentd-web" });
      const stale = await stage.terraform.run("apply", "-input=false", "-no-color", "second.plan");
      expect(stale.code).toBe(1);
      expect(flat(stale.output)).toContain('.changes: new element "tokyo/client/fluentd-web" has appeared');
      expect(stage.takeWrites()).toEqual([]);
      await stage.apply();
      expect(await stage.plan()).toMatchObject({ code: 0 });

      const state = await stage.terraform.must("show", "-json");
      const secret = stage.stage.read("out/fluentd-web.secret");
      for (const canary of [CANARY, secret, "tokyo-pass"]) {
        const isRight = (name: string) => name === "smtp.secret" || name.startsWith("out/");
        for (const [, text] of textsBelow(stage.stage.folder, isRight)) expectNoCanary(text, canary);
        for (const { output } of [shown, state, stale]) expectNoCanary(output, canary);
      }

      await stage.terraform.must("destroy", "-input=false", "-auto-approve");
      expect(stage.secretsOf("web2")).toEqual({ "set.by.hand": "kept" });
      expect(Object.keys(stage.stage.simulator.truth().managers.tokyo?.clients ?? {})).not.toContain(
        "fluentd-web",
      );
    });

    test("a client and agents' secrets move out of the document into resources of their own, and nothing is sent", async () => {
      const document =
        'resource "jp1im_desired_state" "tokyo" {\n yaml = templatefile("jp1im.yaml", {})\n base_path = path.module\n}';
      const stage = await ProviderStage.served(document);
      const url = stage.stage.url();
      const moved = "      - { id: moved, deliverTo: { file: out/moved.secret } }\n";
      const yaml = YAML.replace("TOKYO_URL", url).replace("    agents:", `${moved}    agents:`);
      stage.stage.write("smtp.secret", "any");
      stage.stage.write("jp1im.yaml", yaml);
      await stage.apply();
      stage.stage.write(
        "jp1im.yaml",
        yaml.replace("    clients:", "    policy: { prune: none }\n    clients:"),
      );
      await stage.apply();
      stage.takeWrites();
      stage.stage.write(
        "jp1im.yaml",
        stage.stage
          .read("jp1im.yaml")
          .replace(moved, "")
          .replace(/ {4}agents:.*/s, ""),
      );
      stage.write(`${document}
import {
  to = jp1im_client.moved
  id = "tokyo/client/moved"
}
resource "jp1im_client" "moved" {
  id         = "moved"
  deliver_to = { file = "out/moved.secret" }
  depends_on = [jp1im_desired_state.tokyo]
}
resource "jp1im_agent_secrets" "web" {
  match      = "web*"
  secrets_wo = { "smtp.password" = "any" }
  depends_on = [jp1im_desired_state.tokyo]
}`);
      await stage.apply();
      expect(stage.takeWrites()).toEqual([]);
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("a provider that is killed while a secret is issued loses none, and the next apply finishes", async () => {
      const stage = await open();
      const effect = { type: "latency", ms: 1, when: "after" } as const;
      stage.stage.simulator.faults.add({ path: "secret/client/generateInfo", times: 1, effect });
      const { ended } = stage.terraform.start("apply", "-no-color", "-input=false", "-auto-approve");
      await stage.stage.gate.reached;
      stage.killProvider();
      stage.stage.gate.open();
      expect((await ended).code).toBe(1);
      await stage.apply();
      const { clients } = stage.stage.simulator.truth().managers.tokyo ?? {};
      expect(clients?.["fluentd-web"]).toBe(stage.stage.read("out/fluentd-web.secret"));
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });
  });
} else {
  process.stderr.write(
    "NOT RUN: jp1im_desired_state under real Terraform; there is no `terraform` in PATH\n",
  );
}
