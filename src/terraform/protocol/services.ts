import type { ServiceDefinition } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { pluginProtocol, providerProtocol } from "./descriptor.generated";

/** The services that Terraform calls, read from our own descriptions of them. */
export function services(): { readonly provider: ServiceDefinition; readonly controller: ServiceDefinition } {
  return {
    provider: serviceIn(providerProtocol, "tfplugin6.Provider"),
    controller: serviceIn(pluginProtocol, "plugin.GRPCController"),
  };
}

type Descriptor = Parameters<typeof fromJSON>[0];

function serviceIn(protocol: object, name: string): ServiceDefinition {
  const options = { longs: Number, defaults: true, oneofs: true };
  return fromJSON(protocol as Descriptor, options)[name] as ServiceDefinition;
}
