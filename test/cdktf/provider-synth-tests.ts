import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataSources, resourceTypes } from "../../src/terraform/documentation-sources";
import type { Attributes } from "../../src/terraform/schema/attribute";
import type { Flavour } from "./flavours";

type Stack = import("cdktf").TerraformStack;

/** What holds of the provider's constructs, for one flavour. */
export function providerSynthTests({ lib, provider }: Flavour): void {
  const { Fn, TerraformStack, TerraformVariable, Testing } = lib;

  function newStack(): Stack {
    const outdir = mkdtempSync(join(tmpdir(), "jp1im-cdktf-"));
    return new TerraformStack(Testing.app({ outdir }), "jp1");
  }

  /** Of the whole app: elements of the other flavour would fail here. */
  function synth(stack: Stack) {
    return JSON.parse(readFileSync(join(Testing.fullSynth(stack), "stacks/jp1/cdk.tf.json"), "utf8"));
  }

  /** The attributes of the only resource. */
  function attributesIn(blocks: Record<string, Record<string, { "//"?: unknown }>>, type: string) {
    const [only = {}] = Object.values(blocks[type] ?? {});
    const { "//": _metadata, ...attributes } = only;
    return attributes;
  }

  test("a provider block has the attributes of the schema, and only its own names have another spelling", () => {
    const stack = newStack();
    const passwordSource = { vault: { path: "kv/jp1", field: "password", auth: { appRole: approle } } };
    new provider.Jp1imProvider(stack, "jp1im", {
      ...{ name: "tokyo", url: "https://immhost01:20703", alias: "tokyo", lockTimeout: 5, passwordSource },
      tls: { ca: "ca.pem", insecure: false },
      policy: { protect: ["legacy-*"] },
    });
    const { terraform, provider: blocks } = synth(stack);
    expect(terraform.required_providers.jp1im).toEqual({
      source: "jp1im/jp1im",
      version: expect.stringMatching(/^~> \d+\.\d+$/),
    });
    expect(blocks.jp1im).toEqual([
      {
        ...{ alias: "tokyo", name: "tokyo", url: "https://immhost01:20703", lock_timeout: 5 },
        password_source: passwordSource,
        tls: { ca: "ca.pem", insecure: false },
        policy: { protect: ["legacy-*"] },
      },
    ]);
  });

  test("resources are synthesised with the attributes and the arguments of Terraform itself", () => {
    const stack = newStack();
    const osaka = new provider.Jp1imProvider(stack, "osaka", { alias: "osaka" });
    const deliverTo = [{ file: "out/a" }, { vault: { path: "kv/jp1", auth: { appRole: approle } } }];
    const client = new provider.Client(stack, "app", {
      ...{ id: "app", generation: 2, rotateAfter: "90d", deliverTo, provider: osaka },
      lifecycle: { preventDestroy: true },
    });
    new provider.InitialSecret(stack, "initial", { deliverTo: { file: "out/b" }, dependsOn: [client] });
    const secret = new TerraformVariable(stack, "secret", { type: "string" });
    const lower = new provider.LowerManager(stack, "first", {
      host: "immhost-osaka",
      initialSecretWo: secret.stringValue,
    });
    new provider.AgentSecrets(stack, "mail", {
      ...{ match: "*", managerHost: lower.host, addons: ["prometheus"] },
      secretsWo: { "smtp.password": secret.stringValue, camelCase: Fn.upper("x") },
    });
    const url = "https://immhost-nagoya:20703";
    const issueOn = { url, user: "jp1admin", tls: { insecure: true } };
    new provider.LowerManager(stack, "nagoya", {
      host: "immhost-nagoya",
      issueOn: {
        ...issueOn,
        passwordSource: { vault: { path: "kv/jp1", field: "a", auth: { appRole: approle } } },
      },
    });
    const { resource } = synth(stack);
    expect(resource.jp1im_lower_manager.nagoya).toMatchObject({
      host: "immhost-nagoya",
      issue_on: {
        ...issueOn,
        password_source: { vault: { path: "kv/jp1", field: "a", auth: { appRole: approle } } },
      },
    });
    expect(attributesIn(resource, "jp1im_client")).toEqual({
      ...{ id: "app", generation: 2, rotate_after: "90d", deliver_to: deliverTo },
      ...{ provider: "jp1im.osaka", lifecycle: { prevent_destroy: true } },
    });
    expect(attributesIn(resource, "jp1im_initial_secret")).toEqual({
      deliver_to: { file: "out/b" },
      depends_on: ["jp1im_client.app"],
    });
    expect(attributesIn(resource, "jp1im_lower_manager")).toEqual({
      host: "immhost-osaka",
      initial_secret_wo: ref("var.secret"),
    });
    expect(attributesIn(resource, "jp1im_agent_secrets")).toEqual({
      ...{ match: "*", manager_host: ref("jp1im_lower_manager.first.host"), addons: ["prometheus"] },
      secrets_wo: { "smtp.password": ref("var.secret"), camelCase: ref('upper("x")') },
    });
  });

  test("data sources are synthesised, and every getter refers to its attribute", () => {
    const stack = newStack();
    new provider.Jp1imProvider(stack, "jp1im");
    const agents = new provider.DataJp1imAgents(stack, "agents", { managerHost: "immhost-*" });
    const keys = new provider.DataJp1imAgentKeys(stack, "keys", { host: agents.agents.get(0).host });
    const mail = new provider.AgentSecrets(stack, "mail", { host: "web1", secretsWo: { a: "b" } });
    const value = {
      manager: new provider.DataJp1imManager(stack, "manager").apiVersions,
      clients: new provider.DataJp1imClients(stack, "clients").ownIds,
      lower: new provider.DataJp1imLowerManagers(stack, "lower").hosts,
      complete: agents.complete,
      addons: agents.agents.get(1).addons,
      keys: keys.keys,
      written: mail.writtenAt,
      on: mail.agents,
      digest: mail.fingerprints.lookup("a"),
    };
    new lib.TerraformOutput(stack, "all", { value });
    const { data, output } = synth(stack);
    expect(attributesIn(data, "jp1im_agents")).toEqual({ manager_host: "immhost-*" });
    expect(attributesIn(data, "jp1im_agent_keys")).toEqual({
      host: ref("data.jp1im_agents.agents.agents[0].host"),
    });
    expect(output.all.value).toEqual({
      manager: ref("data.jp1im_manager.manager.api_versions"),
      clients: ref("data.jp1im_clients.clients.own_ids"),
      lower: ref("data.jp1im_lower_managers.lower.hosts"),
      complete: ref("data.jp1im_agents.agents.complete"),
      addons: ref("data.jp1im_agents.agents.agents[1].addons"),
      keys: ref("data.jp1im_agent_keys.keys.keys"),
      written: ref("jp1im_agent_secrets.mail.written_at"),
      on: ref("tolist(jp1im_agent_secrets.mail.agents)"),
      digest: ref('jp1im_agent_secrets.mail.fingerprints["a"]'),
    });
  });

  test("there is a construct for each resource and data source, with a getter for what the provider computes", () => {
    const classes = Object.values(provider).filter((each) => "tfResourceType" in each);
    const types = classes.map((each) => each.tfResourceType).sort();
    expect(types).toEqual(["jp1im", ...resourceTypes.keys(), ...dataSources.keys()].sort());
    const all: [string, Attributes][] = [...resourceTypes.values(), ...dataSources.values()].map((each) => [
      each.name,
      each.attributes,
    ]);
    const computed = all.flatMap(([type, attributes]) => {
      const names = Object.keys(attributes).filter((name) => attributes[name]?.given === "computed");
      return names.map((name) => [type, camel(name)] as const);
    });
    const has = ([type, property]: readonly [string, string]) =>
      classes.some((each) => each.tfResourceType === type && Object.hasOwn(each.prototype, property));
    expect(computed.filter((each) => !has(each))).toEqual([]);
    expect(computed.length).toBeGreaterThan(15);
  });

  test("imports and moves are those of every resource of cdktf", () => {
    const stack = newStack();
    const client = new provider.Client(stack, "new", { id: "app", deliverTo: { file: "out/a" } });
    client.moveFromId("jp1im_client.old");
    const lower = new provider.LowerManager(stack, "lower", { host: "osaka", initialSecretWo: "x" });
    lower.importFrom("tokyo/lower-manager/osaka");
    // cdktf asks Terraform for its version before it writes an import; this is without its checks.
    const { moved, import: imports } = JSON.parse(Testing.synth(stack));
    expect(moved).toEqual([{ from: "jp1im_client.old", to: "jp1im_client.new" }]);
    expect(imports).toEqual([{ id: "tokyo/lower-manager/osaka", to: "jp1im_lower_manager.lower" }]);
  });

  test("a stack may be synthesised as HCL, too", () => {
    const stack = newStack();
    new provider.Jp1imProvider(stack, "jp1im", {
      tls: { ca: "ca.pem" },
      passwordSource: { env: "PASSWORD" },
    });
    new provider.AgentSecrets(stack, "mail", {
      ...{ match: "12", addons: ["a", "b"] },
      secretsWo: { "smtp.password": '"quoted"' },
    });
    new provider.Client(stack, "app", {
      ...{ id: "app", generation: 2 },
      deliverTo: [{ file: "out/a" }, { exec: ["a", "b"] }],
    });
    const { hcl } = stack.toHclTerraform();
    const text = String(hcl).replace(/\s+/g, " ");
    for (const part of [
      'tls = { ca = "ca.pem" }',
      'password_source = { env = "PASSWORD" }',
      'match = "12"',
      'addons = [ "a", "b" ]',
      'secrets_wo = { "smtp.password" = "\\"quoted\\"" }',
      "generation = 2",
      'deliver_to = [ { file = "out/a" }, { exec = [ "a", "b", ] }, ]',
    ])
      expect(text).toContain(part);
  });

  test("wrong properties do not compile", () => {
    const stack = newStack();
    const wrong = () => {
      // @ts-expect-error a client has an ID
      new provider.Client(stack, "a", { deliverTo: { file: "out/a" } });
      // @ts-expect-error there is no such sink
      new provider.Client(stack, "b", { id: "app", deliverTo: { fiel: "out/a" } });
      // @ts-expect-error what the provider computes is not given
      new provider.Client(stack, "c", { id: "app", deliverTo: { file: "out/a" }, issuedAt: "now" });
      // @ts-expect-error values are texts
      new provider.AgentSecrets(stack, "d", { host: "web1", secretsWo: { a: 1 } });
      // @ts-expect-error a provider has no such setting
      new provider.Jp1imProvider(stack, "e", { uri: "https://immhost01" });
      // @ts-expect-error what is written only cannot be read
      return new provider.LowerManager(stack, "f", { host: "a", initialSecretWo: "b" }).initialSecretWo;
    };
    // `npm run typecheck` is what checks them; here they only have to be there.
    expect(wrong).toBeInstanceOf(Function);
  });
}

const approle = { roleId: { env: "ROLE" }, secretId: { env: "SECRET" } };

function ref(expression: string): string {
  return `\${${expression}}`;
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
