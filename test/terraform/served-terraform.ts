import { createPlatform } from "../../src/library/platform";
import { PROTOCOL } from "../../src/terraform/handshake";
import { Provider } from "../../src/terraform/provider/provider";
import { createServer, listen } from "../../src/terraform/server";
import { type Ended, Terraform } from "../cdktf/terraform";

/**
 * Terraform with a provider of this process, a new one for each command, in the place of the processes that it would start itself.
 * `TF_REATTACH_PROVIDERS` says where it is, as for a provider that runs in a debugger.
 */
export class ServedTerraform extends Terraform {
  override async run(...args: string[]): Promise<Ended> {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...this.env };
    const provider = new Provider(createPlatform({ cwd: this.folder, env }), () => {});
    const options = { provider, onShutdown: () => {} };
    const server = createServer(options);
    const { network, name } = await listen(server, undefined, options);
    this.env.TF_REATTACH_PROVIDERS = JSON.stringify({
      "registry.terraform.io/jp1im/jp1im": {
        ...{ Protocol: "grpc", ProtocolVersion: PROTOCOL, Pid: process.pid, Test: true },
        Addr: { Network: network, String: name },
      },
    });
    try {
      return await super.run(...args);
    } finally {
      await provider.close();
      server.forceShutdown();
    }
  }
}
