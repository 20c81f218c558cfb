/** What a plan can know of secrets although their agents cannot be seen, or chosen, yet. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { type Unknown, unknown } from "../../src/terraform/values/type";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const SECRETS = "jp1im_agent_secrets";
const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents: [{ host: "web{1..2}" }]
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: osaka-pass } }
    initialSecret: osaka-initial
    agents: [{ host: web1 }]
`);
const secrets_wo = { a: "1", later: unknown };

afterEach(closeClients);

async function open() {
  const { client } = await openProvider(WORLD);
  return { client, life: () => new ResourceLife(client, SECRETS) };
}

async function fingerprintOf(life: ResourceLife) {
  return (await life.plan({ host: "web2", secrets_wo: { a: "1" } })).state.fingerprints as Attrs;
}

test.each<[string, Attrs, string | Unknown]>([
  [
    "a selector below a manager that is not there yet",
    { match: "web*", manager_host: "immhost-osaka" },
    "tokyo/agent?match=web*&manager_host=immhost-osaka",
  ],
  ["an agent below it", { host: "web1", manager_host: "immhost-osaka" }, "tokyo/agent/immhost-osaka/web1"],
  ["a pattern that is not known", { match: unknown }, unknown],
  ["a manager that is not known", { host: "web1", manager_host: unknown }, unknown],
])("`id` and `fingerprints` of %s", async (_, own, id) => {
  const { client, life } = await open();
  const { a } = await fingerprintOf(life());
  await client.configure();
  const { state, errors } = await life().plan({ ...own, secrets_wo });
  expect(errors).toEqual([]);
  expect(state.id).toEqual(id);
  expect(state.fingerprints).toEqual({ a, later: unknown });
});

test("a map that is not known leaves its fingerprints open, and not the `id`", async () => {
  const { life } = await open();
  const { state } = await life().plan({ match: "web*", secrets_wo: unknown });
  expect(state).toMatchObject({ id: "tokyo/agent?match=web*", fingerprints: unknown, manager_host: null });
});

test("selectors that differ in any criterion have different ids", async () => {
  const ids: unknown[] = [];
  const more = [
    {},
    { manager_host: "immhost01" },
    { manager_host: "imm*" },
    { os: "linux" },
    { addons: ["a"] },
  ];
  for (const own of more) {
    const { life } = await open();
    ids.push((await life().plan({ match: "web*", secrets_wo: { a: "1" }, ...own })).state.id);
  }
  expect(new Set(ids).size).toBe(more.length);
});

test("an `id` of before stays until the selector changes", async () => {
  const { client, life } = await open();
  const own = life();
  const config = { match: "web*", manager_host: "immhost01", secrets_wo: { a: "1" } };
  await own.apply(config);
  own.edit({ id: "tokyo/agent?match=web*" });
  await client.configure();
  const { state } = await own.plan(config);
  expect(state).toEqual(own.state);
  const other = await own.plan({ ...config, match: "web1" });
  expect(other.state.id).toBe("tokyo/agent?match=web1&manager_host=immhost01");
});
