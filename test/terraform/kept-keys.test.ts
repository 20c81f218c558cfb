/** What looks like a deletion in a difference and is none. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const SECRETS = "jp1im_agent_secrets";
const WORLD = tokyoOf(`    agents: [{ host: "web{1..5}" }]
`);

afterEach(closeClients);

async function applied(config: Attrs, settings: Attrs = {}, typeName = SECRETS) {
  const { rig, client } = await openProvider(WORLD, settings);
  const life = new ResourceLife(client, typeName);
  await life.apply(config);
  await client.configure(settings);
  return { rig, client, life };
}

const both = { keep: "1", gone: "2" };
const where = "immhost01/web1, immhost01/web2, immhost01/web3 and 2 more";

test.each<[string, Attrs, Attrs]>([
  ["`prune`", { prune: "none" }, {}],
  ["`policy.prune`", {}, { policy: { prune: "none" } }],
  ["`policy.protect`", {}, { policy: { protect: ["gone"] } }],
])(
  "a removed key that stays because of %s is named, and so it is by a destroy",
  async (_, more, settings) => {
    const { rig, life } = await applied({ match: "web*", secrets_wo: both, ...more }, settings);
    const text = `no longer managed by this resource: "gone" on ${where}`;
    const destroyed = await life.planDestroy();
    expect(destroyed.errors).toEqual([]);
    expect(destroyed.warnings).toEqual([expect.stringMatching(/Not deleted.*"gone".* on immhost01\/web1, /)]);
    const next = { match: "web*", secrets_wo: { keep: "1" }, ...more };
    expect((await life.plan(next)).warnings).toEqual([expect.stringContaining(text)]);
    rig.takeWrites();
    await life.apply(next);
    expect(rig.takeWrites()).toEqual([]);
    expect((await life.plan(next)).warnings).toEqual([]);
  },
);

test("what a destroy leaves is named by its plan, and not again by its apply", async () => {
  const settings = { policy: { protect: ["gone", "app*"] } };
  const { client, life } = await applied({ match: "web*", secrets_wo: both }, settings);
  expect((await life.planDestroy()).warnings).toHaveLength(1);
  expect(await life.destroy()).toMatchObject({ errors: [], warnings: [] });
  const app = new ResourceLife(client, "jp1im_client");
  await app.apply({
    ...{ id: "app/1", generation: 1 },
    deliver_to: new Dynamic(["object", { file: "string" }], { file: "app.secret" }),
  });
  expect((await app.destroy()).warnings).toEqual([
    expect.stringContaining("tokyo/client/app%2F1 stays on the manager"),
  ]);
});

test("so are the keys of agents that a selector no longer matches", async () => {
  const { life } = await applied({ match: "web*", secrets_wo: both, prune: "none" });
  const { warnings } = await life.plan({ match: "web[!]", secrets_wo: both, prune: "none" });
  expect(warnings).toEqual(expect.arrayContaining([expect.stringContaining(`"keep", "gone" on ${where}`)]));
});

test("a deletion needs no word", async () => {
  const { life } = await applied({ match: "web*", secrets_wo: both }, { policy: { protect: ["other"] } });
  expect((await life.planDestroy()).warnings).toEqual([]);
  expect((await life.plan({ match: "web*", secrets_wo: { keep: "1" } })).warnings).toEqual([]);
});

test("a client that a destroy leaves is named", async () => {
  const deliver_to = new Dynamic(["object", { file: "string" }], { file: "app.secret" });
  const settings = { policy: { prune: "none" } };
  const { life } = await applied({ id: "app", deliver_to }, settings, "jp1im_client");
  expect((await life.planDestroy()).warnings).toEqual([
    expect.stringContaining("tokyo/client/app is not deleted"),
  ]);
});
