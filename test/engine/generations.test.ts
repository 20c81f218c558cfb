import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { moments } from "../effort";
import { HOME, Rig } from "../rig/rig";

const world = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");
const DAY_MS = 86_400_000;
const OVERLAP_DAYS = 7;

const desired = (client: string, policy = "{}") => `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    policy: ${policy}
    clients: [{ ${client}, deliverTo: { file: out/app } }]
`;
const templated = (generation: number) =>
  `idTemplate: "app-{generation}", overlap: ${OVERLAP_DAYS}d, generation: ${generation}`;

async function setUp() {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", desired(templated(1)));
  await rig.apply();
  return rig;
}

const clients = (rig: Rig) => rig.simulation.truth().managers.tokyo?.clients ?? {};
const generationsOn = (rig: Rig) =>
  Object.keys(clients(rig))
    .filter((id) => id.startsWith("app-"))
    .sort();
const overlapping = async (rig: Rig) => (await rig.plan()).kept.filter(({ reason }) => reason === "overlap");

test("the old client is not retired while the new one's secret is in another sink than the declared one", async () => {
  const rig = await setUp();
  await rig.write("jp1im.yaml", desired(templated(2)));
  await rig.apply();
  await rig.write("jp1im.yaml", desired(templated(2)).replace("out/app", "out/elsewhere"));
  rig.pass((OVERLAP_DAYS + 1) * DAY_MS);
  const { plan } = await rig.apply();
  expect(plan.blocked).toMatchObject([{ address: "tokyo/client/app-2", code: "sink-moved" }]);
  expect(generationsOn(rig)).toEqual(["app-1", "app-2"]);
  await rig.write("jp1im.yaml", desired(templated(2)));
  await rig.apply();
  expect(generationsOn(rig)).toEqual(["app-2"]);
});

function breakDelivery(rig: Rig, isBroken: boolean) {
  rig.files.onCall = ({ name, path }) =>
    isBroken && ["rename", "link"].includes(name) && path === `${HOME}/out/app` ? "ENOSPC" : undefined;
}

test("the old client is not retired while the new one's secret has not reached its sink", async () => {
  const rig = await setUp();
  await rig.write("jp1im.yaml", desired(templated(2)));
  breakDelivery(rig, true);
  const outcome = await rig.apply();
  expect(outcome.summary).toMatchObject({ failed: 1 });
  rig.pass(30 * DAY_MS);

  const plan = await rig.plan();
  expect(plan.summary).toMatchObject({ update: 1, delete: 0 });
  expect(plan.kept).toContainEqual({
    ...{ address: "tokyo/client", reason: "overlap", count: 1, names: ["app-1"] },
  });
  expect(clients(rig)["app-1"]).toBe(rig.read("out/app"));

  breakDelivery(rig, false);
  await rig.apply();
  expect(clients(rig)["app-2"]).toBe(rig.read("out/app"));
  // The overlap begins with the delivery, not with the issue.
  rig.pass((OVERLAP_DAYS - 1) * DAY_MS);
  expect(await overlapping(rig)).toHaveLength(1);
  rig.pass(2 * DAY_MS);
  await rig.apply();
  expect(generationsOn(rig)).toEqual(["app-2"]);
});

test("a kept secret that is delivered after a later generation was is not issued again", async () => {
  const rig = await setUp();
  await rig.write("jp1im.yaml", desired(templated(2)));
  breakDelivery(rig, true);
  await rig.apply();
  breakDelivery(rig, false);
  await rig.write("jp1im.yaml", desired(templated(3)));
  await rig.apply();
  await rig.write("jp1im.yaml", desired(templated(2)));
  rig.takeWrites();
  expect((await rig.apply()).summary).toMatchObject({ applied: 1, requests: 0 });
  expect(rig.read("out/app")).toBe(clients(rig)["app-2"]);
  expect((await rig.plan()).changes).toEqual([]);
  rig.pass((OVERLAP_DAYS + 1) * DAY_MS);
  await rig.apply();
  expect(generationsOn(rig)).toEqual(["app-2"]);
});

/** An apply of the next generation whose process dies at a call to the disk; resolves to how many calls it makes where it does not. */
async function nextGeneration(rig: Rig, killedAt?: number): Promise<number> {
  await rig.write("jp1im.yaml", desired(templated(2)));
  await rig.files.syncFolder(HOME);
  const before = rig.files.calls;
  rig.files.onCall = ({ number }) => (number - before === killedAt ? "crash" : undefined);
  await rig.apply().catch((error) => {
    if (!rig.files.crashed) throw error;
  });
  rig.files.onCall = () => undefined;
  return rig.files.calls - before;
}

test("killed at any call to the disk, one more run and the end of the overlap leave the new generation alone", async () => {
  const calls = await nextGeneration(await setUp());
  expect(calls).toBeGreaterThan(10);
  for (const call of moments(calls)) {
    const rig = await setUp();
    await nextGeneration(rig, call);
    expect([call, rig.files.crashed]).toEqual([call, true]);
    rig.files = rig.files.survivor();
    await rig.apply();
    rig.pass((OVERLAP_DAYS + 1) * DAY_MS);
    await rig.apply();
    expect([call, generationsOn(rig)]).toEqual([call, ["app-2"]]);
    expect(clients(rig)["app-2"]).toBe(rig.read("out/app"));
  }
}, 60_000);

test("the plan names the day on which the old one goes", async () => {
  const rig = await setUp();
  await rig.write("jp1im.yaml", desired(templated(2)));
  const before = Date.now();
  await rig.apply();
  const [kept] = await overlapping(rig);
  const days = (Date.parse(kept?.until ?? "") - before) / DAY_MS;
  expect(Math.round(days)).toBe(OVERLAP_DAYS);
});

test("it stays where its successor is gone from the manager, and while the policy keeps it", async () => {
  const rig = await setUp();
  await rig.write("jp1im.yaml", desired(templated(2)));
  await rig.apply();
  rig.pass(8 * DAY_MS);
  rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "app-2" });
  expect((await rig.plan()).summary).toMatchObject({ create: 1, delete: 0 });
  await rig.apply();
  for (const policy of ["{ prune: none }", "{ protect: [app-1] }"]) {
    await rig.write("jp1im.yaml", desired(templated(2), policy));
    expect((await rig.plan()).summary).toMatchObject({ delete: 0, unchanged: 1 });
  }
});

test("a plain client becomes the first generation of a template, and overlaps with the second", async () => {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", desired("id: app-1"));
  await rig.apply();
  await rig.write("jp1im.yaml", desired(templated(1)));
  expect((await rig.plan()).changes).toEqual([]);
  await rig.write("jp1im.yaml", desired(templated(2)));
  await rig.apply();
  expect(generationsOn(rig)).toEqual(["app-1", "app-2"]);
});

test("a client somebody else has under the next ID blocks it, and the old one stays", async () => {
  const rig = await setUp();
  rig.simulation.edit({ manager: "tokyo", type: "create-client", id: "app-2" });
  await rig.write("jp1im.yaml", desired(templated(2)));
  const plan = await rig.plan();
  expect(plan.blocked.map(({ code }) => code)).toEqual(["not-ours"]);
  expect(plan.changes).toEqual([]);
});

test("destroying takes every generation", async () => {
  const rig = await setUp();
  await rig.write("jp1im.yaml", desired(templated(2)));
  await rig.apply();
  await rig.apply({ mode: "destroy" });
  expect(generationsOn(rig)).toEqual([]);
});

const step = fc.record({
  generation: fc.integer({ min: 1, max: 3 }),
  days: fc.integer({ min: 0, max: 10 }),
  broken: fc.boolean(),
});

test("whatever generations are declared in turn, what the sink holds is valid, and every run converges", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const rig = await setUp();
      for (const { generation, days, broken } of steps) {
        rig.pass(days * DAY_MS);
        await rig.write("jp1im.yaml", desired(templated(generation)));
        breakDelivery(rig, broken);
        await rig.apply();
        breakDelivery(rig, false);
        // Whoever reads the sink can log in with what is there, unless its very generation is being issued again.
        const isHeld = Object.values(clients(rig)).includes(rig.read("out/app") ?? "");
        if (!broken) expect(isHeld).toBe(true);
        await rig.apply();
        expect(clients(rig)[`app-${generation}`]).toBe(rig.read("out/app"));
        expect((await rig.plan()).changes).toEqual([]);
      }
      rig.pass(10 * DAY_MS);
      await rig.apply();
      expect(generationsOn(rig)).toHaveLength(1);
    }),
    { numRuns: 15 },
  );
}, 60_000);
