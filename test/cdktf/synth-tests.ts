import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {} from "cdktf/lib/testing/adapters/jest";
import { parse } from "yaml";
import { loadDesiredState } from "../../src/config/load-desired-state";
import type { Flavour } from "./flavours";

type Stack = import("cdktf").TerraformStack;

interface Resource {
  readonly depends_on?: readonly string[];
  readonly triggers: Readonly<Record<string, string>>;
  readonly provisioner: readonly [{ readonly "local-exec": Readonly<Record<string, unknown>> }];
}

const ROOT = join(__dirname, "../..");
const login = { user: "jp1admin", password: { env: "TOKYO_PASSWORD" } };
const url = "https://immhost01:20703";

/** What holds of every synth, for one flavour. */
export function synthTests({ name: flavour, lib, ours }: Flavour): void {
  const { App, LocalBackend, TerraformStack, TerraformVariable, Testing } = lib;
  const { AgentSecrets, DesiredState, ImClient, InitialSecret, JP1Topology, Jp1imManager, LowerManager } =
    ours;

  const newFolder = () => mkdtempSync(join(tmpdir(), "jp1im-cdktf-"));

  function newStack(outdir = newFolder()): Stack {
    const stack = new TerraformStack(Testing.app({ outdir }), "jp1");
    new LocalBackend(stack, { path: "terraform.tfstate" });
    return stack;
  }

  function synth(stack: Stack) {
    const folder = join(Testing.fullSynth(stack), "stacks/jp1");
    const text = readFileSync(join(folder, "cdk.tf.json"), "utf8");
    return { folder, text, config: JSON.parse(text), desired: (name = "jp1im") => document(folder, name) };
  }

  function document(folder: string, name: string): string {
    return readFileSync(join(folder, "jp1im", `${name}.yaml`), "utf8");
  }

  function resource(config: { resource: Record<string, Record<string, Resource>> }, part: string): Resource {
    const all = Object.assign({}, ...Object.values(config.resource)) as Record<string, Resource>;
    const found = Object.entries(all).find(([id]) => id.includes(part));
    if (!found) throw new Error(`no ${part} among ${Object.keys(all).join(", ")}`);
    return found[1];
  }

  function errorOf(work: () => unknown): string {
    try {
      work();
    } catch (error) {
      return error instanceof Error || (error !== null && typeof error === "object" && "message" in error)
        ? String(error.message)
        : String(error);
    }
    throw new Error("nothing was refused");
  }

  test("a literal secret is refused, every one in one go, and none is shown", () => {
    const stack = newStack();
    const manager = new Jp1imManager(stack, "tokyo", {
      url,
      auth: { user: "jp1admin", password: "canary-1" },
    });
    new AgentSecrets(manager, "web01", { host: "web01", secrets: { "db.password": "canary-2" } });
    const told = errorOf(() => Testing.synth(stack));
    expect(told).toMatch(/auth password is a secret in clear text \[literal-secret\]\n {2}at jp1\/tokyo:1:1/);
    expect(told).toMatch(/web01 db\.password is a secret in clear text/);
    expect(told).not.toContain("canary");
  });

  test("a literal secret of a YAML file is refused even where its policy allows it", () => {
    const folder = newFolder();
    const text = `apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n    url: ${url}\n    policy: { allowLiteralSecrets: true }\n    auth: { user: jp1admin, password: canary }\n`;
    writeFileSync(join(folder, "tokyo.yaml"), text);
    const stack = newStack();
    DesiredState.fromYaml(stack, "jp1", "tokyo.yaml", { workingFolder: folder });
    const told = errorOf(() => Testing.synth(stack));
    expect(told).toContain("[literal-secret]");
    expect(told).not.toContain("canary");
  });

  test("an overlay among YAML files replaces what it may, and the synthesised file has everything once", async () => {
    const folder = newFolder();
    const base = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://immhost01:20703
    auth: { user: jp1admin, password: { env: A } }
    tls: { ca: base.pem, insecure: true }
    initialSecret: { deliverTo: { file: out/i } }
    lowerManagers: [{ host: osaka, initialSecret: { env: O } }]
    clients: [{ id: app, deliverTo: { file: out/a } }, { id: web, deliverTo: { file: out/w } }]
    agents: [{ host: web01, secrets: { a: { env: A1 }, b: { env: B1 } } }]
`;
    const prod = `apiVersion: jp1im/v1
managers:
  tokyo:
    override: true
    url: https://prod01:20703
    auth: { initialSecret: { file: initial } }
    tls: { ca: prod.pem }
    lowerManagers: [{ host: OSAKA, initialSecret: { env: P } }]
    initialSecret: { generation: 2, deliverTo: { file: out/p } }
---
apiVersion: jp1im/v1
managers:
  tokyo:
    clients: [{ id: app, override: true, generation: 2, deliverTo: { file: out/b } }]
    agents: [{ host: web01, override: true, secrets: { a: { env: A2 }, c: { env: C2 } } }]
`;
    writeFileSync(join(folder, "base.yaml"), base);
    writeFileSync(join(folder, "prod.yaml"), prod);
    const stack = newStack();
    DesiredState.fromYaml(stack, "jp1", ["base.yaml", "prod.yaml"], { workingFolder: folder });
    const text = synth(stack).desired("jp1");
    const { desired, diagnostics } = await loadDesiredState({
      paths: ["-"],
      cwd: folder,
      stdin: async () => text,
    });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const overlaid = await loadDesiredState({ paths: ["base.yaml", "prod.yaml"], cwd: folder });
    const bare = (state: typeof desired) =>
      JSON.parse(
        JSON.stringify(
          [...(state?.managers.values() ?? [])].map((manager) => ({
            ...manager,
            agents: manager.agents.flatMap(({ secrets }) =>
              [...secrets].map(([key, { source }]) => [key, source]),
            ),
          })),
          (key, value) => (/position$/i.test(key) ? undefined : value),
        ),
      );
    expect(bare(desired)).toEqual(bare(overlaid.desired));
    expect(bare(desired)).toMatchObject([
      { url: "https://prod01:20703", auth: { method: "initial-secret" } },
    ]);
    expect(text).not.toContain("override");
  });

  test("limits are told at synth in the words of the command line", async () => {
    const id = "a:b";
    const stack = newStack();
    const manager = new Jp1imManager(stack, "tokyo", { url: "tokyo", auth: login });
    new ImClient(manager, "wrong", { clientId: id, deliverTo: { file: "out/x" } });
    new AgentSecrets(manager, "reserved", { host: "web01", secrets: { "immgr.x": { env: "X" } } });
    const told = errorOf(() => Testing.synth(stack));
    const text = `apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n    url: tokyo\n    auth: { user: jp1admin, password: { env: A } }\n    clients: [{ id: "${id}", deliverTo: { file: out/x } }]\n    agents: [{ host: web01, secrets: { immgr.x: { env: X } } }]\n`;
    const { diagnostics } = await loadDesiredState({ paths: ["-"], cwd: "/", stdin: async () => text });
    expect(diagnostics.map(({ code }) => code).sort()).toEqual([
      "out-of-range",
      "out-of-range",
      "reserved-name",
    ]);
    for (const { summary, code } of diagnostics) expect(told).toContain(`error: ${summary} [${code}]`);
    expect(told).toContain("at jp1/tokyo/wrong:");
  });

  test("what is declared twice is told with both constructs", () => {
    const stack = newStack();
    const manager = new Jp1imManager(stack, "tokyo", { url, auth: login });
    const deliverTo = { file: "out/x" };
    new ImClient(manager, "one", { clientId: "app", deliverTo });
    new ImClient(manager, "two", { clientId: "app", deliverTo });
    const told = errorOf(() => Testing.synth(stack));
    expect(told).toMatch(
      /declared twice, first at jp1\/tokyo\/one:\d+:\d+ \[duplicate-resource\]\n {2}at jp1\/tokyo\/two:/,
    );
  });

  test("a setting from the environment is left to the run, and what stands beside it is checked all the same", () => {
    const stack = newStack();
    const settings = {
      url: { env: "TOKYO_URL" },
      host: { env: "TOKYO_HOST" },
      tls: { ca: { env: "TOKYO_CA" } },
    };
    new Jp1imManager(stack, "tokyo", { ...settings, auth: { ...login, user: { env: "TOKYO_USER" } } });
    new Jp1imManager(stack, "osaka", { url: { env: "OSAKA_URL" }, auth: login });
    const { managers } = parse(synth(stack).desired());
    expect(managers.tokyo).toMatchObject({ ...settings, auth: { user: { env: "TOKYO_USER" } } });
    expect(managers.osaka.url).toEqual({ env: "OSAKA_URL" });
    const literal = newStack();
    const password = "canary";
    new Jp1imManager(literal, "tokyo", { ...settings, auth: { user: { env: "TOKYO_USER" }, password } });
    expect(errorOf(() => Testing.synth(literal))).toContain("[literal-secret]");
  });

  test("a reference where only a text can stand is refused, with its place", () => {
    const stack = newStack();
    const address = new TerraformVariable(stack, "address", { type: "string" }).stringValue;
    new Jp1imManager(stack, "tokyo", { url: `https://${address}:20703`, auth: login });
    expect(errorOf(() => Testing.synth(stack))).toContain(
      "url refers to something that only Terraform knows, and the desired state is written at synth [wrong-type]",
    );
  });

  test("a reference where a vault's login stands is sent to the environment, and not asked to become a text", () => {
    const stack = newStack();
    const token = new TerraformVariable(stack, "token", { type: "string", sensitive: true }).stringValue;
    const manager = new Jp1imManager(stack, "tokyo", { url, auth: login });
    // Which a program in JavaScript may do, or one with a type assertion.
    const source = { vault: { path: "secret/web01", field: "password", auth: { token } } } as object;
    new AgentSecrets(manager, "web01", { host: "web01", secrets: { "db.password": source as never } });
    const told = errorOf(() => Testing.synth(stack));
    expect(told).toContain("vault.auth.token refers to something that only Terraform knows");
    expect(told).toContain("hand the reference over in `environment: { VAULT_LOGIN: … }`");
    expect(told).not.toContain("give it a text");
  });

  test("a synth as the app does it stops at errors, too, and shows where the program called it and nothing of cdktf", () => {
    const app = new App({ outdir: newFolder() });
    const stack = new TerraformStack(app, "jp1");
    new Jp1imManager(stack, "tokyo", { url });
    let told: unknown;
    try {
      app.synth();
    } catch (error) {
      told = (error as Error).stack;
    }
    expect(told).toContain("the manager tokyo lacks `auth` [missing-key]");
    const frames = String(told)
      .split("\n")
      .filter((line) => line.startsWith("    at "));
    expect(frames.length).toBeGreaterThan(0);
    for (const frame of frames) expect(frame).toContain("synth-tests");
  });

  test("a secret reference reaches the tool by the environment alone", () => {
    const stack = newStack();
    const secret = new TerraformVariable(stack, "db_password", { type: "string", sensitive: true })
      .stringValue;
    const manager = new Jp1imManager(stack, "tokyo", { url, auth: login });
    new AgentSecrets(manager, "web01", { host: "web01", secrets: { "db.password": secret } });
    const { config, desired } = synth(stack);
    const { triggers, provisioner } = resource(config, "tokyo_change");
    const { environment, ...command } = provisioner[0]["local-exec"];
    const [[name, value] = ["", ""]] = Object.entries(environment as Record<string, string>);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is Terraform's own syntax.
    expect(value).toBe("${var.db_password}");
    expect(parse(desired()).managers.tokyo.agents).toEqual([
      { host: "web01", secrets: { "db.password": { env: name } } },
    ]);
    const { references, ...rest } = triggers;
    expect(references).toMatch(
      /^\$\{sha256\(jsonencode\(\["jp1\/jp1im", sha256\(jsonencode\(.*var\.db_password\}\]\)\)\]\)\)\}$/,
    );
    expect(JSON.stringify([rest, command, resource(config, "tokyo_anchor"), desired()])).not.toContain(
      "var.",
    );
  });

  test("whoever issues on another manager can log in there, and only one of the two runs for a new password", () => {
    const stack = newStack();
    const password = new TerraformVariable(stack, "osaka_password", { type: "string", sensitive: true })
      .stringValue;
    const osaka = new Jp1imManager(stack, "osaka", {
      url: "https://immhost02:20703",
      auth: { user: "jp1admin", password },
    });
    const tokyo = new Jp1imManager(stack, "tokyo", { url, auth: login });
    new LowerManager(tokyo, "immhost-osaka", { initialSecret: { issueOn: osaka } });
    const { config, folder } = synth(stack);
    const [own, issuing] = [resource(config, "osaka_change"), resource(config, "tokyo_change")];
    expect(JSON.stringify(issuing.provisioner)).toContain("var.osaka_password");
    expect(issuing.triggers.references).toBeUndefined();
    expect(own.triggers.references).toContain("var.osaka_password");
    expect(own.depends_on?.some((each) => each.includes("tokyo_settle"))).toBe(true);
    expect(resource(config, "osaka_anchor").depends_on).toEqual([expect.stringContaining("tokyo_anchor")]);
    const manifest = readFileSync(join(folder, "../../manifest.json"), "utf8");
    expect(manifest).toContain("which Terraform withholds at destroy: set JP1IM_SECRET_OSAKA_AUTH_PASSWORD_");
  });

  test("only the manager that is changed runs again, and the anchors never change", () => {
    const made = (generation: number, revision?: string) => {
      const stack = newStack();
      const desired = new DesiredState(stack, "jp1im", revision === undefined ? {} : { revision });
      for (const name of ["tokyo", "osaka"])
        new Jp1imManager(desired, name, { url: `https://${name}:20703`, auth: login });
      const manager = desired.node.findChild("tokyo") as InstanceType<typeof Jp1imManager>;
      new ImClient(manager, "app", { generation, deliverTo: { file: "out/app" } });
      const { config } = synth(stack);
      return (part: string) => resource(config, part).triggers;
    };
    const [first, second, third] = [made(1), made(2), made(2, "build-42")];
    expect(first("tokyo_change")).not.toEqual(second("tokyo_change"));
    expect(first("osaka_change")).toEqual(second("osaka_change"));
    expect(second("osaka_change")).not.toEqual(third("osaka_change"));
    expect(first("tokyo_anchor")).toEqual({ manager: "tokyo" });
    expect(third("tokyo_anchor")).toEqual({ manager: "tokyo" });
  });

  test("two checkouts give the same configuration, byte for byte", () => {
    const made = () => {
      const checkout = newFolder();
      mkdirSync(join(checkout, "node_modules"));
      const app = new App({ outdir: join(checkout, "cdktf.out") });
      const stack = new TerraformStack(app, "jp1");
      new LocalBackend(stack, { path: "terraform.tfstate" });
      const runner = { workingFolder: checkout, binary: "./node_modules/.bin/jp1im" };
      const desired = new DesiredState(stack, "jp1im", runner);
      const manager = new Jp1imManager(desired, "tokyo", { url, auth: login });
      new ImClient(manager, "app", { deliverTo: { file: "out/app" } }).secretOutput();
      app.synth();
      const folder = join(app.outdir, "stacks/jp1");
      return readFileSync(join(folder, "cdk.tf.json"), "utf8") + document(folder, "jp1im");
    };
    expect(made()).toBe(made());
  });

  test("a new ciphertext of a SOPS file causes a run, a file without any is not looked into", () => {
    const folder = newFolder();
    const made = (content: string) => {
      writeFileSync(join(folder, "s.yaml"), content);
      const stack = newStack();
      const desired = new DesiredState(stack, "jp1im", { workingFolder: folder });
      const manager = new Jp1imManager(desired, "tokyo", { url, auth: login });
      const secrets = { k: { sops: { file: "s.yaml", path: "k" } } };
      new AgentSecrets(manager, "web01", { host: "web01", secrets });
      return resource(synth(stack).config, "tokyo_change").triggers.desired_state;
    };
    expect(made("k: ENC[AES256_GCM,data:a]")).not.toBe(made("k: ENC[AES256_GCM,data:b]"));
    expect(made("k: a")).toBe(made("k: b"));
  });

  test("YAML of several folders and constructs merge, and paths keep their meaning", () => {
    const folder = newFolder();
    mkdirSync(join(folder, "sites"));
    const yaml = readFileSync(join(__dirname, "fixtures/tokyo.yaml"), "utf8");
    writeFileSync(join(folder, "sites/tokyo.yaml"), yaml);
    const stack = newStack();
    const desired = new DesiredState(stack, "jp1im", { workingFolder: folder, files: "sites" });
    const tokyo = new Jp1imManager(desired, "tokyo");
    new InitialSecret(tokyo, "initial", { deliverTo: { file: "out/tokyo.initial" } });
    const { managers } = parse(synth(stack).desired());
    expect(managers.tokyo.tls).toEqual({ ca: "sites/certs/ca.pem" });
    expect(managers.tokyo.auth.password).toEqual({ file: "sites/secrets/tokyo.password" });
    expect(managers.tokyo.clients[0].deliverTo).toEqual({ file: "sites/out/fluentd-web.secret" });
    expect(managers.tokyo.initialSecret.deliverTo).toEqual({ file: "out/tokyo.initial" });
    expect(managers.tokyo.agents[0].secrets).toEqual({
      "a.secret": { exec: ["sites/get.sh", "./not-a-path"] },
      "b.secret": { exec: { command: ["cat ./x/y"], shell: true } },
      "c.secret": { exec: ["vault-reader"] },
    });
  });

  test("a file that is named twice counts once, and a wrong name in it is told at synth", () => {
    const folder = newFolder();
    const text = `apiVersion: jp1im/v1\nmanagers:\n  "to kyo/x": { url: "${url}", auth: { user: a, password: { env: A } } }\n`;
    writeFileSync(join(folder, "a.yaml"), text);
    const stack = newStack();
    const desired = DesiredState.fromYaml(stack, "jp1", ["a.yaml", "."], { workingFolder: folder });
    desired.addYaml("./a.yaml");
    const told = errorOf(() => Testing.synth(stack));
    expect(told).toContain("a manager's name has letters");
    expect(told.match(/\[[a-z-]+\]/g)).toEqual(["[out-of-range]"]);
    expect(told).toContain("at a.yaml:3:3");
  });

  test("a file that cannot be read is told at once", () => {
    expect(errorOf(() => DesiredState.fromYaml(newStack(), "jp1", "nowhere.yaml"))).toMatch(
      /cannot read nowhere\.yaml: there is no such file or folder \[file-unreadable\]/,
    );
  });

  test("warnings become annotations of their construct", () => {
    const stack = newStack();
    new Jp1imManager(stack, "tokyo", { url, auth: login, tls: { insecure: true } });
    const { folder } = synth(stack);
    const { stacks } = JSON.parse(readFileSync(join(folder, "../../manifest.json"), "utf8"));
    expect(stacks.jp1.annotations).toEqual([
      expect.objectContaining({
        constructPath: "jp1/tokyo",
        level: "@cdktf/warn",
        message: expect.stringContaining("[insecure-setting]"),
      }),
    ]);
  });

  test("the matchers of cdktf see the resources and one provider", () => {
    Testing.setupJest();
    const stack = newStack();
    new Jp1imManager(stack, "tokyo", { url, auth: login });
    new Jp1imManager(new DesiredState(stack, "other"), "osaka", { url, auth: login });
    const text = Testing.synth(stack, true);
    const of = (tfResourceType: string) => ({ tfResourceType }) as never;
    expect(text).toHaveResourceWithProperties(of("null_resource"), { triggers: { manager: "tokyo" } });
    expect(text).toHaveProvider(of("null"));
    expect(JSON.parse(text).provider.null).toHaveLength(1);
    expect(JSON.parse(text).terraform.required_providers.null.version).toBe("~> 3.2");
  });

  test("the built-in runner needs no provider", () => {
    const stack = newStack();
    const desired = new DesiredState(stack, "jp1im", { runner: "terraform_data" });
    new Jp1imManager(desired, "tokyo", { url, auth: login });
    const { config } = synth(stack);
    expect(config.terraform.required_providers).toBeUndefined();
    expect(Object.keys(config.resource)).toEqual(["terraform_data"]);
  });

  test("a dependency and a dependent are wired to the resources that begin and that end a manager", () => {
    const stack = newStack();
    const output = new TerraformVariable(stack, "vm", { type: "string" });
    const manager = new Jp1imManager(stack, "tokyo", { url, auth: login, dependsOn: [output] });
    const later = new Jp1imManager(stack, "later", {
      url: "https://immhost02:20703",
      auth: login,
      dependsOn: [manager],
    });
    expect(later.name).toBe("later");
    const { config } = synth(stack);
    expect(resource(config, "tokyo_anchor").depends_on).toEqual(["var.vm"]);
    expect(resource(config, "tokyo_change").depends_on).toContain("var.vm");
    expect(resource(config, "later_anchor").depends_on).toEqual([expect.stringContaining("tokyo_settle")]);
  });

  test("what belongs nowhere says where it could belong", () => {
    const stack = newStack();
    expect(errorOf(() => new ImClient(stack, "app", { deliverTo: { file: "x" } }))).toContain(
      "jp1/app belongs to no manager: create it below a Jp1imManager",
    );
    const sites = new JP1Topology(stack, "sites", {
      integrated: { name: "tokyo", url, auth: login },
      lower: { osaka: { host: "immhost-osaka", url: "https://immhost-osaka:20703", auth: login } },
    });
    expect(errorOf(() => sites.manager("kobe"))).toContain("has no manager kobe; it has tokyo, osaka");
    const client = new ImClient(sites.integrated, "app", { deliverTo: { exec: ["store"] } });
    expect(errorOf(() => client.secret)).toContain("delivered to no plain file");
  });

  test("synth needs no program, no network and no environment", () => {
    const script = `
      const { App, TerraformStack } = require(${JSON.stringify(flavour)});
      const { Jp1imManager } = require(${JSON.stringify(join(ROOT, "dist", flavour))});
      require("node:net").connect = () => { throw new Error("the network was used"); };
      require("node:child_process").spawnSync = () => { throw new Error("a program was started"); };
      const app = new App({ outdir: ${JSON.stringify(newFolder())} });
      const stack = new TerraformStack(app, "jp1");
      new Jp1imManager(stack, "tokyo", { url: "${url}", auth: { user: "a", password: { env: "P" } } });
      app.synth();`;
    const { status, stderr } = spawnSync(process.execPath, ["-e", script], {
      cwd: ROOT,
      env: {},
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
  });
}
