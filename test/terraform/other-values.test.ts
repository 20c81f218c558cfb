/** A refresh compares what was recorded for each agent with what the resource wrote last. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { closeClients, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const SECRETS = "jp1im_agent_secrets";
const WORLD = tokyoOf(`    agents: [{ host: "web{1..3}" }]
`);
const config = (value: string): Attrs => ({ match: "web*", secrets_wo: { a: value, b: "same" } });

afterEach(closeClients);

async function applied(settings: Attrs = {}) {
  const { rig, client } = await openProvider(WORLD, settings);
  const life = new ResourceLife(client, SECRETS);
  await life.apply(config("old"));
  await client.configure(settings);
  return { rig, client, life };
}

test("an apply that did not reach every agent is drift on those that it reached, until all have one value", async () => {
  const { rig, client, life } = await applied();
  const setState = (state: "up" | "down") =>
    rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web3", state });
  const half = life.apply(config("new"), () => setState("down"));
  expect((await half).errors).not.toEqual([]);
  setState("up");
  await client.configure();
  const { state } = await life.refresh();
  expect(state.drift).toEqual({ "immhost01/web1": "other value: a", "immhost01/web2": "other value: a" });
  rig.takeWrites();
  const planned = await life.plan(config("old"));
  expect(planned.state).toMatchObject({ fingerprints: state.fingerprints, drift: {} });
  await life.apply(config("old"));
  expect(rig.takeWrites()).toEqual(["web1", "web2"].map((host) => `tokyo agents/secrets/change ${host} +a`));
  await client.configure();
  expect((await life.refresh()).state.drift).toEqual({});
});

test("so is another block's value, and a key that somebody deleted beside it", async () => {
  const { rig, client, life } = await applied();
  const other = new ResourceLife(await ProviderClient.open(rig.platform()), SECRETS);
  await other.apply({ host: "web2", secrets_wo: { a: "theirs" } });
  rig.simulation.edit({ manager: "tokyo", type: "remove-agent-secret", host: "web2", key: "b" });
  await client.configure();
  expect((await life.refresh()).state.drift).toEqual({ "immhost01/web2": "missing: b; other value: a" });
  const { errors, warnings } = await life.plan(config("old"));
  expect(errors).toEqual([]);
  expect(warnings).toEqual([
    expect.stringContaining("immhost01/web2 (missing: b; other value: a)"),
    expect.stringContaining('took over "a" on immhost01/web2'),
  ]);
  expect(warnings[0]).toContain("declare the key in one of them");
});

test("other keys of an agent are none of its drift", async () => {
  const { rig, client, life } = await applied();
  const other = new ResourceLife(client, SECRETS);
  await other.apply({ host: "web2", secrets_wo: { c: "1" } });
  await client.configure();
  expect((await life.refresh()).state.drift).toEqual({});
  expect(rig.read(".jp1im/state.key")).toBeDefined();
});

test.each<[string, Attrs, Attrs]>([
  [
    "is lost",
    {},
    Object.fromEntries([1, 2, 3].map((n) => [`immhost01/web${n}`, "value not recorded: a, b"])),
  ],
  ["is lost, and such values are kept", { policy: { unverified: "keep" } }, {}],
])("a provider's state that %s", async (_, settings, expected) => {
  const state_key = Buffer.alloc(32, 7).toString("base64");
  const { rig, client, life } = await applied({ state_key });
  client.close();
  for (const path of rig.files.paths()) if (path.includes("/.jp1im/")) await rig.files.unlink(path);
  life.on(await ProviderClient.open(rig.platform(), { state_key, ...settings }));
  expect((await life.refresh()).state.drift).toEqual(expected);
});

test("under another state key nothing can be compared", async () => {
  const { rig, client, life } = await applied();
  client.close();
  for (const path of rig.files.paths()) if (path.includes("/.jp1im/")) await rig.files.unlink(path);
  life.on(await ProviderClient.open(rig.platform()));
  expect((await life.refresh()).state.drift).toEqual({});
});

test("in sync, no agent's keys are compared", async () => {
  const { client, life } = await applied();
  const state = await client.provider.connection.run.state();
  const fingerprints = jest.spyOn(state, "fingerprints");
  expect((await life.refresh()).state.drift).toEqual({});
  expect(fingerprints).not.toHaveBeenCalled();
});
