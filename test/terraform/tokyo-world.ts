import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Rig } from "../rig/rig";
import { ProviderClient } from "./provider-client";

/** A world with the manager of the tests' provider blocks. `rest`: what else it has, and further managers, in YAML. */
export function tokyoOf(rest: string): string {
  return `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass } }
${rest}`;
}

/** A document that declares that manager. `rest`: what it declares of it. */
export function documentOf(rest = ""): string {
  return `apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://tokyo.test
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
${rest}`;
}

/** The world, and a configured provider that sees it. */
export async function openProvider(world: string, settings: Attrs = {}) {
  const rig = await Rig.create(world);
  return { rig, client: await ProviderClient.open(rig.platform(), settings) };
}
