/** What a destroy, or a resource to which nothing belongs, must leave to others. */
import type { Transport } from "../../src/api/transport";
import type { DesiredManager } from "../../src/index";
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectOf, ProviderClient } from "./provider-client";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents: [{ host: web1 }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, initialSecret: osaka-initial }
`);
const NOTHING = { msgpack: Buffer.from([0xc0]) };
const SECRETS = "jp1im_agent_secrets";
const file = (path: string) => new Dynamic(["object", { file: "string" }], { file: path });

afterEach(closeClients);

const open = () => openProvider(WORLD);

/** The same with a manager that answers one deletion only when the test says so. */
async function openHeld() {
  const rig = await Rig.create(WORLD);
  const platform = rig.platform();
  const arrived = new Signal();
  const go = new Signal();
  const transport = (manager: DesiredManager): Transport => {
    const inner = platform.transport?.(manager);
    if (inner === undefined) throw new Error("the rig has a transport");
    const send: Transport["send"] = async (request) => {
      if (deletes(request)) {
        arrived.fire();
        await go.fired;
      }
      return inner.send(request);
    };
    return { ...inner, send };
  };
  return { rig, arrived, go, client: await ProviderClient.open({ ...platform, transport }) };
}

function deletes({ path, body }: Parameters<Transport["send"]>[0]): boolean {
  return path.endsWith("/deleteInfo") || (path.endsWith("/change") && `${body}`.includes('"delete"'));
}

class Signal {
  fire: () => void = () => {};
  readonly fired = new Promise<void>((resolve) => {
    this.fire = resolve;
  });
}

async function create(client: ProviderClient, typeName: string, config: Attrs) {
  const wire = objectOf(typeName, config);
  const request = { typeName, config: wire, proposedNewState: wire };
  const { plannedState, plannedPrivate } = await client.must("planResourceChange", request);
  return client.must("applyResourceChange", { ...request, plannedState, plannedPrivate });
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
async function destroy(client: ProviderClient, typeName: string, applied: any) {
  const answer = await client.call("applyResourceChange", {
    ...{ typeName, config: NOTHING, plannedState: NOTHING },
    ...{ priorState: applied.newState, plannedPrivate: applied.private },
  });
  expect(errorsIn(answer)).toEqual([]);
  return answer.diagnostics;
}

describe("a resource that is renamed without a `moved` block", () => {
  test.each<[string, Attrs]>([
    ["jp1im_client", { id: "app", deliver_to: file("app.secret") }],
    ["jp1im_lower_manager", { host: "immhost-osaka", initial_secret_wo: "osaka-initial" }],
    [SECRETS, { host: "web1", secrets_wo: { "smtp.password": "smtp-1" } }],
  ])("is not deleted under its new name, where that is applied first: %s", async (typeName, config) => {
    const { rig, client } = await open();
    const former = await create(client, typeName, config);
    await client.configure();
    await create(client, typeName, config);
    rig.takeWrites();
    const diagnostics = await destroy(client, typeName, former);
    expect(rig.takeWrites()).toEqual([]);
    expect(diagnostics).toHaveLength(1);
  });

  test.each<[string, Attrs]>([
    ["jp1im_client", { id: "app", deliver_to: file("app.secret") }],
    [SECRETS, { host: "web1", secrets_wo: { "smtp.password": "smtp-1" } }],
  ])("is there afterwards where it is destroyed and created side by side: %s", async (typeName, config) => {
    const { rig, arrived, go, client } = await openHeld();
    const former = await create(client, typeName, config);
    await client.configure();
    const destroyed = destroy(client, typeName, former);
    await arrived.fired;
    const created = create(client, typeName, config);
    await Promise.race([created, new Promise((resolve) => setTimeout(resolve, 300))]);
    go.fire();
    await Promise.all([destroyed, created]);
    const { clients = {}, agents = [] } = rig.simulation.truth().managers.tokyo ?? {};
    if (typeName === SECRETS) expect(agents[0]?.secrets).toMatchObject({ "smtp.password": "smtp-1" });
    else expect(clients.app).toBe(rig.read("app.secret"));
  });

  test("keeps a key that moves to another resource, whichever is applied first", async () => {
    const { rig, client } = await open();
    const former = await create(client, SECRETS, { host: "web1", secrets_wo: { a: "1", b: "2" } });
    await client.configure();
    await create(client, SECRETS, { host: "web1", secrets_wo: { b: "2" } });
    rig.takeWrites();
    const wire = objectOf(SECRETS, { host: "web1", secrets_wo: { a: "1" } });
    const request = { typeName: SECRETS, config: wire, proposedNewState: wire, priorState: former.newState };
    const before = { priorPrivate: former.private };
    const { plannedState, plannedPrivate } = await client.must("planResourceChange", {
      ...request,
      ...before,
    });
    await client.must("applyResourceChange", { ...request, plannedState, plannedPrivate });
    expect(rig.takeWrites()).toEqual([]);
  });

  test("gives up only the keys that another resource has taken over", async () => {
    const { rig, client } = await open();
    const former = await create(client, SECRETS, { host: "web1", secrets_wo: { a: "1", b: "2" } });
    await client.configure();
    await create(client, SECRETS, { host: "web1", secrets_wo: { a: "1" } });
    rig.takeWrites();
    await destroy(client, SECRETS, former);
    expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web1 -b"]);
  });
});

describe("a resource whose `match` matches no agent", () => {
  async function openWithClient() {
    const opened = await open();
    await create(opened.client, "jp1im_client", { id: "app", deliver_to: file("app.secret") });
    const applied = await create(opened.client, SECRETS, { match: "none*", secrets_wo: { a: "1", b: "2" } });
    opened.rig.takeWrites();
    return { ...opened, applied };
  }

  test("deletes nothing of others when it is destroyed", async () => {
    const { rig, client, applied } = await openWithClient();
    await destroy(client, SECRETS, applied);
    expect(rig.takeWrites()).toEqual([]);
  });

  test("deletes nothing of others when one of its keys goes", async () => {
    const { rig, client, applied } = await openWithClient();
    await client.configure();
    const wire = objectOf(SECRETS, { match: "none*", secrets_wo: { a: "1" } });
    const request = { typeName: SECRETS, config: wire, proposedNewState: wire, priorState: applied.newState };
    const { plannedState, plannedPrivate } = await client.must("planResourceChange", request);
    await client.must("applyResourceChange", { ...request, plannedState, plannedPrivate });
    expect(rig.takeWrites()).toEqual([]);
  });
});
