import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import type { Rig } from "../rig/rig";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(``);
const DAY_MS = 86_400_000;
const deliver_to = new Dynamic(["object", { file: "string" }], { file: "out.secret" });
const lose = (rig: Rig) => rig.remove("out.secret");

afterEach(closeClients);

describe.each<[string, Attrs, string]>([
  ["jp1im_client", { id: "app" }, "tokyo/client/app"],
  ["jp1im_initial_secret", {}, "tokyo/initial-secret"],
])("a plan of %s", (typeName, own, address) => {
  const config = { ...own, deliver_to, rotate_after: "90d" };

  test.each<[string, Attrs, (rig: Rig) => unknown, RegExp]>([
    ["its file is gone", {}, lose, /no longer in the file/],
    ["it is old", {}, (rig) => rig.pass(91 * DAY_MS), /older than its `rotate_after`/],
    ["its generation is raised", { generation: 2 }, () => {}, /generation differs/],
  ])("says why a secret is issued again: %s", async (_, more, happen, why) => {
    const { rig, client } = await openProvider(WORLD);
    const life = new ResourceLife(client, typeName);
    const first = await life.plan(config);
    expect(first.warnings.join()).not.toContain("issued again");
    await client.configure();
    await life.apply(config);
    await client.configure();
    expect((await life.plan(config)).warnings).toEqual([]);
    await happen(rig);
    await client.configure();
    const { warnings, errors } = await life.plan({ ...config, ...more });
    expect(errors).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(why)]);
    expect(warnings[0]).toContain(`The secret of ${address} is issued again\n`);
  });
});
