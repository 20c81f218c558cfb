import { credentials, makeGenericClientConstructor, type ServiceError } from "@grpc/grpc-js";
import type { Platform } from "../../src/library/platform";
import { dataSources } from "../../src/terraform/data/data-sources";
import { ephemeralTypes } from "../../src/terraform/ephemeral/ephemeral-types";
import { services } from "../../src/terraform/protocol/services";
import { Provider } from "../../src/terraform/provider/provider";
import { providerAttributes } from "../../src/terraform/provider/provider-schema";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { resourceTypes } from "../../src/terraform/resources/resource-types";
import { readObject, writeObject } from "../../src/terraform/rpc/objects";
import type { Attributes } from "../../src/terraform/schema/attribute";
import { createServer, listen } from "../../src/terraform/server";
import { attributesOf, Dynamic, type Type, Unknown, type Value } from "../../src/terraform/values/type";

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
type Answer = any;

/** The provider as a server of this process, and Terraform's end of the connection to it. */
export class ProviderClient {
  readonly provider: Provider;
  readonly log: string[] = [];
  #call: (method: string, request: object) => Promise<Answer> = () => Promise.reject(new Error("closed"));
  #close = () => {};

  private constructor(platform: Platform) {
    this.provider = new Provider(platform, (...line) => this.log.push(JSON.stringify(line)));
  }

  static async open(platform: Platform, settings: Attrs = {}): Promise<ProviderClient> {
    const own = new ProviderClient(platform);
    const options = { provider: own.provider, onShutdown: () => {} };
    const server = createServer(options);
    const { name } = await listen(server, undefined, options);
    const Client = makeGenericClientConstructor(services.provider, "Provider");
    const client = new Client(name, credentials.createInsecure());
    own.#call = (method, request) =>
      new Promise((resolve, reject) => {
        const answer = (error: ServiceError | null, value: Answer) =>
          error ? reject(error) : resolve(value);
        (client as Answer)[method](request, answer);
      });
    own.#close = () => {
      client.close();
      server.forceShutdown();
    };
    clients.add(own);
    await own.configure(settings);
    return own;
  }

  /** As Terraform does before each of its walks. */
  async configure(settings: Attrs = {}): Promise<void> {
    await this.must("configureProvider", {
      terraformVersion: "1.14.0",
      config: settingsOf(settings),
    });
  }

  /** The answer of one call, whatever its diagnostics. */
  call(method: string, request: object = {}): Promise<Answer> {
    return this.#call(method, request);
  }

  async must(method: string, request: object = {}): Promise<Answer> {
    const answer = await this.call(method, request);
    const errors = errorsIn(answer);
    if (errors.length > 0) throw new Error(`${method}: ${JSON.stringify(errors)}`);
    return answer;
  }

  /** Ends it as a SIGKILL does: nothing is closed, and nothing is written any more. */
  close(): void {
    this.#close();
  }
}

/** The diagnostics of an answer that are errors. */
export function errorsIn({ diagnostics = [] }: Answer): Answer[] {
  return diagnostics.filter(({ severity }: Answer) => severity === ERROR);
}

const ERROR = 1;

const SETTINGS: Attrs = {
  name: "tokyo",
  url: "https://tokyo.test",
  host: "immhost01",
  user: "jp1admin",
  password: "jp1-pass",
};

/** A provider block as Terraform sends it. */
export function settingsOf(settings: Attrs): { readonly msgpack?: Uint8Array } {
  return writeObject(providerAttributes, sent(providerAttributes, { ...SETTINGS, ...settings }));
}

/** With every attribute, and with the type of what may be of any. */
function sent(attributes: Attributes, object: Attrs): Attrs {
  const given = Object.entries(object).map(([name, value]) => {
    const isOpen = attributes[name]?.type === "dynamic" && value !== null && !(value instanceof Unknown);
    return [name, isOpen ? typed(value) : value] as const;
  });
  return { ...blank(attributes), ...Object.fromEntries(given) };
}

function typed(value: Value): Dynamic {
  if (value instanceof Dynamic) return value;
  const bare = withoutTypes(value);
  return new Dynamic(typeOf(bare), bare);
}

function withoutTypes(value: Value): Value {
  if (value instanceof Dynamic) return withoutTypes(value.value);
  if (Array.isArray(value)) return value.map(withoutTypes);
  if (typeof value !== "object" || value === null || value instanceof Unknown) return value;
  const entries = Object.entries(attributesOf(value));
  return Object.fromEntries(entries.map(([name, each]) => [name, withoutTypes(each)]));
}

function typeOf(value: Value): Type {
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "bool";
  if (typeof value !== "object" || value === null || value instanceof Unknown) return "string";
  const entries = Object.entries(attributesOf(value));
  return ["object", Object.fromEntries(entries.map(([name, each]) => [name, typeOf(each)]))];
}

export function closeClients(): void {
  for (const client of clients) client.close();
  clients.clear();
}

const clients = new Set<ProviderClient>();

/** An object of a type of resource as Terraform sends it: with every attribute. */
export function objectOf(typeName: string, object: Attrs): { readonly msgpack?: Uint8Array } {
  const attributes = attributesOfType(typeName);
  return writeObject(attributes, sent(attributes, object));
}

export function objectFrom(typeName: string, wire: { readonly msgpack: Uint8Array }): Attrs | undefined {
  return readObject(attributesOfType(typeName), wire);
}

/** What a data source shows, and the texts of its diagnostics. */
export async function readData(client: ProviderClient, typeName: string, config: Attrs) {
  const attributes = dataSources.get(typeName)?.attributes;
  if (attributes === undefined) throw new Error(`there is no ${typeName}`);
  const request = { typeName, config: writeObject(attributes, sent(attributes, config)) };
  const answer = await client.call("readDataSource", request);
  const textOf = ({ summary, detail }: Answer) => `${summary}\n${detail}`;
  const warnings = (answer.diagnostics ?? []).filter(({ severity }: Answer) => severity !== ERROR);
  return {
    state: readObject(attributes, answer.state) ?? {},
    ...{ errors: errorsIn(answer).map(textOf), warnings: warnings.map(textOf) },
  };
}

function attributesOfType(typeName: string): Attributes {
  const type = resourceTypes.get(typeName) ?? ephemeralTypes.get(typeName);
  if (type === undefined) throw new Error(`there is no ${typeName}`);
  return type.attributes;
}

function blank(attributes: Attributes): Attrs {
  return Object.fromEntries(Object.keys(attributes).map((name) => [name, null]));
}
