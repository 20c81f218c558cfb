/** Two processes of the provider, as of two blocks, in one apply of Terraform's. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents: [{ host: "web{1..2}" }]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, initialSecret: osaka-initial }
`);
const file = (path: string) => new Dynamic(["object", { file: "string" }], { file: path });
const things: [string, Attrs, string][] = [
  ["jp1im_client", { id: "app", deliver_to: file("app.secret") }, "tokyo/client/app"],
  ["jp1im_initial_secret", { deliver_to: file("initial.secret") }, "tokyo/initial-secret"],
  [
    "jp1im_lower_manager",
    { host: "immhost-osaka", initial_secret_wo: "osaka-initial" },
    "tokyo/lower-manager/immhost-osaka",
  ],
  ["jp1im_agent_secrets", { match: "web*", secrets_wo: { k: "v" } }, '"k" on immhost01/web1, immhost01/web2'],
];

afterEach(closeClients);

async function twoBlocks(typeName: string) {
  const rig = await Rig.create(WORLD);
  const open = async () => new ResourceLife(await ProviderClient.open(rig.platform()), typeName);
  return { rig, one: await open(), other: await open() };
}

describe.each(things)("%s", (typeName, config, what) => {
  test("that two blocks create in one apply is the first one's; the second is refused, and does not have it", async () => {
    const { rig, one, other } = await twoBlocks(typeName);
    const second = await other.apply(config, async () => {
      expect((await one.apply(config)).errors).toEqual([]);
      rig.takeWrites();
    });
    expect(second.errors).toEqual([expect.stringContaining(`wrote ${what} since this apply began`)]);
    expect(second.errors[0]).toMatch(/another provider block or alias/);
    expect(second.state).toEqual({});
    expect(rig.takeWrites()).toEqual([]);
    expect((await one.refresh()).state).not.toEqual({});
  });
});

test("a key that both add to what they have is the first one's as well", async () => {
  const { rig, one, other } = await twoBlocks("jp1im_agent_secrets");
  await one.apply({ match: "web*", secrets_wo: { a: "1" } });
  await other.apply({ match: "web*", secrets_wo: { b: "1" } });
  rig.takeWrites();
  await one.apply({ match: "web*", secrets_wo: { a: "1", k: "1" } });
  rig.takeWrites();
  const second = await other.apply({ match: "web*", secrets_wo: { b: "2", k: "2" } });
  expect(second.errors).toEqual([expect.stringContaining('wrote "k" on')]);
  expect(rig.takeWrites()).toEqual([]);
});

test("what was there before the apply is taken over, with the warning of its plan", async () => {
  const { rig, one, other } = await twoBlocks("jp1im_agent_secrets");
  const config = { match: "web*", secrets_wo: { k: "v" } };
  await one.apply(config);
  other.on(await ProviderClient.open(rig.platform()));
  expect((await other.apply(config)).errors).toEqual([]);
});
