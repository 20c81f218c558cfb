/** What somebody else set on an agent may be taken over, and never without a word. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { unknown } from "../../src/terraform/values/type";
import { closeClients, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const SECRETS = "jp1im_agent_secrets";
const WORLD = tokyoOf(`    agents:
      - { host: "batch{1..5}", secrets: { set.by.hand: kept } }
      - { host: web1 }
`);

afterEach(closeClients);

async function open(settings: Attrs = {}) {
  const { rig, client } = await openProvider(WORLD, settings);
  const resource = () => new ResourceLife(client, SECRETS);
  /** So that the state knows the manager. */
  const begin = () => resource().apply({ host: "web1", secrets_wo: { a: "1" } });
  return { rig, client, resource, begin };
}

test("a selector says which keys on which agents it takes over, and what a destroy then does", async () => {
  const { resource, client } = await open();
  const life = resource();
  const config = { match: "*", secrets_wo: { "set.by.hand": "mine", fresh: "x" } };
  const { warnings, errors } = await life.plan(config);
  expect(errors).toEqual([]);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^The apply overwrites 5 existing values: "set.by.hand" on immhost01\/batch1, immhost01\/batch2, immhost01\/batch3 and 2 more\n.*destroying this resource deletes/,
    ),
  ]);
  expect(warnings[0]).not.toContain("fresh");
  expect(warnings[0]).not.toContain("web1");
  await client.configure();
  await life.apply(config);
  await client.configure();
  expect((await life.plan(config)).warnings).toEqual([]);
  const other = { match: "*", secrets_wo: { "set.by.hand": "another", fresh: "x" } };
  expect((await life.plan(other)).warnings).toEqual([]);
});

test.each<[string, Attrs]>([
  ["one agent", { host: "batch1", secrets_wo: { "set.by.hand": "mine" } }],
  ["a value that is not known yet", { host: "batch1", secrets_wo: { "set.by.hand": unknown } }],
])("so does a resource of %s, where the manager is known", async (_, config) => {
  const { resource, begin } = await open();
  await begin();
  expect(await resource().plan(config)).toMatchObject({
    errors: [],
    warnings: [expect.stringMatching(/overwrites 1 existing value: "set.by.hand" on immhost01\/batch1\n/)],
  });
});

test("a resource to which a key is added says so as well", async () => {
  const { resource, client } = await open();
  const life = resource();
  await life.apply({ match: "batch*", secrets_wo: { a: "1" } });
  await client.configure();
  const { warnings } = await life.plan({ match: "batch*", secrets_wo: { a: "1", "set.by.hand": "mine" } });
  expect(warnings).toEqual([expect.stringContaining('"set.by.hand"')]);
});

test("nothing is said of a destroy that deletes nothing, and nothing of what is refused or stays", async () => {
  const { client, resource } = await open();
  const config = { match: "batch*", secrets_wo: { "set.by.hand": "mine" } };
  const { warnings } = await resource().plan({ ...config, prune: "none" });
  expect(warnings).toEqual([expect.stringContaining("set.by.hand")]);
  expect(warnings[0]).not.toContain("deletes");
  await client.configure();
  const refused = await resource().plan({ host: "batch1", secrets_wo: config.secrets_wo });
  expect(refused).toMatchObject({ errors: [expect.stringContaining("no-state")], warnings: [] });
});

test("what this resource wrote is its own, also where the provider's state is lost", async () => {
  const { rig, resource, client } = await open();
  const life = resource();
  const config = { match: "batch*", secrets_wo: { "set.by.hand": "mine" } };
  await life.apply(config);
  client.close();
  for (const path of rig.files.paths()) if (path.includes("/.jp1im/")) await rig.files.unlink(path);
  const again = await ProviderClient.open(rig.platform());
  expect((await life.on(again).plan(config)).warnings).toEqual([]);
});
