import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { type Method, Root, type Type } from "protobufjs/light";
import { pluginProtocol, providerProtocol } from "./descriptor.generated";

/** The services that Terraform calls. */
export const services: { readonly provider: ServiceDefinition; readonly controller: ServiceDefinition } = {
  provider: serviceIn(providerProtocol, "tfplugin6.Provider"),
  controller: serviceIn(pluginProtocol, "plugin.GRPCController"),
};

/**
 * The methods have names in camel case: `planResourceChange`. `@grpc/proto-loader` would do the same, but it also
 * describes each type for reflection, which makes the start much slower.
 */
function serviceIn(protocol: object, name: string): ServiceDefinition {
  const service = Root.fromJSON(protocol).resolveAll().lookupService(name);
  return Object.fromEntries(
    service.methodsArray.map((method) => [camelCase(method.name), definitionOf(method, name)]),
  );
}

function definitionOf(method: Method, service: string): MethodDefinition<object, object> {
  const { resolvedRequestType: request, resolvedResponseType: response } = method;
  if (!request || !response) throw new Error(`${service} has a method without types: ${method.name}`);
  return {
    path: `/${service}/${method.name}`,
    requestStream: method.requestStream === true,
    responseStream: method.responseStream === true,
    requestSerialize: serializer(request),
    requestDeserialize: deserializer(request),
    responseSerialize: serializer(response),
    responseDeserialize: deserializer(response),
  };
}

function serializer(type: Type) {
  // In Node the result is a buffer.
  return (message: object) => type.encode(type.fromObject(message)).finish() as Buffer;
}

function deserializer(type: Type) {
  const options = { longs: Number, defaults: true, oneofs: true };
  return (bytes: Buffer): object => type.toObject(type.decode(bytes), options);
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
