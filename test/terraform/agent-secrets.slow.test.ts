import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { endTerraform, hasTerraform } from "../cdktf/terraform";
import { closeStages, DESIRED } from "../e2e/stage";
import { expectNoCanary } from "../secrets/canary";
import { buildMirror, flat, ProviderStage, textsBelow } from "./provider-stage";

const EXAMPLES = join(__dirname, "../../examples/terraform");

/** As a manager takes it, and unlike anything that could stand there by accident. */
const CANARY = 'canary "7\\3" & <strange>/+?';

const WEB = `
variable "smtp" {
  type      = string
  ephemeral = true
  default   = "smtp-1"
}
resource "jp1im_agent_secrets" "web" {
  match      = "web*"
  secrets_wo = { "smtp.password" = var.smtp, "smtp.user" = "mail" }
}`;

afterEach(async () => {
  endTerraform();
  await closeStages();
});

if (hasTerraform()) {
  let mirror = "";
  beforeAll(() => {
    mirror = buildMirror();
  });

  describe("jp1im_agent_secrets under real Terraform", () => {
    test("one request to each agent writes the secrets, and the next plan is empty", async () => {
      const stage = await ProviderStage.open(mirror, WEB);
      await stage.apply();
      expect(stage.takeWrites()).toEqual(Array(3).fill("agents/secrets/change 200"));
      expect(stage.secretsOf("web2")).toEqual({
        "set.by.hand": "kept",
        "smtp.password": "smtp-1",
        "smtp.user": "mail",
      });
      expect(stage.stored("web")).toMatchObject({
        agents: ["immhost01/web1", "immhost01/web2", "immhost01/web3"],
        drift: {},
        secrets_wo: null,
      });
      expect(await stage.plan()).toMatchObject({ code: 0 });
      expect(stage.takeWrites()).toEqual([]);
    });

    test("a changed value shows by itself, and only that is written", async () => {
      const stage = await ProviderStage.served(WEB);
      await stage.apply();
      stage.takeWrites();
      const { code, text } = await stage.plan("-var=smtp=smtp-2");
      expect(code).toBe(2);
      expect(text).toMatch(/~ fingerprints = \{ ~ "smtp.password" = "[\w-]+" -> "[\w-]+" # \(1 unchanged/);
      await stage.apply("-var=smtp=smtp-2");
      expect(stage.takeWrites()).toHaveLength(3);
      expect(stage.secretsOf("web3")["smtp.password"]).toBe("smtp-2");
      expect(await stage.plan("-var=smtp=smtp-2")).toMatchObject({ code: 0 });
    });

    test("a key that somebody deleted is drift, and is written again on that agent alone", async () => {
      const stage = await ProviderStage.served(WEB);
      await stage.apply();
      stage.takeWrites();
      stage.stage.simulator.edit({
        manager: "tokyo",
        type: "remove-agent-secret",
        host: "web2",
        key: "smtp.user",
      });
      const { code, text } = await stage.plan();
      expect(code).toBe(2);
      expect(text).toContain('"immhost01/web2" = "missing: smtp.user" -> null');
      await stage.apply();
      expect(stage.takeWrites()).toEqual(["agents/secrets/change 200"]);
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("a key that is no longer declared is deleted, in the request that writes another", async () => {
      const stage = await ProviderStage.served(WEB);
      await stage.apply();
      stage.takeWrites();
      stage.write(WEB.replace('"smtp.user" = "mail"', '"smtp.host" = "mx"'));
      await stage.apply();
      expect(stage.takeWrites()).toHaveLength(3);
      expect(Object.keys(stage.secretsOf("web1")).sort()).toEqual([
        "set.by.hand",
        "smtp.host",
        "smtp.password",
      ]);
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test('a destroy deletes the resource\'s own keys, and no others; with `prune = "none"` it deletes nothing', async () => {
      const kept =
        'resource "jp1im_agent_secrets" "kept" {\n host = "batch1"\n secrets_wo = { a = "1" }\n prune = "none"\n}';
      const stage = await ProviderStage.served(`${WEB}\n${kept}`);
      await stage.apply();
      await stage.terraform.must("destroy", "-input=false", "-auto-approve");
      expect(stage.secretsOf("web1")).toEqual({ "set.by.hand": "kept" });
      expect(stage.secretsOf("batch1")).toEqual({ a: "1" });
    });

    test("two resources may have different keys of one agent, and not the same key", async () => {
      const other = (key: string) =>
        `${WEB}\nresource "jp1im_agent_secrets" "one" {\n host = "web1"\n secrets_wo = { "${key}" = "x" }\n}`;
      const stage = await ProviderStage.served(other("db.password"));
      await stage.apply();
      expect(await stage.plan()).toMatchObject({ code: 0 });
      stage.write(other("smtp.user"));
      const { code, text } = await stage.plan();
      expect(code).toBe(1);
      expect(text).toContain('Another resource gives "smtp.user" to immhost01/web1 as well');
      expect(stage.secretsOf("web1")).toMatchObject({ "db.password": "x", "smtp.user": "mail" });
    });

    test("an import takes an agent by its address, and a first plan shows what it will write", async () => {
      const one =
        'resource "jp1im_agent_secrets" "one" {\n host = "web1"\n secrets_wo = { "set.by.hand" = "mine" }\n}';
      const stage = await ProviderStage.served(one);
      await stage.terraform.must(
        "import",
        "-input=false",
        "jp1im_agent_secrets.one",
        "tokyo/agent/immhost01/web1",
      );
      const { code, text } = await stage.plan();
      expect(code).toBe(2);
      expect(text).toContain('+ "set.by.hand" =');
      await stage.apply();
      expect(stage.secretsOf("web1")).toEqual({ "set.by.hand": "mine" });
      expect(await stage.plan()).toMatchObject({ code: 0 });
      const { code: wrong, output } = await stage.terraform.run(
        "import",
        "-no-color",
        "jp1im_agent_secrets.two",
        "web1",
      );
      expect(wrong).toBe(1);
      expect(output).not.toContain("bug");
    });

    test("an agent that is down is an error, or a warning that keeps what was known, and never a recreate", async () => {
      const one = 'resource "jp1im_agent_secrets" "one" {\n host = "web1"\n secrets_wo = { a = "1" }\n}';
      const stage = await ProviderStage.served(one);
      await stage.apply();
      stage.stage.simulator.edit({ manager: "tokyo", type: "set-agent-state", host: "web1", state: "down" });
      const failed = await stage.plan();
      expect(failed.code).toBe(1);
      expect(failed.text).toContain("tokyo/agent/immhost01/web1: POST agents/secrets was answered 500");
      stage.write(one, 'unreachable = "warn"');
      const warned = await stage.plan();
      expect(warned.code).toBe(0);
      expect(warned.text).toContain("the agent is unreachable");
      expect(warned.text).not.toContain("will be created");
    });

    test("a value that is known only at the apply is planned as unknown, and then written", async () => {
      const later =
        'resource "terraform_data" "later" {\n input = "late-value"\n}\nresource "jp1im_agent_secrets" "one" {\n host = "web1"\n secrets_wo = { a = terraform_data.later.output }\n}';
      const stage = await ProviderStage.served(later);
      expect((await stage.plan()).text).toContain('+ "a" = (known after apply)');
      await stage.apply();
      expect(stage.secretsOf("web1").a).toBe("late-value");
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test.each([
      ["neither host nor match", 'secrets_wo = { a = "1" }', "Exactly one of `host` and `match` is needed"],
      [
        "both",
        'host = "web1"\n match = "web*"\n secrets_wo = { a = "1" }',
        "Exactly one of `host` and `match`",
      ],
      [
        "os beside host",
        'host = "web1"\n os = "linux"\n secrets_wo = { a = "1" }',
        "`os` belongs to `match`",
      ],
      ["another prune", 'host = "web1"\n prune = "all"\n secrets_wo = { a = "1" }', "`prune` cannot be"],
      ["an empty value", 'host = "web1"\n secrets_wo = { a = "" }', "secret-refused"],
      ["a value with a line end", 'host = "web1"\n secrets_wo = { a = "1\\n2" }', "secret-refused"],
      ["an agent that is not there", 'host = "web9"\n secrets_wo = { a = "1" }', "agent-unknown"],
    ])("wrong input is an error at its attribute: %s", async (_, body, expected) => {
      const stage = await ProviderStage.served(`resource "jp1im_agent_secrets" "wrong" {\n ${body}\n}`);
      const { code, text } = await stage.plan();
      expect(code).toBe(1);
      expect(text).toContain(expected);
      expect(text).not.toContain("met a bug");
      expect(stage.takeWrites()).toEqual([]);
    });

    test("a provider that is killed while it writes leaves nothing that the next apply does not finish", async () => {
      const stage = await ProviderStage.open(mirror, WEB);
      const { simulator, gate } = stage.stage;
      const effect = { type: "latency", ms: 1, when: "after" } as const;
      simulator.faults.add({ path: "agents/secrets/change", skip: 1, times: 1, effect });
      const { ended } = stage.terraform.start("apply", "-no-color", "-input=false", "-auto-approve");
      await gate.reached;
      stage.killProvider();
      gate.open();
      expect((await ended).code).toBe(1);
      await stage.apply();
      expect(stage.secretsOf("web1")).toMatchObject({ "smtp.password": "smtp-1", "smtp.user": "mail" });
      expect(await stage.plan()).toMatchObject({ code: 0 });
    });

    test("no value is in the state, a saved plan, what is shown of them, or the trace log", async () => {
      const stage = await ProviderStage.open(mirror, WEB.replace('"mail"', 'trimspace(file("user.secret"))'));
      stage.stage.write("user.secret", `${CANARY}\n`);
      // Terraform writes its arguments into its log.
      stage.terraform.env.TF_VAR_smtp = "second-canary-4711";
      await stage.terraform.must("plan", "-input=false", "-out=first.plan");
      const shown = await stage.terraform.must("show", "-json", "first.plan");
      await stage.terraform.must("apply", "-input=false", "first.plan");
      const state = await stage.terraform.must("show", "-json");
      expect(stage.secretsOf("web1")).toMatchObject({
        "smtp.user": CANARY,
        "smtp.password": "second-canary-4711",
      });
      for (const canary of [CANARY, "second-canary-4711", "tokyo-pass"]) {
        for (const [, text] of textsBelow(stage.stage.folder, (name) => name === "user.secret"))
          expectNoCanary(text, canary);
        expectNoCanary(shown.output, canary);
        expectNoCanary(state.output, canary);
      }
    });
  });

  describe("the provider under real Terraform", () => {
    test("the example of a bank's topology is valid", async () => {
      const stage = await ProviderStage.served("");
      stage.stage.write("main.tf", readFileSync(join(EXAMPLES, "bank/main.tf"), "utf8"));
      const { output } = await stage.terraform.must("validate", "-no-color");
      expect(output).toContain("The configuration is valid");
    });

    test.each(examples())("the example %s is valid", async (name) => {
      const stage = await ProviderStage.served("");
      const text = readFileSync(join(EXAMPLES, name), "utf8");
      stage.stage.write("jp1im.yaml", DESIRED);
      stage.stage.write(".jp1im/state.key", Buffer.alloc(32, 7).toString("base64"));
      if (name === "provider.tf") stage.stage.write("main.tf", text);
      else stage.stage.write("example.tf", text);
      const { output } = await stage.terraform.must("validate", "-no-color");
      expect(output).toContain("The configuration is valid");
    });

    test("data sources and functions tell what the manager has", async () => {
      const stage = await ProviderStage.served(
        `
data "jp1im_manager" "it" {}
data "jp1im_agents" "web" { match = "web*" }
data "jp1im_clients" "all" {}
data "jp1im_lower_managers" "all" {}
data "jp1im_agent_keys" "web1" { host = "web1" }
output "found" {
  value = {
    name    = data.jp1im_manager.it.name
    agents  = data.jp1im_agents.web.agents[*].address
    clients = data.jp1im_clients.all.ids
    lower   = data.jp1im_lower_managers.all.hosts
    keys    = data.jp1im_agent_keys.web1.keys
    address = provider::jp1im::secret_address("tokyo", "immhost01", "web1", "a/b")
    key     = provider::jp1im::parse_address("tokyo/agent/immhost01/web1/secret/a%2Fb").key
  }
}`,
      );
      await stage.apply();
      const { output } = await stage.terraform.must("output", "-json", "found");
      expect(JSON.parse(output)).toEqual({
        name: "tokyo",
        agents: ["web1", "web2", "web3"].map((host) => `tokyo/agent/immhost01/${host}`),
        clients: ["legacy-viewer"],
        lower: [],
        keys: ["immgr.clientSecret", "immgr.initialSecret", "set.by.hand"],
        address: "tokyo/agent/immhost01/web1/secret/a%2Fb",
        key: "a/b",
      });
    });

    test.each([
      ["a wrong password", { password: '"wrong"' }, "manager-denied"],
      ["two passwords", { password: '"x"', password_source: '{ env = "X" }' }, "exclude each other"],
      ["a URL with a path", { url: '"http://127.0.0.1:1/im"' }, "`url`"],
      ["a parallelism of none", { parallelism: "0" }, "`parallelism` cannot be 0"],
      ["another word for unreachable", { unreachable: '"ignore"' }, "`unreachable` cannot be"],
      [
        "a manager that does not answer",
        { url: '"http://127.0.0.1:1"', proxy: '"none"' },
        "manager-unreachable",
      ],
    ])("a provider block with %s is refused", async (_, settings: Record<string, string>, expected) => {
      const stage = await ProviderStage.served('data "jp1im_clients" "all" {}');
      for (const [name, value] of Object.entries(settings)) {
        if (name === "url") stage.stage.edit("main.tf", /url {2}= .*/, `url = ${value}`);
        else stage.stage.edit("main.tf", 'user = "jp1admin"', `user = "jp1admin"\n${name} = ${value}`);
      }
      const { code, output } = await stage.terraform.run("plan", "-input=false", "-no-color");
      expect(code).toBe(1);
      expect(flat(output)).toContain(expected);
      expect(output).not.toContain("met a bug");
    });
  });
} else {
  process.stderr.write("NOT RUN: the provider under real Terraform; there is no `terraform` in PATH\n");
}

/** Those of one block of the documentation each. */
function examples(): string[] {
  const names = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" });
  return names.filter(
    (name) =>
      name === "provider.tf" || /^(resources|data-sources|ephemeral-resources|functions)\/.*\.tf$/.test(name),
  );
}
