// The resources of the Terraform provider as constructs: Terraform itself plans, sees drift and imports.
// docs/cdktf-provider.md says how to run it against the simulator.
import { App, LocalBackend, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import {
  AgentSecrets,
  Client,
  DataJp1imAgentKeys,
  DataJp1imAgents,
  DataJp1imClients,
  DataJp1imLowerManagers,
  DataJp1imManager,
  DesiredState,
  InitialSecret,
  Jp1imProvider,
  LowerManager,
} from "jp1im/cdktf/provider";

const { TOKYO_URL = "http://127.0.0.1:20703", OSAKA_URL = "http://127.0.0.1:20704" } = process.env;

const app = new App();
const stack = new TerraformStack(app, "jp1");
new LocalBackend(stack, { path: "terraform.tfstate" });

// The password is JP1IM_PASSWORD in the environment.
new Jp1imProvider(stack, "jp1im", {
  name: "tokyo",
  url: TOKYO_URL,
  host: "immhost01",
  user: "jp1admin",
  policy: { protect: ["legacy-*"] },
});

const fluentd = new Client(stack, "fluentd", {
  id: "fluentd-web",
  rotateAfter: "90d",
  deliverTo: { file: "out/fluentd-web.secret" },
});
new InitialSecret(stack, "initial", { deliverTo: { file: "out/immhost01.initial" } });
const osaka = new LowerManager(stack, "osaka", {
  host: "immhost-osaka",
  initialSecretWo: ephemeral("osaka_initial_secret"),
});
const mail = new AgentSecrets(stack, "mail", {
  match: "web*",
  secretsWo: { "smtp.user": "mailer", "smtp.password": ephemeral("smtp_password") },
});
// Agents below a lower manager can be seen once it is there.
new AgentSecrets(stack, "site", {
  match: "*",
  managerHost: osaka.host,
  secretsWo: { site: "osaka" },
});

// What has not moved yet: a document of the command line, with a manager of its own. JSON is YAML.
new DesiredState(stack, "document", {
  yaml: JSON.stringify({
    apiVersion: "jp1im/v1",
    managers: {
      osaka: {
        url: OSAKA_URL,
        host: "immhost-osaka",
        auth: { user: "jp1admin", password: { env: "JP1IM_PASSWORD" } },
        clients: [{ id: "osaka-viewer", deliverTo: { file: "out/osaka-viewer.secret" } }],
      },
    },
  }),
});

// Terraform reads what depends on nothing before it creates anything.
const manager = new DataJp1imManager(stack, "manager");
const clients = new DataJp1imClients(stack, "clients", { dependsOn: [fluentd] });
const lowerManagers = new DataJp1imLowerManagers(stack, "lower-managers", { dependsOn: [osaka] });
const linux = new DataJp1imAgents(stack, "linux", { match: "web*", os: "linux" });
const keys = new DataJp1imAgentKeys(stack, "keys", { host: linux.agents.get(0).host, dependsOn: [mail] });
new TerraformOutput(stack, "seen", {
  value: {
    version: manager.version,
    ownClients: clients.ownIds,
    lowerManagers: lowerManagers.hosts,
    keys: keys.keys,
  },
});
// cdktf has no ephemeral resources and no functions of providers: write them as Terraform does.
stack.addOverride("ephemeral.jp1im_client_secret.job", {
  id_prefix: "nightly-",
  enabled: `\${terraform.applying}`,
});
new TerraformOutput(stack, "address", {
  value: `\${provider::jp1im::client_address("tokyo", jp1im_client.fluentd.id)}`,
});

app.synth();

/** A variable whose value is in neither plan nor state. cdktf has no word for that yet. */
function ephemeral(name: string): string {
  const variable = new TerraformVariable(stack, name, { type: "string" });
  variable.addOverride("ephemeral", true);
  return variable.stringValue;
}
