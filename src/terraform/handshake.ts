import { mkdtemp, rm } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";

/** The version of the plugin protocol. */
export const PROTOCOL = 6;

/** Terraform sets this variable for a provider that it starts. */
const COOKIE = {
  name: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
};

export type Invitation =
  | {
      readonly is: "accepted" /** Of the caller, in PEM; absent where it asks for no TLS. */;
      readonly clientCertificate?: string | undefined;
    }
  | { readonly is: "refused"; readonly why: string; readonly byTerraform: boolean };

/** Reads from the environment whether Terraform started this process, and how to answer. */
export function readInvitation(env: Readonly<Record<string, string | undefined>>): Invitation {
  if (env[COOKIE.name] !== COOKIE.value) {
    return {
      is: "refused",
      byTerraform: false,
      why: "this program is a plugin of Terraform and OpenTofu, which start it themselves. Install it with `jp1im terraform-provider install`",
    };
  }
  const versions = (env.PLUGIN_PROTOCOL_VERSIONS ?? "").split(",").map(Number);
  if (!versions.includes(PROTOCOL)) {
    return {
      is: "refused",
      byTerraform: true,
      why: `this provider speaks plugin protocol ${PROTOCOL}, and was asked for ${env.PLUGIN_PROTOCOL_VERSIONS ?? "none"}: it needs Terraform or OpenTofu 1.11 or newer`,
    };
  }
  const clientCertificate = env.PLUGIN_CLIENT_CERT;
  return { is: "accepted", clientCertificate: clientCertificate || undefined };
}

/** The line that tells Terraform where to connect. The padding of the base64 is cut, as Terraform expects it. */
export function handshakeLine(address: Address, certificate: Buffer | undefined): string {
  const encoded = certificate?.toString("base64").replace(/=+$/, "") ?? "";
  return ["1", PROTOCOL, address.network, address.name, "grpc", encoded].join("|");
}

export interface Address {
  readonly network: "unix" | "tcp";
  /** A path, or a host and a port. */
  readonly name: string;
}

/** Node silently cuts longer paths of sockets. */
const LONGEST_PATH = 107;

export interface SocketPlace {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Creates a private folder for the socket. Returns `undefined` if no path is short enough, or if it cannot create a
 * folder.
 */
export async function socketPlace(
  env: Readonly<Record<string, string | undefined>>,
): Promise<SocketPlace | undefined> {
  const root = env.PLUGIN_UNIX_SOCKET_DIR || tmpdir();
  if (platform() === "win32" || Buffer.byteLength(join(root, "jp1im-XXXXXX", "rpc")) > LONGEST_PATH)
    return undefined;
  const folder = await mkdtemp(join(root, "jp1im-")).catch(() => undefined);
  if (folder === undefined) return undefined;
  return { path: join(folder, "rpc"), remove: () => rm(folder, { recursive: true, force: true }) };
}
