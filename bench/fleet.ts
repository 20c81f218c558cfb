import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A simulated fleet and the desired state that fits it, as files in a folder. */
export interface Fleet {
  readonly folder: string;
  readonly agents: number;
  readonly keys: number;
  readonly world: string;
  readonly desired: string;
  /** The environment that the desired state's sources read. */
  readonly env: Record<string, string>;
  readonly port: number;
}

const PASSWORD = "bench-password";

/** Every agent holds the same `keys` secrets already; one selector declares them all. */
export function makeFleet(folder: string, agents: number, keys: number, port: number): Fleet {
  mkdirSync(folder, { recursive: true });
  const width = String(agents).length;
  const last = String(agents).padStart(width, "0");
  const first = "1".padStart(width, "0");
  const world = join(folder, "world.yaml");
  writeFileSync(
    world,
    `apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    port: ${port}
    perRequestLogin: true
    users: { jp1admin: { password: ${PASSWORD}, permission: JP1_Console_Admin } }
    agents: [{ host: "agent{${first}..${last}}", generateSecrets: ${keys} }]
`,
  );
  const names = Array.from({ length: keys }, (_, index) => String(index + 1).padStart(4, "0"));
  const desired = join(folder, "jp1im.yaml");
  writeFileSync(
    desired,
    `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://127.0.0.1:${port}
    host: immhost01
    auth: { user: jp1admin, password: { env: BENCH_PASSWORD } }
    agents:
      - match: "agent*"
        secrets:
${names.map((name) => `          secret-${name}: { env: BENCH_${name} }\n`).join("")}`,
  );
  const values = names.map((name) => [`BENCH_${name}`, `value-${name}`]);
  return {
    folder,
    agents,
    keys,
    world,
    desired,
    env: { BENCH_PASSWORD: PASSWORD, ...Object.fromEntries(values) },
    port,
  };
}
