import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Certificate } from "./certificate";
import type { Address } from "./handshake";
import { faultToWire } from "./protocol/fault-to-wire";
import { services } from "./protocol/services";
import type { Answer } from "./protocol/wire";
import type { Provider } from "./provider/provider";
import { type Rpc, rpcs } from "./rpc/rpcs";

/** A state with many thousands of agents exceeds gRPC's default of four megabytes. */
const LARGEST_MESSAGE = 256 * 1024 * 1024;

export interface ServerOptions {
  readonly provider: Provider;
  /** The certificates of both ends; absent if Terraform does not use TLS. */
  readonly tls?: { readonly own: Certificate; readonly client: string } | undefined;
  /** Called when Terraform asks the process to end. */
  readonly onShutdown: () => void;
}

export function createServer({ provider, onShutdown }: ServerOptions): Server {
  const server = new Server({
    "grpc.max_receive_message_length": LARGEST_MESSAGE,
    "grpc.max_send_message_length": LARGEST_MESSAGE,
    // Nobody reads these statistics of each call.
    "grpc.enable_channelz": 0,
  });
  server.addService(services.provider, implementation(provider));
  server.addService(services.controller, {
    shutdown: ((_call, answer) => {
      answer(null, {});
      onShutdown();
    }) satisfies handleUnaryCall<unknown, unknown>,
  });
  return server;
}

/**
 * Resolves to the address once the server listens. It is a private socket, or a port that only this machine can
 * reach.
 */
export async function listen(
  server: Server,
  path: string | undefined,
  { tls }: ServerOptions,
): Promise<Address> {
  const credentials = tls
    ? ServerCredentials.createSsl(
        Buffer.from(tls.client),
        [{ private_key: Buffer.from(tls.own.keyPem), cert_chain: Buffer.from(tls.own.pem) }],
        true,
      )
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    const place = path === undefined ? "127.0.0.1:0" : `unix:${path}`;
    server.bindAsync(place, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return path === undefined ? { network: "tcp", name: `127.0.0.1:${port}` } : { network: "unix", name: path };
}

function implementation(provider: Provider): UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(rpcs).map(([name, rpc]) => [name, handle(name, rpc, provider)]));
}

/**
 * The answer contains expected faults and bugs as diagnostics, because Terraform shows them better than a failed
 * call.
 */
function handle(name: string, rpc: Rpc, provider: Provider): handleUnaryCall<unknown, Answer> {
  return ({ request }, answer) => {
    provider.log("trace", name);
    rpc(request as never, provider)
      .catch((error: unknown): Answer => ({ diagnostics: provider.explain(error).map(faultToWire) }))
      .then(({ diagnostics = [], ...rest }) => {
        const warnings = provider.takeWarnings().map(faultToWire);
        answer(null, { ...rest, diagnostics: [...diagnostics, ...warnings] });
      });
  };
}
