import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plan } from "../../src/index";
import { remedyFor } from "../../src/report/remedies";
import { Rig } from "../rig/rig";

const world = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");
const managers = readFileSync(join(__dirname, "../scenarios/managers.yaml"), "utf8");
const desired = `apiVersion: jp1im/v1
managers:
  tokyo:
    initialSecret: { deliverTo: { file: out/tokyo.initial } }
    clients:
      - { id: c1, deliverTo: { file: out/c1 } }
      - { id: c2, deliverTo: { file: out/c2 } }
    lowerManagers: [{ host: immhost-osaka, initialSecret: { issueOn: osaka } }]
    agents:
      - { host: web01, secrets: { k1: { env: V } } }
      - { host: web02, secrets: { k1: { env: V } } }
      - { match: "batch-*", secrets: { k1: { env: V } } }
`;

test.each([1, 2, 3, 4, 5, 6])(
  "a run that is cancelled after %i changes tells what it left, and the next run finishes it",
  async (steps) => {
    const rig = await Rig.create(world);
    rig.env.V = "a value";
    await rig.write("managers.yaml", managers);
    await rig.write("jp1im.yaml", desired);
    const files = ["managers.yaml", "jp1im.yaml"];
    const platform = rig.platform();
    let done = 0;
    const push = rig.events.push.bind(rig.events);
    rig.events.push = (...events) => {
      for (const event of events) {
        if (event.type === "step" && event.phase === "apply" && ++done === steps) rig.cancel();
      }
      return push(...events);
    };
    const outcome = await rig.apply({ files });
    rig.events.push = push;
    expect(platform.signal.aborted).toBe(true);
    expect(outcome.cancelled).toBe(true);
    const { applied, failed, skipped } = outcome.summary;
    expect(applied + failed + skipped).toBe(outcome.plan.changes.length);
    expect(applied).toBeGreaterThanOrEqual(1);
    expect(skipped).toBeGreaterThan(0);
    expect((await rig.apply({ files })).summary).toMatchObject({ failed: 0, skipped: 0 });
    expect((await rig.plan({ files })).changes).toEqual([]);
    const { tokyo } = rig.simulation.truth().managers;
    expect([rig.read("out/c1"), rig.read("out/c2")]).toEqual([tokyo?.clients?.c1, tokyo?.clients?.c2]);
  },
);

test("a manager that was not asked any more is no manager that does not answer", async () => {
  const rig = await Rig.create(world);
  rig.env.V = "a value";
  await rig.write("managers.yaml", managers);
  await rig.write("jp1im.yaml", desired);
  const platform = rig.platform();
  rig.cancel();
  const { unknown } = await plan({ files: ["managers.yaml", "jp1im.yaml"] }, platform);
  expect(unknown.length).toBeGreaterThan(0);
  expect(new Set(unknown.map(({ code }) => code))).toEqual(new Set(["cancelled"]));
  expect(remedyFor("cancelled")).toContain("run the command again");
});
