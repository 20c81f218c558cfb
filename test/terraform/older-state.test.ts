/** A copy of the provider's own state that is older than Terraform's. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import type { Rig } from "../rig/rig";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    agents: [{ host: web1 }]
`);
const DAY_MS = 86_400_000;
const deliver_to = new Dynamic(["object", { file: "string" }], { file: "out.secret" });

afterEach(closeClients);

const stateFiles = ({ files }: Rig) =>
  files.paths().filter((path) => path.includes("/.jp1im/") && !path.endsWith(".key"));

/** Keeps a copy of the state, and puts it back when it is called. */
function backup(rig: Rig): () => void {
  const kept = stateFiles(rig).map((path) => [path, rig.files.peek(path) ?? ""] as const);
  return () => {
    for (const [path, content] of kept) rig.files.place(path, content);
  };
}

describe.each<[string, Attrs, string]>([
  ["jp1im_client", { id: "app" }, "tokyo/client/app"],
  ["jp1im_initial_secret", {}, "tokyo/initial-secret"],
])("%s", (typeName, own, address) => {
  async function open(config: Attrs) {
    const { rig, client } = await openProvider(WORLD);
    const life = new ResourceLife(client, typeName);
    await life.apply(config);
    const restore = backup(rig);
    rig.pass(91 * DAY_MS);
    await client.configure();
    return { rig, client, life, restore };
  }

  test.each<[string, Attrs, Attrs]>([
    ["another generation", {}, { generation: 2 }],
    ["a rotation", { rotate_after: "90d" }, { rotate_after: "90d" }],
  ])("that a later state knows of %s is not issued again", async (_, first, then) => {
    const { rig, client, life, restore } = await open({ ...own, deliver_to, ...first });
    const config = { ...own, deliver_to, ...then };
    await life.apply(config);
    const { issued_at, generation } = life.state;
    restore();
    rig.takeWrites();
    await client.configure();
    expect((await life.refresh()).state).toMatchObject({ issued_at, generation });
    const { errors, state } = await life.plan(config);
    expect(errors).toEqual([expect.stringMatching(/^The state in \.jp1im is older than Terraform's/)]);
    expect(errors[0]).toContain(address);
    expect(errors[0]).toMatch(/`state`(.|\n)*`terraform state rm`(.|\n)*-refresh=false/);
    expect(state).toMatchObject({ issued_at, generation });
    expect(rig.takeWrites()).toEqual([]);
  });

  test("is refused by an apply as well, where the state is put back after the plan", async () => {
    const { rig, client, life, restore } = await open({ ...own, deliver_to });
    await life.apply({ ...own, deliver_to, generation: 2 });
    rig.takeWrites();
    await client.configure();
    const before = life.state;
    const shown = await life.apply({ ...own, deliver_to, generation: 3 }, restore);
    expect(shown.errors).toEqual([expect.stringMatching(/is older than Terraform's/)]);
    expect(life.state).toEqual(before);
    expect(rig.takeWrites()).toEqual([]);
  });

  test("that a command of `jp1im` issued since is no older state", async () => {
    const { client, life } = await open({ ...own, deliver_to });
    const before = life.copy();
    await life.apply({ ...own, deliver_to, generation: 2 });
    await client.configure();
    await before.refresh();
    expect((await before.plan({ ...own, deliver_to, generation: 2 })).errors).toEqual([]);
  });
});
