/** A provider block whose `name` changes, after `jp1im state mv`. */
import { moveInState } from "../../src/library/state/move-in-state";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { closeClients, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents: [{ host: "web{1..3}" }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, initialSecret: osaka-initial }
`);

afterEach(closeClients);

async function renamed(typeName: string, config: Attrs) {
  const { rig, client } = await openProvider(WORLD);
  const life = new ResourceLife(client, typeName);
  const { state: before } = await life.apply(config);
  await moveInState({ files: [], state: ".jp1im" }, "tokyo", "edo", rig.platform());
  const settings = { name: "edo" };
  life.on(await ProviderClient.open(rig.platform(), settings));
  rig.takeWrites();
  const read = await life.refresh();
  expect(read).toMatchObject({ errors: [], warnings: [] });
  return { rig, life, before, read };
}

test.each<[string, Attrs, Attrs]>([
  ["jp1im_client", { id: "app", deliver_to: { file: "out/app" } }, { address: "edo/client/app" }],
  ["jp1im_initial_secret", { deliver_to: { file: "out/initial" } }, { address: "edo/initial-secret" }],
])("%s is as declared, under its new address", async (typeName, config, more) => {
  const { rig, life, before, read } = await renamed(typeName, config);
  expect(read.state).toEqual({ ...before, ...more });
  expect(await life.plan(config)).toMatchObject({ state: read.state, errors: [], warnings: [] });
  expect(rig.takeWrites()).toEqual([]);
});

test.each<[string, Attrs, Attrs]>([
  [
    "jp1im_agent_secrets",
    { match: "web*", secrets_wo: { a: "1" } },
    { id: "edo/agent?match=web*", drift: {} },
  ],
  [
    "jp1im_agent_secrets",
    { host: "web1", secrets_wo: { a: "1" } },
    { id: "edo/agent/immhost01/web1", drift: {} },
  ],
  [
    "jp1im_lower_manager",
    { host: "immhost-osaka", initial_secret_wo: "osaka-initial" },
    { address: "edo/lower-manager/immhost-osaka" },
  ],
])("%s gets fingerprints of its new name, and nothing is sent", async (typeName, config, more) => {
  const { rig, life, before, read } = await renamed(typeName, config);
  expect(read.state).toEqual({ ...before, ...more });
  expect(await life.plan(config)).toMatchObject({ errors: [], warnings: [] });
  const applied = await life.apply(config);
  expect(applied).toMatchObject({ errors: [], warnings: [] });
  const { fingerprint, fingerprints, ...rest } = applied.state;
  expect(read.state).toMatchObject(rest);
  expect([fingerprint, fingerprints]).not.toEqual([before.fingerprint, before.fingerprints]);
  expect(rig.takeWrites()).toEqual([]);
});
