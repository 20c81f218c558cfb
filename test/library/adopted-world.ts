/** Random worlds to be adopted: names as odd as a manager takes them, and some that only look alike in a placeholder. */
import * as fc from "fast-check";

export interface FoundAgent {
  readonly host: string;
  readonly os: string;
  readonly keys: readonly string[];
}

export interface FoundWorld {
  readonly clients: readonly string[];
  readonly lowerManagers: readonly ("immhost-osaka" | "immhost-nagoya")[];
  /** By manager. */
  readonly agents: { readonly tokyo: readonly FoundAgent[]; readonly osaka: readonly FoundAgent[] };
}

const printable = (min: number, max: number) =>
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: min,
    maxLength: max,
  });
const alike = [
  "smtp.password",
  "smtp_password",
  "SMTP-Password",
  "smtpPassword",
  "__proto__",
  "true",
  "7",
  "- x: y # z",
  "k".repeat(1024),
];
const key = fc
  .oneof(fc.constantFrom(...alike), printable(1, 12))
  .filter((text) => !text.startsWith("immgr."));
const clientId = fc
  .oneof(
    fc.constantFrom("fluentd-web", "fluentd.web", "FLUENTD-WEB", "a/b", "null", "..", " "),
    printable(1, 12),
  )
  .filter((id) => !id.includes(":") && !/^(AGENT_|MANAGER_)/.test(id));
const host = fc.constantFrom("web01", "WEB01", "web-01", "web.01", "10.0.0.1", "a_b", "x/y", "%2F", "no");
const agent = fc.record({
  host,
  os: fc.constantFrom("Linux", "Windows"),
  keys: fc.uniqueArray(key, { maxLength: 6 }),
});
const agents = fc.uniqueArray(agent, { maxLength: 4, selector: (each) => each.host });

export const foundWorld: fc.Arbitrary<FoundWorld> = fc.record({
  clients: fc.uniqueArray(clientId, { maxLength: 5 }),
  lowerManagers: fc.subarray(["immhost-osaka", "immhost-nagoya"] as const),
  agents: fc.record({ tokyo: agents, osaka: agents }),
});

export const NAGOYA_INITIAL = "nagoya-initial-secret";

/** `nagoya` is a lower manager that no desired state declares. */
export function worldText({ clients, lowerManagers, agents }: FoundWorld): string {
  const users = { jp1admin: { password: "jp1-pass", permission: "JP1_Console_Admin" } };
  const valued = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, `value of old ${names.length}`]));
  const found = (each: readonly FoundAgent[]) =>
    each.map(({ host, os, keys }) => ({ host, os, secrets: valued(keys) }));
  return JSON.stringify({
    apiVersion: "jp1im-simulator/v1",
    seed: 1,
    managers: {
      tokyo: {
        host: "immhost01",
        users,
        clients: valued(clients),
        subordinates: ["immhost-osaka", "immhost-nagoya"],
        lowerManagers,
        agents: found(agents.tokyo),
      },
      osaka: { host: "immhost-osaka", users, agents: found(agents.osaka) },
      nagoya: { host: "immhost-nagoya", users, initialSecret: NAGOYA_INITIAL },
    },
  });
}

/** How the managers are reached, and nothing that they hold. */
export const CONNECTIONS = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
  osaka:
    url: http://osaka.test:20703
    host: immhost-osaka
    auth: { user: jp1admin, password: { env: PASSWORD } }
`;
