import { join } from "node:path";
import { closeStages, Stage } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { buildMirror, flat, textsBelow } from "../terraform/provider-stage";
import { compile, openWorld, synth } from "./examples";
import { flavour } from "./flavours";
import { endTerraform, hasTerraform, Terraform } from "./terraform";

const { lib, ours, provider } = flavour("cdktf");

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: tokyo-pass } }
    clients: { legacy-viewer }
    subordinates: [immhost-osaka]
    agents:
      - { host: "web{1..3}", os: linux, secrets: { set.by.hand: kept } }
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, initialSecret: osaka-initial }
`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  let mirror = "";
  beforeAll(() => {
    mirror = buildMirror();
    compile("cdktf-provider");
  });

  const terraformIn = (stage: Stage, env: Record<string, string>) =>
    new Terraform(join(stage.path("cdktf.out"), "stacks/jp1"), {
      TF_CLI_CONFIG_FILE: join(mirror, "cli.tfrc"),
      ...env,
    });

  test("the example is valid, applies with the provider, shows drift, and destroys", async () => {
    const stage = await openWorld("cdktf-provider");
    synth(stage, "cdktf-provider");
    const values = { smtp_password: "smtp-canary-4711", osaka_initial_secret: "osaka-initial" };
    const given = Object.entries(values).map(([name, value]) => [`TF_VAR_${name}`, value]);
    const env = { ...Object.fromEntries(given), JP1IM_PASSWORD: "jp1-password" };
    const terraform = terraformIn(stage, env);
    await terraform.must("init", "-input=false");
    await terraform.must("validate");
    await terraform.must("plan", "-input=false", "-out=first.plan");
    await terraform.must("apply", "-input=false", "first.plan");
    // The ephemeral client came and went.
    expect(stage.writes()).toContain("secret/client/deleteInfo 200");
    expect(await terraform.planCode()).toBe(0);
    const { output } = await terraform.must("output", "-json", "seen");
    expect(JSON.parse(output)).toEqual({
      version: "13-10",
      ownClients: ["AGENT_web1", "AGENT_web2", "AGENT_web3"],
      lowerManagers: ["immhost-osaka"],
      keys: ["immgr.clientSecret", "immgr.initialSecret", "smtp.password", "smtp.user"],
    });
    const address = await terraform.must("output", "-raw", "address");
    expect(address.output).toBe("tokyo/client/fluentd-web");
    stage.simulator.edit({ manager: "tokyo", type: "remove-agent-secret", host: "web2", key: "smtp.user" });
    expect(await terraform.planCode()).toBe(2);
    for (const [, text] of textsBelow(stage.folder, () => false)) expectNoCanary(text, values.smtp_password);
    await terraform.must("destroy", "-input=false", "-auto-approve");
    expect(JSON.stringify(stage.simulator.truth())).not.toMatch(/fluentd-web|smtp-canary/);
  });

  /** What is declared in both ways; docs/cdktf-migration.md has the same steps. */
  const login = { user: "jp1admin", password: { env: "JP1IM_PASSWORD" } };

  function newStack(stage: Stage) {
    const app = new lib.App({ outdir: stage.path("cdktf.out") });
    const stack = new lib.TerraformStack(app, "jp1");
    new lib.LocalBackend(stack, { path: "terraform.tfstate" });
    return { app, stack };
  }

  function synthProvisioners(stage: Stage): void {
    const { app, stack } = newStack(stage);
    new ours.DesiredState(stack, "jp1im", { runner: "terraform_data", workingFolder: stage.folder });
    const tokyo = new ours.Jp1imManager(stack, "tokyo", { url: stage.url(), host: "immhost01", auth: login });
    new ours.ImClient(tokyo, "fluentd-web", { generation: 2, deliverTo: { file: "out/fluentd-web.secret" } });
    new ours.InitialSecret(tokyo, "initial", { deliverTo: { file: "out/immhost01.initial" } });
    new ours.LowerManager(tokyo, "osaka", { host: "immhost-osaka", initialSecret: { env: "OSAKA_INITIAL" } });
    new ours.AgentSecrets(tokyo, "web", { match: "web*", secrets: { "smtp.password": { env: "SMTP" } } });
    new ours.AgentSecrets(tokyo, "web1", { host: "web1", secrets: { "db.password": { env: "DB" } } });
    app.synth();
  }

  function synthProvider(stage: Stage): void {
    const { app, stack } = newStack(stage);
    const variable = (name: string) => {
      const made = new lib.TerraformVariable(stack, name, { type: "string" });
      made.addOverride("ephemeral", true);
      return made.stringValue;
    };
    const below = (path: string) => `../../../${path}`;
    new provider.Jp1imProvider(stack, "jp1im", {
      ...{ name: "tokyo", url: stage.url(), host: "immhost01", user: "jp1admin" },
      state: below(".jp1im"),
    });
    const client = new provider.Client(stack, "fluentd-web", {
      id: "fluentd-web",
      generation: 2,
      deliverTo: { file: below("out/fluentd-web.secret") },
    });
    client.importFrom("tokyo/client/fluentd-web");
    new provider.InitialSecret(stack, "initial", { deliverTo: { file: below("out/immhost01.initial") } });
    const osaka = new provider.LowerManager(stack, "osaka", {
      host: "immhost-osaka",
      initialSecretWo: variable("osaka_initial"),
    });
    osaka.importFrom("tokyo/lower-manager/immhost-osaka");
    new provider.AgentSecrets(stack, "web", {
      match: "web*",
      secretsWo: { "smtp.password": variable("smtp") },
    });
    const web1 = new provider.AgentSecrets(stack, "web1", {
      host: "web1",
      secretsWo: { "db.password": variable("db") },
    });
    web1.importFrom("tokyo/agent/immhost01/web1");
    app.synth();
  }

  test("a stack of provisioners becomes one of the provider's resources, and nothing is written to a manager", async () => {
    const stage = await Stage.open(WORLD);
    synthProvisioners(stage);
    const secrets = { OSAKA_INITIAL: "osaka-initial", SMTP: "smtp-1", DB: "db-1" };
    const variables = Object.entries(secrets).map(([name, value]) => [`TF_VAR_${name.toLowerCase()}`, value]);
    const env = { ...secrets, ...Object.fromEntries(variables), JP1IM_PASSWORD: "tokyo-pass" };
    const terraform = terraformIn(stage, env);
    await terraform.must("init", "-input=false");
    await terraform.must("apply", "-input=false", "-auto-approve");
    const before = JSON.stringify(stage.simulator.truth());
    const delivered = stage.read("out/fluentd-web.secret");
    stage.simulator.simulation.clearRequests();

    const { output } = await terraform.must("state", "list");
    const provisioned = output.split("\n").filter((address) => /_(anchor|change|settle)_/.test(address));
    expect(provisioned).toHaveLength(3);
    await terraform.must("state", "rm", ...provisioned);
    synthProvider(stage);
    await terraform.must("init", "-input=false");
    const plan = await terraform.must("plan", "-input=false", "-no-color", "-out=first.plan");
    expect(flat(plan.output)).toContain("Plan: 3 to import, 2 to add, 3 to change, 0 to destroy");
    await terraform.must("apply", "-input=false", "first.plan");
    expect(await terraform.planCode()).toBe(0);
    expect(stage.writes()).toEqual([]);
    expect(stage.read("out/fluentd-web.secret")).toBe(delivered);
    expect(JSON.stringify(stage.simulator.truth())).toBe(before);
  });
} else {
  process.stderr.write(
    "NOT RUN: constructs of the provider with real Terraform; there is no `terraform` in PATH\n",
  );
}
