/** A document, and resources of their own, in one walk of Terraform's: neither deletes what the other declares. */
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { documentOf, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    agents: [{ host: "web{1..2}" }]
`);
const HEAD = documentOf();
const REST = `    clients: [{ id: app, deliverTo: { file: out/app } }, { id: own, deliverTo: { file: out/own } }]
    agents: [{ match: "web*", secrets: { k1: { env: K1 } } }]
`;
const CLIENT = { id: "app", deliver_to: new Dynamic(["object", { file: "string" }], { file: "out/app" }) };
const SECRETS = { match: "web*", secrets_wo: { k1: "v1" } };

afterEach(closeClients);

async function open() {
  const rig = await Rig.create(WORLD);
  rig.env.K1 = "v1";
  const client = await ProviderClient.open(rig.platform());
  const document = new ResourceLife(client, "jp1im_desired_state");
  await document.apply({ yaml: HEAD + REST });
  await client.configure();
  rig.takeWrites();
  const app = new ResourceLife(client, "jp1im_client");
  const keys = new ResourceLife(client, "jp1im_agent_secrets");
  return { rig, document, app, keys };
}

test("a document that is destroyed leaves what other resources have taken over, and deletes the rest", async () => {
  const { rig, document, app, keys } = await open();
  await app.apply(CLIENT);
  await keys.apply(SECRETS);
  expect((await document.planDestroy()).warnings).toEqual([expect.stringContaining("tokyo/client/app")]);
  const { errors, warnings, state } = await document.destroy();
  expect(errors).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining("stay on the manager: another resource declares them")]);
  expect(state).toEqual({});
  expect(rig.takeWrites()).toEqual([expect.stringContaining("own")]);
});

test.each([
  ["and that it declares", REST],
  ["and that it no longer declares", REST.replace("{ id: app, deliverTo: { file: out/app } }, ", "")],
])(
  "a document leaves what an import took over %s, in whichever apply it is destroyed",
  async (_, resources) => {
    const { rig, document, app } = await open();
    const next = async () => ProviderClient.open(rig.platform());
    const UNPRUNED = `${HEAD}    policy: { prune: none }\n`;
    await document.on(await next()).apply({ yaml: UNPRUNED + REST });
    await app.on(await next()).import("tokyo/client/app");
    await document.on(await next()).apply({ yaml: UNPRUNED + resources });
    rig.takeWrites();
    const { errors, warnings } = await document.on(await next()).destroy();
    expect(errors).toEqual([]);
    expect(warnings).toEqual([
      expect.stringContaining("tokyo/client/app stays on the manager: another resource"),
    ]);
    expect(rig.takeWrites().join()).toMatch(/own/);
    expect(rig.simulation.truth().managers.tokyo?.clients).toHaveProperty("app");
    expect(await app.on(await next()).destroy()).toMatchObject({ errors: [], warnings: [], state: {} });
    expect(rig.simulation.truth().managers.tokyo?.clients).not.toHaveProperty("app");
  },
);

test("a document that no longer declares what another resource does is refused, whichever is planned first", async () => {
  for (const isFirst of [true, false]) {
    const { rig, document, app, keys } = await open();
    const planned = async () => (await document.plan({ yaml: HEAD })).errors;
    const before = isFirst ? await planned() : [];
    expect(before).toEqual([]);
    const others = [...(await app.plan(CLIENT)).errors, ...(await keys.plan(SECRETS)).errors];
    expect(others).toHaveLength(isFirst ? 2 : 0);
    const found = isFirst ? others : await planned();
    expect(found.join()).toContain("A document deletes what another resource declares: tokyo/client/app");
    expect(found.join()).toContain("prune: none");
    expect(rig.takeWrites()).toEqual([]);
  }
});

test("what both declare is a warning, whichever is planned first", async () => {
  for (const isFirst of [true, false]) {
    const { document, app, keys } = await open();
    const planned = async () => (await document.plan({ yaml: HEAD + REST })).warnings;
    const before = isFirst ? await planned() : [];
    expect(before).toEqual([]);
    const others = [...(await app.plan(CLIENT)).warnings, ...(await keys.plan(SECRETS)).warnings];
    const found = isFirst ? others : await planned();
    expect(found.join()).toContain("A document declares what another resource declares: tokyo/client/app");
  }
});

test("a document that is being destroyed leaves what another process takes over before it has the lock", async () => {
  const { rig, app } = await open();
  const platform = rig.platform();
  let lists = 0;
  const transport: typeof platform.transport = (manager) => {
    const own = platform.transport?.(manager);
    if (own === undefined) throw new Error("the rig has no transport");
    return {
      ...own,
      async send(request) {
        if (request.path.endsWith("secret/client/list") && ++lists === 2) await app.apply(CLIENT);
        return own.send(request);
      },
    };
  };
  const document = new ResourceLife(await ProviderClient.open(rig.platform()), "jp1im_desired_state");
  await document.apply({ yaml: HEAD + REST });
  document.on(await ProviderClient.open({ ...platform, transport }));
  const { errors, state } = await document.destroy();
  expect(errors).toEqual([
    expect.stringMatching(/^Another resource took over tokyo\/client\/app(.|\n)*again/),
  ]);
  expect(state).toMatchObject({ yaml: HEAD + REST });
  expect(rig.takeWrites()).toEqual([]);
  const again = await document.destroy();
  expect(again).toMatchObject({ errors: [], state: {} });
  expect(rig.takeWrites()).toHaveLength(3);
  expect(rig.simulation.truth().managers.tokyo?.clients).toHaveProperty("app");
});
