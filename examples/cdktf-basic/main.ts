// One manager with an IM client and the secrets of its agents, partly from YAML and partly from here.
// docs/cdktf.md says how to run it against the simulator.
import { App, LocalBackend, TerraformStack } from "cdktf";
import { AgentSecrets, DesiredState, ImClient, Jp1imManager } from "jp1im/cdktf";

const { TOKYO_URL = "http://127.0.0.1:20703", EXAMPLE_FOLDER = "examples/cdktf-basic" } = process.env;

const app = new App();
const stack = new TerraformStack(app, "jp1");
new LocalBackend(stack, { path: "terraform.tfstate" });

const desired = DesiredState.fromYaml(stack, "jp1im", "agents.yaml", { workingFolder: EXAMPLE_FOLDER });
const tokyo = new Jp1imManager(desired, "tokyo", {
  url: TOKYO_URL,
  host: "immhost01",
  auth: { user: "jp1admin", password: { env: "TOKYO_PASSWORD" } },
  policy: { protect: ["legacy-*"] },
});
new ImClient(tokyo, "fluentd-web", { deliverTo: { file: "out/fluentd-web.secret" } });
new AgentSecrets(tokyo, "web01", {
  host: "web01",
  secrets: { "certificate.passphrase": { env: "WEB01_PASSPHRASE" } },
});

app.synth();
