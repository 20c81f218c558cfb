/** Documents that declare what others do: an apply may die before the destroy of the former one, and the next one asks nothing of the new one. */
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { documentOf, tokyoOf } from "./tokyo-world";

const TYPE = "jp1im_desired_state";
const WORLD = tokyoOf(`    agents: [{ host: "web{1..2}" }, { host: db1 }]
`);
const HEAD = documentOf("    policy: { prune: none }\n");
const APP = "    clients: [{ id: app, deliverTo: { file: out/app } }]\n";
const BOTH =
  "    clients: [{ id: app, deliverTo: { file: out/app } }, { id: own, deliverTo: { file: out/own } }]\n";
const KEYS = `    agents:
      - { match: "web*", secrets: { k1: { env: K1 }, k2: { env: K1 } } }
      - { host: db1, secrets: { k3: { env: K1 } } }
`;
const WEB = `    agents: [{ match: "web*", secrets: { k1: { env: K1 } } }]
`;
const CLIENT = { id: "app", deliver_to: new Dynamic(["object", { file: "string" }], { file: "out/app" }) };

afterEach(closeClients);

async function open() {
  const rig = await Rig.create(WORLD);
  rig.env.K1 = "v1";
  const inNewProcess = () => ProviderClient.open(rig.platform());
  const applied = async (yaml: string) => {
    const document = new ResourceLife(await inNewProcess(), TYPE);
    expect(await document.apply({ yaml })).toMatchObject({ errors: [] });
    return document;
  };
  const destroyed = async (resource: ResourceLife) => resource.on(await inNewProcess()).destroy();
  const truth = () => rig.simulation.truth().managers.tokyo;
  const keysOf = (host: string) => {
    const found = truth()?.agents?.find((each) => each.host === host);
    return Object.keys(found?.secrets ?? {}).filter((key) => key.startsWith("k"));
  };
  return { rig, inNewProcess, applied, destroyed, truth, keysOf };
}

test("the former of two documents deletes nothing of what the later one declares, and the later one does", async () => {
  const { rig, applied, destroyed, truth, keysOf } = await open();
  const former = await applied(HEAD + BOTH + KEYS);
  const later = await applied(HEAD + BOTH + KEYS);
  rig.takeWrites();
  const { errors, warnings, state } = await destroyed(former);
  expect(errors).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining("stay on the manager: another resource declares them")]);
  expect(state).toEqual({});
  expect(rig.takeWrites()).toEqual([]);
  expect(await destroyed(later)).toMatchObject({ errors: [], warnings: [], state: {} });
  expect(Object.keys(truth()?.clients ?? {})).not.toContain("app");
  expect([keysOf("web1"), keysOf("db1")]).toEqual([[], []]);
});

test("what the later one does not declare goes with the former one", async () => {
  const { applied, destroyed, truth, keysOf } = await open();
  const former = await applied(HEAD + BOTH + KEYS);
  await applied(HEAD + APP + WEB);
  expect(await destroyed(former)).toMatchObject({ errors: [], state: {} });
  expect(truth()?.clients).toHaveProperty("app");
  expect(truth()?.clients).not.toHaveProperty("own");
  expect([keysOf("web1"), keysOf("web2"), keysOf("db1")]).toEqual([["k1"], ["k1"], []]);
});

test("a document that was not stored, as the apply died, has nothing once the former one is applied again", async () => {
  const { applied, destroyed, truth, inNewProcess } = await open();
  const former = await applied(HEAD + APP);
  await applied(HEAD + BOTH);
  const again = former.on(await inNewProcess());
  const shown = await again.plan({ yaml: HEAD + BOTH });
  expect(shown.warnings.join()).toContain(
    "Another resource, of this or another workspace or module, took over tokyo/client/app",
  );
  await again.apply({ yaml: HEAD + BOTH });
  expect(await destroyed(again)).toMatchObject({ errors: [], warnings: [], state: {} });
  expect(Object.keys(truth()?.clients ?? {})).toEqual(expect.not.arrayContaining(["app", "own"]));
});

test("a document that failed takes over nothing", async () => {
  const { rig, applied, destroyed, inNewProcess, truth } = await open();
  const former = await applied(HEAD + APP);
  rig.simulation.faults.add({
    path: "secret/client/generateInfo",
    times: 9,
    effect: { type: "status", status: 400 },
  });
  const failing = new ResourceLife(await inNewProcess(), TYPE);
  expect((await failing.apply({ yaml: HEAD + BOTH })).errors).not.toEqual([]);
  expect(await destroyed(former)).toMatchObject({ errors: [], warnings: [], state: {} });
  expect(truth()?.clients).not.toHaveProperty("app");
});

test("a resource that is destroyed leaves what a document declares since, and applied again it has it", async () => {
  const { rig, applied, destroyed, inNewProcess, truth } = await open();
  const app = new ResourceLife(await inNewProcess(), "jp1im_client");
  await app.apply(CLIENT);
  const document = await applied(HEAD + BOTH);
  rig.takeWrites();
  const kept = app.copy();
  const { errors, warnings } = await destroyed(app);
  expect(errors).toEqual([]);
  expect(warnings.join()).toContain("tokyo/client/app stays on the manager");
  expect(rig.takeWrites()).toEqual([]);
  await kept.on(await inNewProcess()).apply({ ...CLIENT, rotate_after: "90d" });
  await document.on(await inNewProcess()).apply({ yaml: `${HEAD}${BOTH}# another text\n` });
  expect(await destroyed(document)).toMatchObject({ errors: [], state: {} });
  expect(truth()?.clients).toHaveProperty("app");
  expect(truth()?.clients).not.toHaveProperty("own");
});

test("what a document added to its text that another one had is its own since", async () => {
  const { applied, destroyed, truth, inNewProcess } = await open();
  const former = await applied(HEAD + BOTH);
  const growing = await applied(HEAD);
  await growing.on(await inNewProcess()).apply({ yaml: HEAD + APP });
  await destroyed(former);
  expect(truth()?.clients).toHaveProperty("app");
  expect(truth()?.clients).not.toHaveProperty("own");
});

test("a document that nobody else touches records no takeover, whatever it is changed to", async () => {
  const { rig, applied, inNewProcess } = await open();
  const document = await applied(HEAD + APP + KEYS);
  await document.on(await inNewProcess()).apply({ yaml: HEAD + BOTH + KEYS });
  const files = rig.files.paths().filter((path) => path.includes(".jp1im"));
  const texts = files.map((path) => rig.files.peek(path)?.toString("utf8") ?? "");
  expect(texts.join()).toContain("tokyo/client/own");
  expect(texts.join()).not.toContain("takeovers");
});
