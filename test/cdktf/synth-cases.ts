import type { Flavour } from "./flavours";

type Stack = import("cdktf").TerraformStack;
type Make = (flavour: Flavour, stack: Stack) => void;

const login = { user: "jp1admin", password: { env: "TOKYO_PASSWORD" } };
const tokyo = { url: "https://immhost01:20703", host: "immhost01", auth: login };

/** One stack for each construct, and what its golden file is called. */
export const cases: readonly (readonly [name: string, make: Make])[] = [
  [
    "jp1im-manager",
    ({ ours: { Jp1imManager } }, stack) => {
      const policy = { prune: "owned", protect: ["legacy.*"], maxDeletes: "30%" } as const;
      new Jp1imManager(stack, "tokyo", { ...tokyo, tls: { ca: "certs/ca.pem" }, policy });
    },
  ],
  [
    "im-client",
    ({ ours: { ImClient, Jp1imManager } }, stack) => {
      const manager = new Jp1imManager(stack, "tokyo", tokyo);
      const client = new ImClient(manager, "fluentd-web", { deliverTo: { file: "out/fluentd-web.secret" } });
      new ImClient(stack, "trend", {
        manager,
        clientId: "trend-writer",
        generation: 2,
        deliverTo: [
          { file: { path: "out/trend.env", format: "dotenv" } },
          { vault: { path: "kv/jp1/trend", field: "secret" } },
        ],
      });
      new ImClient(manager, "writer", {
        idTemplate: "writer-{generation}",
        overlap: "7d",
        generation: 3,
        rotateAfter: "90d",
        deliverTo: { file: "out/writer.env" },
      });
      client.secretOutput();
    },
  ],
  [
    "lower-manager",
    ({ ours: { Jp1imManager, LowerManager } }, stack) => {
      const osaka = new Jp1imManager(stack, "osaka", { url: "https://osaka:20703", auth: login });
      const manager = new Jp1imManager(stack, "tokyo", tokyo);
      new LowerManager(manager, "immhost-osaka", { initialSecret: { issueOn: osaka } });
      new LowerManager(manager, "kobe", { host: "immhost-kobe", initialSecret: { env: "KOBE_INITIAL" } });
    },
  ],
  [
    "agent-secrets",
    ({ lib: { TerraformVariable }, ours: { AgentSecrets, Jp1imManager } }, stack) => {
      const manager = new Jp1imManager(stack, "tokyo", tokyo);
      const password = new TerraformVariable(stack, "db_password", { type: "string", sensitive: true });
      new AgentSecrets(manager, "web01", { host: "web01", secrets: { "db.password": password.stringValue } });
      new AgentSecrets(manager, "batch", {
        match: "batch-*",
        os: "Windows*",
        addons: ["Fluentd"],
        secrets: { "smtp.password": { sops: { file: "secrets.enc.yaml", path: "smtp.password" } } },
      });
    },
  ],
  [
    "initial-secret",
    ({ ours: { InitialSecret, Jp1imManager } }, stack) => {
      const manager = new Jp1imManager(stack, "tokyo", tokyo);
      new InitialSecret(manager, "initial", { generation: 2, deliverTo: { file: "out/tokyo.initial" } });
    },
  ],
  [
    "desired-state",
    ({ ours: { AgentSecrets, DesiredState, Jp1imManager } }, stack) => {
      const desired = DesiredState.fromYaml(stack, "jp1", "test/cdktf/fixtures/tokyo.yaml", {
        runner: "terraform_data",
        reconcile: "always",
        interpreter: ["/opt/node/bin/node", "--no-warnings"],
        binary: "/opt/jp1im/bin/jp1im",
        environment: { HTTPS_PROXY: "http://proxy:3128" },
        stateFolder: "state/jp1",
        lockTimeout: "1h",
        parallelism: 4,
        revision: "build-42",
      });
      const manager = new Jp1imManager(desired, "tokyo");
      new AgentSecrets(manager, "web02", { host: "web02", secrets: { "db.password": { env: "DB" } } });
    },
  ],
  [
    "jp1-topology",
    ({ ours: { ImClient, JP1Topology } }, stack) => {
      const site = (name: string) => ({ host: `immhost-${name}`, url: `https://${name}:20703`, auth: login });
      const sites = new JP1Topology(stack, "sites", {
        integrated: { name: "tokyo", ...tokyo },
        lower: { osaka: site("osaka"), nagoya: site("nagoya") },
      });
      new ImClient(sites.manager("osaka"), "factory", { deliverTo: { file: "out/factory.secret" } });
    },
  ],
];
