/** A value that is known only at the apply belongs to a key that stays declared. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Unknown, unknown, type Value } from "../../src/terraform/values/type";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const SECRETS = "jp1im_agent_secrets";
const WORLD = tokyoOf(`    agents: [{ host: "web{1..3}" }]
`);
const policy = { policy: { max_deletes: "0" } };

afterEach(closeClients);

async function applied(config: Attrs, settings: Attrs = {}) {
  const { rig, client } = await openProvider(WORLD, settings);
  const life = new ResourceLife(client, SECRETS);
  await life.apply(config);
  rig.takeWrites();
  await client.configure(settings);
  return { rig, client, life };
}

const keys = ["a", "b", "c"];
const mapOf = (value: (key: string) => Value) => Object.fromEntries(keys.map((key) => [key, value(key)]));

test.each<[string, Value]>([
  ["unknown", unknown],
  ["null", null],
])("a plan whose values are %s deletes nothing, and leaves open only those", async (_, open) => {
  const config = { match: "web*", secrets_wo: { ...mapOf(() => "1"), known: "x" } };
  const { rig, life } = await applied(config, policy);
  const { state, errors, warnings } = await life.plan({
    ...{ match: "web*", secrets_wo: { ...mapOf(() => open), known: "x" } },
  });
  expect([errors, warnings]).toEqual([[], []]);
  const { fingerprints, written_at, ...others } = state;
  const { fingerprints: before, written_at: _at, ...same } = life.state;
  expect(fingerprints).toEqual({ ...(before as Attrs), ...mapOf(() => unknown) });
  expect(written_at).toBeInstanceOf(Unknown);
  expect(others).toEqual(same);
  expect((await life.apply(config)).state).toEqual(life.state);
  expect(rig.takeWrites()).toEqual([]);
});

test("a key that is removed beside an open value is still deleted, and counted", async () => {
  const { rig, client, life } = await applied(
    { match: "web*", secrets_wo: { gone: "1", later: "2" } },
    policy,
  );
  const next = { match: "web*", secrets_wo: { later: unknown } };
  expect((await life.plan(next)).errors).toEqual([expect.stringContaining("delete 3 resources")]);
  await client.configure();
  expect((await life.plan(next)).errors).toEqual([]);
  await life.apply({ match: "web*", secrets_wo: { later: "2" } });
  expect(rig.takeWrites()).toEqual([1, 2, 3].map((n) => `tokyo agents/secrets/change web${n} -gone`));
});

test("an agent that a selector no longer matches loses keys of open values as well", async () => {
  const { life } = await applied({ match: "web*", secrets_wo: { later: "2" } }, policy);
  const { errors } = await life.plan({ match: "web1", secrets_wo: { later: unknown } });
  expect(errors).toEqual([expect.stringContaining("delete 2 resources")]);
});

test("two resources that give one key to one agent are refused before its value is known", async () => {
  const { client, life } = await applied({ match: "web*", secrets_wo: { later: "2" } });
  await life.plan({ match: "web*", secrets_wo: { later: unknown } });
  const other = new ResourceLife(client, SECRETS);
  const { errors } = await other.plan({ host: "web1", secrets_wo: { later: unknown } });
  expect(errors).toEqual([expect.stringContaining('"later"')]);
});
