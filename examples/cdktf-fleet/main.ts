// An integrated manager with one lower manager for each row of a table, run by Terraform's built-in resource: nothing
// is downloaded. docs/cdktf.md says how to run it against the simulator.
import { App, LocalBackend, TerraformStack } from "cdktf";
import { AgentSecrets, ImClient, JP1Topology } from "jp1im/cdktf";
import { sites } from "./sites";

const { EXAMPLE_FOLDER = "examples/cdktf-fleet" } = process.env;
const urlOf = (name: string, url: string) => process.env[`${name.toUpperCase()}_URL`] ?? url;
const auth = { user: "jp1admin", password: { env: "JP1_PASSWORD" } };

const app = new App();
const stack = new TerraformStack(app, "fleet");
new LocalBackend(stack, { path: "terraform.tfstate" });

const topology = new JP1Topology(stack, "sites", {
  runner: "terraform_data",
  workingFolder: EXAMPLE_FOLDER,
  integrated: { name: "tokyo", host: "immhost01", url: urlOf("tokyo", "http://127.0.0.1:20703"), auth },
  lower: Object.fromEntries(
    sites.map(({ name, host, url }) => [name, { host, url: urlOf(name, url), auth }]),
  ),
});
for (const { name, host, clients } of sites) {
  const manager = topology.manager(name);
  for (const id of clients) new ImClient(manager, id, { deliverTo: { file: `out/${name}/${id}.secret` } });
  new AgentSecrets(topology.integrated, `agents-of-${name}`, {
    match: "*",
    managerHost: host,
    secrets: { "smtp.password": { env: "SMTP_PASSWORD" } },
  });
}

app.synth();
