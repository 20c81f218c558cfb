/** How many requests many resources of one walk cost. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import type { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectFrom, objectOf, type ProviderClient } from "./provider-client";
import { openProvider, tokyoOf } from "./tokyo-world";

const TYPE = "jp1im_agent_secrets";
const WORLD = tokyoOf(`    agents: [{ host: "web{1..9}" }]
`);
const HOSTS = Array.from({ length: 9 }, (_, index) => `web${index + 1}`);

afterEach(closeClients);

const open = () => openProvider(WORLD);

const configOf = (host: string): Attrs => ({ host, secrets_wo: { "smtp.password": "smtp-1" } });

type Wire = { readonly msgpack: Uint8Array };

/** What Terraform calls for one resource at a plan, with or without a state of it. */
async function planOf(client: ProviderClient, host: string, stored?: Wire, priorPrivate?: Uint8Array) {
  const typeName = TYPE;
  const read = stored && (await client.must("readResource", { typeName, currentState: stored }));
  const prior = read?.newState;
  const config = objectOf(TYPE, configOf(host));
  const proposed = objectOf(TYPE, { ...(prior && objectFrom(TYPE, prior)), ...configOf(host) });
  const before = { ...(prior && { priorState: prior }), ...(priorPrivate && { priorPrivate }) };
  const request = { typeName, config, proposedNewState: proposed, ...before };
  const { plannedState, plannedPrivate } = await client.must("planResourceChange", request);
  return { ...request, plannedState, plannedPrivate };
}

async function applyAll(client: ProviderClient): Promise<readonly Wire[]> {
  return Promise.all(
    HOSTS.map(async (host) => {
      const { newState } = await client.must("applyResourceChange", await planOf(client, host));
      return newState;
    }),
  );
}

/** How often each path was asked for, since the last call. */
function takeCounts({ simulation }: Rig): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { path } of simulation.requests()) {
    const name = path.replace("/im/api/v1/", "");
    counts[name] = (counts[name] ?? 0) + 1;
  }
  simulation.clearRequests();
  return counts;
}

test("a plan in sync of many resources logs in once, and asks each agent once", async () => {
  const { rig, client } = await open();
  const stored = await applyAll(client);
  await client.configure();
  takeCounts(rig);
  const planned = await Promise.all(stored.map((each, index) => planOf(client, HOSTS[index] ?? "", each)));
  expect(takeCounts(rig)).toEqual({ login: 1, "agents/secrets": HOSTS.length });
  for (const [index, { plannedState }] of planned.entries()) expect(plannedState).toEqual(stored[index]);
});

test("an apply observes each agent again before it writes, and writes once", async () => {
  const { rig, client } = await open();
  const planned = await Promise.all(HOSTS.map((host) => planOf(client, host)));
  takeCounts(rig);
  await Promise.all(planned.map((each) => client.must("applyResourceChange", each)));
  const { login, ...counts } = takeCounts(rig);
  expect(counts).toMatchObject({ "agents/secrets": HOSTS.length, "agents/secrets/change": HOSTS.length });
});

test("what a plan found out is forgotten with the next apply", async () => {
  const { rig, client } = await open();
  const request = await planOf(client, "web1");
  const { newState: stored } = await client.must("applyResourceChange", request);
  await planOf(client, "web1", stored, request.plannedPrivate);
  takeCounts(rig);
  await planOf(client, "web1", stored, request.plannedPrivate);
  expect(takeCounts(rig)).toEqual({});
  await client.must("applyResourceChange", await planOf(client, "web2"));
  takeCounts(rig);
  await planOf(client, "web1", stored, request.plannedPrivate);
  expect(takeCounts(rig)).toMatchObject({ "agents/secrets": 1 });
});

test("the log has the time of a request as a time, which Terraform prints as it is", async () => {
  const { client } = await open();
  await applyAll(client);
  const requests = client.log.filter((line) => line.includes('"request"'));
  expect(requests.length).toBeGreaterThan(0);
  for (const line of requests) expect(line).toMatch(/"at":"\d{4}-\d{2}-\d{2}T/);
});

test("an answer that failed is asked for again", async () => {
  const { rig, client } = await open();
  const [stored] = await applyAll(client);
  await client.configure({ unreachable: "warn" });
  rig.simulation.faults.add({ path: "agents/secrets", times: 1, effect: { type: "status", status: 500 } });
  const { plannedState } = await planOf(client, "web1", stored);
  expect(plannedState).toEqual(stored);
});

describe("a manager that nothing reaches is asked for the first resource, and not for each of the others", () => {
  const countOf = (rig: Rig) => Object.values(takeCounts(rig)).reduce((sum, each) => sum + each, 0);
  const breakDown = (rig: Rig) => {
    takeCounts(rig);
    rig.simulation.faults.add({ path: "agents/secrets*", effect: { type: "drop", when: "before" } });
  };

  test("at a refresh", async () => {
    const { rig, client } = await open();
    const [first = { msgpack: new Uint8Array() }, ...others] = await applyAll(client);
    await client.configure();
    breakDown(rig);
    const read = async (currentState: Wire) =>
      errorsIn(await client.call("readResource", { typeName: TYPE, currentState }));
    expect(await read(first)).toHaveLength(1);
    const cost = countOf(rig);
    for (const each of others) expect(await read(each)).toHaveLength(1);
    expect(countOf(rig)).toBe(0);
    expect(cost).toBeGreaterThan(0);
  });

  test("at an apply, as long as others are under way", async () => {
    const { rig, client } = await open();
    const planned = await Promise.all(HOSTS.map((host) => planOf(client, host)));
    const [first = {}, ...others] = planned;
    const apply = async (request: object) => errorsIn(await client.call("applyResourceChange", request));
    breakDown(rig);
    await client.provider.connection.run.inTurn(false, async () => {
      expect(await apply(first)).toHaveLength(1);
      const cost = countOf(rig);
      for (const each of others) expect(await apply(each)).toHaveLength(1);
      expect(countOf(rig)).toBe(0);
      expect(cost).toBeGreaterThan(0);
    });
  });
});
