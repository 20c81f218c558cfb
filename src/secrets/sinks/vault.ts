import type { SinkReference } from "../../model/desired-state";
import { textOption } from "../../model/options";
import type { Tree } from "../tree/tree";
import { writeJson } from "../tree/write-json";
import {
  certificateFiles,
  describePlace,
  fieldIdentity,
  readPlace,
  readServer,
  type VaultPlace,
} from "../vault/settings";
import { openVault, type Vault } from "../vault/vault";
import { VaultError } from "../vault/vault-error";
import { formatOf, formatted } from "./format";
import { type ServiceSink, undeliverable } from "./sink";

const DEFAULT_FIELD = "secret";
const ATTEMPTS = 5;

/**
 * `vault: { path: secret/fluentd-web }`: a field of a KV version 2 secret. Only that field is owned: the others are
 * written back unchanged. Each write names the version that was read (check-and-set), so that no other write is lost;
 * after a concurrent write, or a lost answer, it reads and writes again, at most five times.
 */
export const vault: ServiceSink = {
  type: "vault",
  writes: "elsewhere",
  // A second secret in the same field would replace the first one.
  tellsApart: false,
  identity: (reference, context) => fieldIdentity(reference, fieldOf(reference.options), context),
  describe: (options) => `${fieldOf(options)} of ${describePlace(options)} in the vault`,
  describePlace: ({ traits: { field, mount, path } }) => `${field} of ${mount}/${path} in the vault`,
  place: async (reference, { env, cwd }) => {
    const { options } = reference;
    const place = readPlace(options);
    if (place === undefined) return undefined;
    const server = readServer(reference, env, cwd);
    return {
      ...{ type: "vault", paths: {} },
      traits: {
        ...{ mount: place.mount, path: place.path, field: fieldOf(options), format: formatOf(options) },
        ...(typeof server !== "string" && { address: server.address, namespace: server.namespace ?? "" }),
      },
    };
  },
  prove: (reference, context) =>
    withVaultDiagnostics(async () => {
      const place = placeOf(reference);
      const server = await openVault(reference, context);
      await server.requireVersion2(place);
      const may = await server.capabilities(place);
      if (may.includes("root")) return;
      const { version } = may.includes("read") ? await server.readSecret(place) : { version: 0 };
      const needed = ["read", version === 0 ? "create" : "update"];
      const absent = needed.filter((capability) => !may.includes(capability));
      if (absent.length === 0) return;
      throw undeliverable(
        `the token may not ${absent.join(" and ")} ${place.mount}/data/${place.path} in the vault`,
        `give its policy the capabilities ${needed.join(" and ")} on that path`,
      );
    }),
  reads: certificateFiles,
  deliver: (reference, issued, context) =>
    withVaultDiagnostics(async () => {
      const server = await openVault(reference, context);
      const place = placeOf(reference);
      const text = formatted(issued, reference.options);
      // Each write names the version that was read, so two parallel writes of our own would only conflict.
      await server.inTurn(place, () => write(server, place, fieldOf(reference.options), text));
    }),
};

async function write(server: Vault, place: VaultPlace, field: string, text: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { version, fields } = await server.readSecret(place);
    const entries = new Map<string, Tree>(fields?.kind === "map" ? fields.entries : []);
    const held = entries.get(field);
    // A write whose answer was lost was carried out.
    if (attempt > 1 && held?.kind === "leaf" && held.text === text) return;
    entries.set(field, { kind: "leaf", type: "text", text });
    try {
      return await server.writeSecret(place, writeJson({ kind: "map", entries }), version);
    } catch (error) {
      const isWorthIt = error instanceof VaultError && (error.isOutdated || error.status === undefined);
      if (!isWorthIt || attempt >= ATTEMPTS) throw error;
    }
  }
}

function fieldOf(options: unknown): string {
  return textOption(options, "field") ?? DEFAULT_FIELD;
}

function placeOf({ options }: SinkReference): VaultPlace {
  const place = readPlace(options);
  if (place !== undefined) return place;
  throw undeliverable("vault has to name a secret", "write: vault: { path: MOUNT/PATH }");
}

async function withVaultDiagnostics<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VaultError) throw undeliverable(error.message, error.remedy);
    throw error;
  }
}
