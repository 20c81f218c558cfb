/** What a refresh takes for gone where `url` leads to another manager than the one that the state was written for. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-nagoya]
    agents: [{ host: web1, os: linux }]
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: jp1-pass } }
    agents: [{ host: oweb1, os: linux }]
  nagoya: { host: immhost-nagoya, initialSecret: nagoya-initial, users: { jp1admin: { password: nagoya-pass } } }
`);
const OSAKA = { url: "https://osaka.test" };

const file = (path: string) => new Dynamic(["object", { file: "string" }], { file: path });

const declared: readonly (readonly [string, Attrs])[] = [
  ["jp1im_client", { id: "app", deliver_to: file("app") }],
  ["jp1im_initial_secret", { deliver_to: file("initial") }],
  ["jp1im_lower_manager", { host: "immhost-nagoya", initial_secret_wo: "nagoya-initial" }],
  ["jp1im_agent_secrets", { host: "web1", manager_host: null, secrets_wo: { key: "value" } }],
];

afterEach(closeClients);

async function open() {
  const { rig, client } = await openProvider(WORLD);
  const lives = declared.map(([typeName]) => new ResourceLife(client, typeName));
  for (const [index, life] of lives.entries()) {
    const { errors } = await life.apply(declared[index]?.[1] ?? {});
    expect(errors).toEqual([]);
  }
  return { rig, client, lives };
}

test.each(["error", "warn"])(
  "a refresh on another manager keeps every resource, with unreachable = %j",
  async (unreachable) => {
    const { rig, client, lives } = await open();
    const before = lives.map(({ state }) => state);
    await client.configure({ ...OSAKA, unreachable });
    rig.simulation.clearRequests();
    const shown = await Promise.all(lives.map((life) => life.refresh()));
    expect(lives.map(({ state }) => state)).toEqual(before);
    for (const { errors } of shown) expect(errors).toEqual([expect.stringContaining("another manager")]);
    const asked = rig.simulation.requests().map(({ path }) => path.replace("/im/api/v1/", ""));
    expect(asked.sort()).toEqual(["agents", "login", "secret/client/list", "subManagers"]);
  },
);

test("an import from another manager is refused", async () => {
  const { client } = await open();
  await client.configure(OSAKA);
  const typeName = "jp1im_client";
  const { diagnostics } = await client.call("importResourceState", { typeName, id: "tokyo/client/app" });
  expect(diagnostics).toMatchObject([{ summary: expect.stringContaining("another manager") }]);
});

test("a manager that cannot be asked whether it is the same one keeps them, too, and is asked again", async () => {
  const { rig, client, lives } = await open();
  const before = lives.map(({ state }) => state);
  await client.configure({ url: "https://tokyo.test:20704", unreachable: "warn" });
  rig.simulation.faults.add({
    path: "secret/client/list",
    times: 1,
    effect: { type: "status", status: 500 },
  });
  const [client1, ...others] = lives;
  expect(await client1?.refresh()).toMatchObject({ errors: [], warnings: [expect.stringContaining("500")] });
  rig.simulation.clearRequests();
  for (const life of others) expect(await life.refresh()).toMatchObject({ errors: [], warnings: [] });
  expect(rig.simulation.requests().map(({ path }) => path)).toContain("/im/api/v1/secret/client/list");
  expect(lives.map(({ state }) => state)).toEqual(before);
});
