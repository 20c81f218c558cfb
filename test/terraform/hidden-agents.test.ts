/** An agent that is neither listed nor shown may be hidden as well as gone: nothing of it is forgotten without a word. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider } from "./tokyo-world";

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass, resourceGroups: [web, db] } }
    agents:
      - { host: "web{1..3}", resourceGroups: [web] }
      - { host: web4, resourceGroups: [db] }
`;
const web = (secrets: Attrs): Attrs => ({ match: "web*", secrets_wo: secrets });

afterEach(closeClients);

async function open(config: Attrs, readable: string[]) {
  const { rig, client } = await openProvider(WORLD);
  const life = new ResourceLife(client, "jp1im_agent_secrets");
  const mayRead = async (resourceGroups: string[]) => {
    rig.simulation.edit({ manager: "tokyo", type: "set-resource-groups", user: "jp1admin", resourceGroups });
    await client.configure();
  };
  await life.apply(config);
  const before = life.state;
  await mayRead(readable);
  rig.takeWrites();
  return { rig, life, mayRead, before };
}

test("a selector of which all agents are out of reach keeps them, and a warning says why and what to do", async () => {
  const config = web({ k1: "1" });
  const { rig, life, mayRead, before } = await open(config, []);
  const read = await life.refresh();
  expect(read).toMatchObject({ errors: [], state: before });
  expect(read.warnings).toEqual([expect.stringContaining("immhost01/web1, immhost01/web2")]);
  expect(read.warnings[0]).toContain("give the user that permission again");
  expect(await life.plan(config)).toMatchObject({ errors: [], warnings: [], state: before });

  await mayRead(["web", "db"]);
  expect(await life.refresh()).toMatchObject({ errors: [], warnings: [], state: before });
  expect((await life.destroy()).warnings).toEqual([]);
  expect(rig.takeWrites()).toHaveLength(4);
});

test("without a refresh the plan says it", async () => {
  const { life, before } = await open(web({ k1: "1" }), []);
  const { warnings, state } = await life.plan(web({ k1: "1" }));
  expect(warnings).toEqual([expect.stringContaining("out of reach")]);
  expect(state).toEqual(before);
});

test("a key that is taken out meanwhile stays the resource's, and is deleted when its agents are in reach again", async () => {
  const { rig, life, mayRead } = await open(web({ k1: "1", k2: "2" }), []);
  await life.refresh();
  expect((await life.apply(web({ k1: "1" }))).errors).toEqual([]);
  expect(life.state.fingerprints).toMatchObject({ k2: expect.any(String) });
  expect(rig.takeWrites()).toEqual([]);
  await mayRead(["web", "db"]);
  await life.refresh();
  await life.apply(web({ k1: "1" }));
  expect(rig.takeWrites()).toEqual([1, 2, 3, 4].map((n) => `tokyo agents/secrets/change web${n} -k2`));
});

test("of a selector that has others a plan shows which it forgets, with their keys", async () => {
  const { life, before } = await open(web({ k1: "1" }), ["web"]);
  expect((await life.refresh()).state).toEqual(before);
  const { warnings, state, errors } = await life.plan(web({ k1: "1" }));
  expect(errors).toEqual([]);
  expect(state.agents).toHaveLength(3);
  expect(warnings).toEqual([expect.stringMatching(/forgets .*"k1" on immhost01\/web4/)]);
});

test("one that is named stays in the resource, and a plan for it is an error", async () => {
  const config = { host: "web4", secrets_wo: { k1: "1" } };
  const { life, before } = await open(config, ["web"]);
  expect(await life.refresh()).toMatchObject({ errors: [], state: before });
  expect((await life.plan(config)).errors).toHaveLength(1);
});

test.each([
  ["web*", "web1, immhost01/web2, immhost01/web3 and 1 more"],
  ["web4", "web4"],
])("a destroy of %s says what stays, and so does its plan", async (match, named) => {
  const { rig, life } = await open({ match, secrets_wo: { k1: "1" } }, []);
  await life.refresh();
  for (const { errors, warnings, state } of [await life.planDestroy(), await life.destroy()]) {
    expect(errors).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(`Not deleted, and no longer managed`)]);
    expect(warnings[0]).toContain(`"k1" on immhost01/${named}`);
    expect(state).toEqual({});
  }
  expect(rig.takeWrites()).toEqual([]);
});

test("what a destroy leaves stays recorded, so that whoever declares it again can delete it", async () => {
  const config = web({ k1: "1" });
  const { rig, life, mayRead } = await open(config, ["web"]);
  await life.refresh();
  const { errors, warnings } = await life.destroy();
  expect(errors).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/on immhost01\/web4\n(.|\n)*state in \.jp1im keeps/)]);
  expect(rig.takeWrites()).toEqual([1, 2, 3].map((n) => `tokyo agents/secrets/change web${n} -k1`));
  await mayRead(["web", "db"]);
  const again = new ResourceLife(life.client, "jp1im_agent_secrets");
  const config4 = { host: "web4", secrets_wo: { k1: "1" } };
  expect((await again.plan(config4)).warnings).toEqual([expect.stringContaining('takes over "k1"')]);
  await life.client.configure();
  await again.apply(config4);
  expect(rig.takeWrites()).toEqual([]);
  await life.client.configure();
  await again.destroy();
  expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web4 -k1"]);
});
