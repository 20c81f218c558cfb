// A password that Terraform draws becomes the secret of agents. It reaches them through the environment of one run, and
// a new one (`terraform apply -replace`) causes a run that sends just that.
import { App, LocalBackend, TerraformStack } from "cdktf";
import { AgentSecrets, DesiredState, Jp1imManager } from "jp1im/cdktf";
import { RandomPassword, RandomProvider } from "./random-password";

const { TOKYO_URL = "http://127.0.0.1:20703", EXAMPLE_FOLDER = "examples/cdktf-with-random-password" } =
  process.env;

const app = new App();
const stack = new TerraformStack(app, "jp1");
new LocalBackend(stack, { path: "terraform.tfstate" });
new RandomProvider(stack, "random");

const password = new RandomPassword(stack, "smtp", 24);
const desired = new DesiredState(stack, "jp1im", { workingFolder: EXAMPLE_FOLDER });
const tokyo = new Jp1imManager(desired, "tokyo", {
  url: TOKYO_URL,
  host: "immhost01",
  auth: { user: "jp1admin", password: { env: "TOKYO_PASSWORD" } },
});
new AgentSecrets(tokyo, "batch", { match: "batch-*", secrets: { "smtp.password": password.result } });

app.synth();
