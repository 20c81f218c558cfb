/** A lower manager is not destroyed before the secrets of the agents below it: nothing reaches them afterwards. */
import { removeFromState } from "../../src/index";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import type { Rig } from "../rig/rig";
import { closeClients, type ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: osaka-pass } }
    initialSecret: osaka-initial
    agents: [{ host: "oweb{1..2}" }]
`);
const BELOW = { match: "oweb*", manager_host: "immhost-osaka", secrets_wo: { k1: "v1" } };
const LOWER = { host: "immhost-osaka", initial_secret_wo: "osaka-initial" };

afterEach(closeClients);

async function open(more: Attrs = {}, settings: Attrs = {}) {
  const { rig, client } = await openProvider(WORLD, settings);
  const lower = new ResourceLife(client, "jp1im_lower_manager");
  await lower.apply(LOWER);
  const secrets = new ResourceLife(client, "jp1im_agent_secrets");
  await secrets.apply({ ...BELOW, ...more });
  await newWalk(rig, client, settings);
  return { rig, client, lower, secrets };
}

async function newWalk(rig: Rig, client: ProviderClient, settings: Attrs = {}) {
  await client.configure(settings);
  rig.takeWrites();
}

function keysBelow({ simulation }: Rig): string[] {
  const { agents = [] } = simulation.truth().managers.osaka ?? {};
  return agents.flatMap(({ secrets = {} }) =>
    Object.keys(secrets).filter((key) => !key.startsWith("immgr.")),
  );
}

const hosts = ({ simulation }: Rig) => simulation.truth().managers.tokyo?.lowerManagers;

test("side by side, it waits until the keys are deleted, whichever is destroyed first", async () => {
  const { rig, lower, secrets } = await open();
  const ended = await Promise.all([lower.destroy(), secrets.destroy()]);
  expect(ended.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  expect(keysBelow(rig)).toEqual([]);
  expect(hosts(rig)).toEqual([]);
});

test("alone, it is refused with what would stay and the way out, and goes once the keys have gone", async () => {
  const { rig, client, lower, secrets } = await open();
  const { errors, state } = await lower.destroy();
  expect(errors).toHaveLength(1);
  for (const text of ['"k1"', "immhost-osaka/oweb1, immhost-osaka/oweb2", "`depends_on`", "`manager_host`"])
    expect(errors[0]).toContain(text);
  expect(state).toMatchObject({ host: "immhost-osaka" });
  expect(rig.takeWrites()).toEqual([]);
  await client.configure();
  expect((await secrets.destroy()).errors).toEqual([]);
  expect((await lower.destroy()).errors).toEqual([]);
  expect(keysBelow(rig)).toEqual([]);
  expect(hosts(rig)).toEqual([]);
});

test("keys that a resource leaves by right are no reason to stay", async () => {
  const { rig, lower, secrets } = await open({ prune: "none" });
  expect((await secrets.destroy()).errors).toEqual([]);
  expect((await lower.destroy()).errors).toEqual([]);
  expect(keysBelow(rig)).toHaveLength(2);
  expect(hosts(rig)).toEqual([]);
});

test("keys whose lower manager is no longer registered are named by the destroy, and by its plan", async () => {
  const { rig, client, lower, secrets } = await open();
  const forgotten = ["oweb1", "oweb2"].map((host) => `tokyo/agent/immhost-osaka/${host}`);
  await removeFromState({ files: [], state: "/home/ops/.jp1im" }, forgotten, rig.platform());
  await client.configure();
  expect((await lower.destroy()).errors).toEqual([]);
  await client.configure();
  for (const { errors, warnings, state } of [await secrets.planDestroy(), await secrets.destroy()]) {
    expect(errors).toEqual([]);
    expect(state).toEqual({});
    expect(warnings).toHaveLength(1);
    for (const text of ['"k1"', "immhost-osaka/oweb1, immhost-osaka/oweb2", "Add it again", "`depends_on`"])
      expect(warnings[0]).toContain(text);
  }
  expect(keysBelow(rig)).toHaveLength(2);
});
