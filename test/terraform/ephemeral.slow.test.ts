import { writeFileSync } from "node:fs";
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { buildMirror, ProviderStage, textsBelow } from "./provider-stage";

/** The job writes down what it was given, and works until it is told to end. */
const JOB = `
ephemeral "jp1im_client_secret" "job" {
  id_prefix = "nightly-"
  enabled   = terraform.applying
}
resource "terraform_data" "job" {
  provisioner "local-exec" {
    command     = "printf '%s' \\"$SECRET\\" > job.secret; printf '%s' \\"$ID\\" > job.id; until [ -e end ]; do sleep 0.05; done"
    environment = {
      ID     = ephemeral.jp1im_client_secret.job.id
      SECRET = ephemeral.jp1im_client_secret.job.secret
    }
  }
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

const clientsOf = ({ stage }: ProviderStage) => ({ ...stage.simulator.truth().managers.tokyo?.clients });
const idsOf = (stage: ProviderStage) => Object.keys(clientsOf(stage)).filter((id) => !id.includes("_"));

/** Begins an apply, and resolves when its job is at work, with what the job was given. */
async function startJob(stage: ProviderStage) {
  const running = stage.terraform.start("apply", "-no-color", "-input=false", "-auto-approve");
  await Promise.race([
    until(() => stage.stage.has("job.id") && stage.stage.read("job.id") !== ""),
    running.ended,
  ]);
  const [id, secret] = [stage.stage.read("job.id"), stage.stage.read("job.secret")];
  return { ...running, id, secret, end: () => writeFileSync(stage.stage.path("end"), "") };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((go) => setTimeout(go, 20));
}

if (hasTerraform()) {
  let mirror = "";
  beforeAll(() => {
    mirror = buildMirror();
  });

  describe("jp1im_client_secret under real Terraform", () => {
    test("is issued for the apply alone, valid while the job works, deleted after it, and in no file", async () => {
      const stage = await ProviderStage.open(mirror, JOB);
      await stage.terraform.must("plan", "-input=false", "-out=first.plan");
      expect(stage.takeWrites()).toEqual([]);
      const job = await startJob(stage);
      expect(job.id).toMatch(/^nightly-[0-9a-f]{12}$/);
      expect(clientsOf(stage)[job.id]).toBe(job.secret);
      job.end();
      expect((await job.ended).code).toBe(0);
      expect(stage.takeWrites()).toEqual(["secret/client/deleteInfo 200", "secret/client/generateInfo 200"]);
      expect(idsOf(stage)).toEqual(["legacy-viewer"]);
      const shown = await stage.terraform.must("show", "-json");
      for (const [, text] of textsBelow(stage.stage.folder, (name) => name === "job.secret"))
        expectNoCanary(text, job.secret);
      expectNoCanary(shown.output, job.secret);
    });

    test("is opened at a plan as well where nothing says otherwise, and closed there", async () => {
      const stage = await ProviderStage.served(JOB.replace(/ {2}enabled .*\n/, ""));
      expect((await stage.plan()).code).toBe(2);
      expect(stage.takeWrites()).toEqual(["secret/client/deleteInfo 200", "secret/client/generateInfo 200"]);
      expect(idsOf(stage)).toEqual(["legacy-viewer"]);
    });

    test("a provider that is killed while the job works leaves a client that the next run deletes, and nothing else", async () => {
      const stage = await ProviderStage.open(mirror, JOB);
      const job = await startJob(stage);
      stage.killProvider();
      job.end();
      await job.ended;
      expect(idsOf(stage)).toEqual(["legacy-viewer", job.id]);
      await stage.apply("-replace=terraform_data.job");
      expect(idsOf(stage)).toEqual(["legacy-viewer"]);
    });

    test("a provider whose Terraform is killed while the job works deletes the client itself", async () => {
      const stage = await ProviderStage.open(mirror, JOB);
      const job = await startJob(stage);
      job.child.kill("SIGKILL");
      job.end();
      await until(() => !idsOf(stage).includes(job.id));
      expect(idsOf(stage)).toEqual(["legacy-viewer"]);
      // The provider gives its lock back last.
      await until(() => !stage.stage.has(".jp1im/managers/tokyo/lock"));
    });

    test("may stand in a write-only argument", async () => {
      const agent = `
ephemeral "jp1im_client_secret" "job" {
  enabled = terraform.applying
}
resource "jp1im_agent_secrets" "web1" {
  host       = "web1"
  secrets_wo = { "job.secret" = ephemeral.jp1im_client_secret.job.secret }
}`;
      const stage = await ProviderStage.served(agent);
      expect((await stage.plan()).text).toContain('+ "job.secret" = (known after apply)');
      await stage.apply();
      expect(stage.secretsOf("web1")["job.secret"]).toMatch(/./);
      expect(idsOf(stage)).toEqual(["legacy-viewer"]);
    });

    test("may stand in another provider block: unknown at the plan that creates what it needs, known at the apply and from then on", async () => {
      // Each block is a process of its own.
      const stage = await ProviderStage.open(mirror, "");
      stage.write(`
resource "terraform_data" "night" {}
ephemeral "jp1im_client_secret" "job" {
  id = "night-\${terraform_data.night.id}"
}
provider "jp1im" {
  alias    = "osaka"
  name     = "osaka"
  url      = "${stage.stage.url("osaka")}"
  user     = "jp1admin"
  host     = "immhost-osaka"
  password = length(ephemeral.jp1im_client_secret.job.secret) > 0 ? "osaka-pass" : "none"
}
resource "jp1im_agent_secrets" "db" {
  provider   = jp1im.osaka
  host       = "db1"
  secrets_wo = { "smtp.password" = "smtp-1" }
}`);
      const { code, text } = await stage.plan();
      expect(code).toBe(2);
      expect(text).toContain("`password` of the provider is known only after an apply");
      expect(stage.takeWrites()).toEqual([]);
      await stage.apply();
      const { agents = [] } = stage.stage.simulator.truth().managers.osaka ?? {};
      expect(agents[0]?.secrets).toMatchObject({ "smtp.password": "smtp-1" });
      expect(await stage.plan()).toMatchObject({ code: 0 });
      expect(idsOf(stage)).toEqual(["legacy-viewer"]);
    });
  });
} else {
  process.stderr.write(
    "NOT RUN: ephemeral resources under real Terraform; there is no `terraform` in PATH\n",
  );
}
