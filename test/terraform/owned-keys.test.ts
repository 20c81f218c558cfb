/** What a resource has written is its own to delete, whatever was seen of it since; what is hidden is not gone. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import type { Rig } from "../rig/rig";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider } from "./tokyo-world";

const SECRETS = "jp1im_agent_secrets";
const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass, resourceGroups: [web, db] } }
    agents:
      - { host: "web{1..3}", resourceGroups: [web] }
      - { host: "db{1..9}", resourceGroups: [db] }
`;
const failing = {
  path: "agents/secrets/change",
  bodyIncludes: "web2",
  effect: { type: "status", status: 500, messageId: "KAJY68212-E" },
} as const;

afterEach(closeClients);

async function open() {
  const { rig, client } = await openProvider(WORLD);
  return { rig, client, life: (): ResourceLife => new ResourceLife(client, SECRETS) };
}

/** The keys on each agent that has any. */
function keysIn({ simulation }: Rig): Readonly<Record<string, readonly string[]>> {
  const { agents = [] } = simulation.truth().managers.tokyo ?? {};
  const all = agents.map(({ host, secrets }) => [host, ownKeys(secrets)] as const);
  return Object.fromEntries(all.filter(([, keys]) => keys.length > 0));
}

/** The agents' own keys are there before any other. */
function ownKeys(secrets: object = {}): string[] {
  return Object.keys(secrets)
    .filter((key) => !key.startsWith("immgr."))
    .sort();
}

const web = (secrets: Attrs): Attrs => ({ match: "web*", secrets_wo: secrets });

test("a destroy that failed on one agent deletes the rest when it is run again", async () => {
  const { rig, client, life } = await open();
  const own = life();
  await own.apply(web({ k1: "1", k2: "2" }));
  rig.simulation.faults.add(failing);
  expect((await own.destroy()).errors).not.toEqual([]);
  rig.simulation.faults.clear();
  await client.configure();
  const left = await own.refresh();
  const hosts = Object.keys(keysIn(rig));
  expect(left.state.agents).toEqual(hosts.map((host) => `immhost01/${host}`));
  expect(Object.keys(left.state.fingerprints ?? {})).toEqual(["k1", "k2"]);
  expect((await own.destroy()).errors).toEqual([]);
  expect(keysIn(rig)).toEqual({});
});

test("a key that is taken out of the configuration is deleted everywhere, also after somebody deleted it on one agent", async () => {
  const { rig, client, life } = await open();
  const own = life();
  await own.apply(web({ k1: "1", k2: "2" }));
  rig.simulation.edit({ manager: "tokyo", type: "remove-agent-secret", host: "web1", key: "k2" });
  await client.configure();
  await own.refresh();
  await own.apply(web({ k1: "1" }));
  expect(keysIn(rig)).toEqual({ web1: ["k1"], web2: ["k1"], web3: ["k1"] });
});

test("what a failed apply wrote is taken back with the key, and by a destroy", async () => {
  const { rig, client, life } = await open();
  const own = life();
  await own.apply(web({ k1: "1" }));
  rig.simulation.faults.add(failing);
  const { errors, state } = await own.apply(web({ k1: "1", k2: "2" }));
  expect(errors).not.toEqual([]);
  expect(state.fingerprints).toMatchObject({ k1: expect.any(String), k2: null });
  rig.simulation.faults.clear();
  await client.configure();
  await own.refresh();
  await own.apply(web({ k1: "1" }));
  expect(keysIn(rig)).toEqual({ web1: ["k1"], web2: ["k1"], web3: ["k1"] });
});

test("a creation that failed in part can be destroyed", async () => {
  const { rig, client, life } = await open();
  const own = life();
  rig.simulation.faults.add(failing);
  expect((await own.apply(web({ k1: "1" }))).errors).not.toEqual([]);
  rig.simulation.faults.clear();
  await client.configure();
  await own.refresh();
  expect((await own.destroy()).errors).toEqual([]);
  expect(keysIn(rig)).toEqual({});
});

test("a creation of which nothing was written is no resource", async () => {
  const { rig, life } = await open();
  rig.simulation.faults.add({ ...failing, bodyIncludes: "web" });
  const own = life();
  await own.apply(web({ k1: "1" }));
  expect(own.state).toEqual({});
});

test("agents that a complete list leaves out, and that answer, keep their keys", async () => {
  const { rig, client, life } = await open();
  const own = life();
  await own.apply(web({ k1: "1", k2: "2" }));
  const agents = [{ agentid: "x", agenthost: "web2", os: "linux", managerhost: "immhost01", addons: [] }];
  const effect = {
    type: "raw",
    status: 200,
    contentType: "application/json",
    body: JSON.stringify({ agents }),
  };
  rig.simulation.faults.add({ path: "agents", effect: effect as never });
  await client.configure();
  await own.refresh();
  const { errors } = await own.plan(web({ k1: "1" }));
  expect(errors.join("\n")).toContain("immhost01/web1, immhost01/web3");
});

test("agents on which the user lost the right are not forgotten, one resource or many", async () => {
  const { rig, client, life } = await open();
  const all = life();
  await all.apply({ match: "db*", secrets_wo: { k1: "1" } });
  const each: ResourceLife[] = [];
  for (let n = 1; n <= 9; n++) {
    const one = life();
    await one.apply({ host: `db${n}`, secrets_wo: { k2: "2" } });
    each.push(one);
  }
  rig.simulation.edit({
    manager: "tokyo",
    type: "set-resource-groups",
    user: "jp1admin",
    resourceGroups: ["web"],
  });
  await client.configure();
  const { state, errors } = await all.refresh();
  expect(errors.join("\n")).toContain("9 of 9 agents are no longer listed");
  expect(state.agents).toHaveLength(9);
  await client.configure();
  const shown = [];
  for (const one of each) shown.push(await one.refresh());
  expect(shown.flatMap(({ errors: found }) => found)).toHaveLength(4);
});

test("an agent that is unlisted and does not answer is not gone", async () => {
  const { rig, client, life } = await open();
  const own = life();
  await own.apply({ host: "web1", secrets_wo: { k1: "1" } });
  rig.simulation.faults.add({
    path: "agents",
    effect: { type: "raw", status: 200, contentType: "application/json", body: '{"agents":[]}' } as never,
  });
  rig.simulation.faults.add({
    path: "agents/secrets",
    effect: { type: "status", status: 500, messageId: "KAJY68212-E" },
  });
  await client.configure();
  const { state, errors } = await own.refresh();
  expect(errors).toHaveLength(1);
  expect(state.agents).toEqual(["immhost01/web1"]);
});

test("a resource leaves another's key on its agent alone, also when that is gone", async () => {
  const { rig, client, life } = await open();
  const own = life();
  const other = life();
  await other.apply({ host: "web1", secrets_wo: { k1: "1" } });
  await own.apply({ host: "web1", secrets_wo: { k2: "2" } });
  rig.simulation.edit({ manager: "tokyo", type: "remove-agent-secret", host: "web1", key: "k1" });
  await client.configure();
  const before = own.state;
  await own.refresh();
  const { state } = await own.plan({ host: "web1", secrets_wo: { k2: "2" } });
  expect(state).toEqual(before);
});
