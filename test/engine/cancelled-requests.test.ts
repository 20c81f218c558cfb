import type { Outcome } from "../../src/index";
import type { Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const KEYS = ["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"];
const change = "agents/secrets/change";
const deletion = "secret/client/deleteInfo";

/** Cancels the run as soon as a manager has given this answer, the `nth` time, to a request at `path`. */
function cancelAt(rig: Rig, path: string, answer: number | "lost" | "any", nth = 1): void {
  let left = nth;
  const push = rig.events.push.bind(rig.events);
  rig.events.push = (...events) => {
    for (const event of events) {
      if (event.type !== "request" || !event.path.endsWith(`/${path}`)) continue;
      const given = event.fault === undefined ? event.status : "lost";
      if ((answer === "any" || given === answer) && --left === 0) rig.cancel();
    }
    return push(...events);
  };
}

const statuses = ({ changes }: Outcome) => new Set(changes.map(({ status }) => status));
const written = () =>
  tokyoRig({
    agents: [{ host: "web01", secrets: Object.fromEntries(KEYS.map((key) => [key, { env: "V" }])) }],
  }).then((rig) => {
    rig.env.V = "a value";
    return rig;
  });

describe("a run that is cancelled while the manager answers 413", () => {
  test.each([1, 2, 3])("sends no further half of an agent's secrets after answer %i", async (nth) => {
    const rig = await written();
    rig.simulation.faults.add({ path: change, effect: { type: "status", status: 413 } });
    cancelAt(rig, change, 413, nth);
    const outcome = await rig.apply();
    expect(rig.takeWrites()).toHaveLength(nth);
    expect(outcome).toMatchObject({ cancelled: true, diagnostics: [] });
    expect(outcome.summary).toMatchObject({ applied: 0, failed: 0, skipped: KEYS.length });
    rig.simulation.faults.clear();
    expect((await rig.apply()).summary).toMatchObject({ applied: KEYS.length, failed: 0 });
    expect((await rig.plan()).changes).toEqual([]);
  });

  test("reports the half that was written", async () => {
    const rig = await written();
    rig.simulation.faults.add({ path: change, times: 1, effect: { type: "status", status: 413 } });
    cancelAt(rig, change, 200);
    const outcome = await rig.apply();
    expect(rig.takeWrites()).toHaveLength(2);
    expect(outcome).toMatchObject({ cancelled: true, diagnostics: [] });
    expect(outcome.summary).toMatchObject({ applied: 4, failed: 0, skipped: 4 });
    expect((await rig.apply()).summary).toMatchObject({ applied: 4, failed: 0 });
    expect((await rig.plan()).changes).toEqual([]);
  });

  test.each([1, 2])("sends no further half of a deletion after answer %i", async (nth) => {
    const ids = ["c1", "c2", "c3", "c4"];
    const rig = await tokyoRig({ clients: ids.map((id) => ({ id, deliverTo: { file: `out/${id}` } })) });
    await rig.apply();
    await rig.write("jp1im.yaml", tokyoYaml({}));
    rig.takeWrites();
    rig.simulation.faults.add({ path: deletion, effect: { type: "status", status: 413 } });
    cancelAt(rig, deletion, 413, nth);
    const outcome = await rig.apply();
    expect(rig.takeWrites()).toHaveLength(nth);
    expect(outcome).toMatchObject({ cancelled: true, diagnostics: [] });
    expect(outcome.summary).toMatchObject({ applied: 0, failed: 0, skipped: ids.length });
    rig.simulation.faults.clear();
    expect((await rig.apply()).summary).toMatchObject({ applied: ids.length, failed: 0 });
  });
});

test.each(["before", "after"] as const)(
  "what a lost request may have written, which was dropped %s it, is no change that was not tried",
  async (when) => {
    const rig = await written();
    rig.simulation.faults.add({ path: change, times: 1, effect: { type: "drop", when } });
    cancelAt(rig, "agents/secrets", "any", 2);
    const outcome = await rig.apply();
    expect(outcome).toMatchObject({ cancelled: true, summary: { applied: 0, failed: KEYS.length } });
    expect(statuses(outcome)).toEqual(new Set(["failed"]));
    for (const { effects } of outcome.changes) expect(effects).toEqual([{ effect: "unknown" }]);
    expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
    expect((await rig.plan()).changes).toEqual([]);
  },
);

test.each([429, 503])("a run that is cancelled at the first answer %i does not ask again", async (status) => {
  const rig = await written();
  rig.simulation.faults.add({ path: "agents/secrets", effect: { type: "status", status, retryAfter: "5" } });
  cancelAt(rig, "agents/secrets", status);
  const plan = await rig.plan();
  expect(plan.unknown.length).toBeGreaterThan(0);
  expect(rig.simulation.requests().filter(({ path }) => path.endsWith("/agents/secrets"))).toHaveLength(1);
});
