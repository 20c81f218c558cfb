/** `apply --new-state`: a state whose key is lost goes on under another one. */
import {
  applySavedPlan,
  type Plan,
  parsePlan,
  plan,
  rebuild,
  rekeyState,
  serialisePlan,
} from "../../src/index";
import { refusalOf } from "../rig/tokyo";
import { bothRig, bothYaml } from "../watch/watched";
import { agents, applied, first, options, Shared, second } from "./shared-state";

const isUnder = async (shared: Shared, key: string | undefined) => {
  expect(await shared.apply(key)).toMatchObject({ summary: { failed: 0, requests: 0 } });
};

test("a run that is not approved leaves the state under its key", async () => {
  const shared = await applied();
  expect(await shared.apply(second, { newState: true, approve: async () => false })).toBeUndefined();
  await isUnder(shared, first);
});

test("so does one that no manager lets in", async () => {
  const shared = await applied();
  await shared.apply(second, { newState: true }, { PASSWORD: "wrong" }).catch(() => undefined);
  await isUnder(shared, first);
});

test("one that is approved puts all of it under its key", async () => {
  const shared = await applied();
  expect(await shared.apply(second, { newState: true })).toMatchObject({
    summary: { applied: 2, failed: 0 },
  });
  await isUnder(shared, second);
});

test("one on some managers is refused while the others are under another key, which it names", async () => {
  const shared = await applied();
  for (const key of [second, undefined])
    expect(await refusalOf(shared.apply(key, { newState: true, managers: ["osaka"] }))).toMatchObject({
      code: "state-key",
      summary: expect.stringMatching(/^the state of tokyo in .* is under the key \S+, and would stay so/),
      remedy: expect.stringMatching(/provide the key.*--new-state` for all managers/),
    });
  expect(shared.rig.takeWrites()).toEqual([]);
  await isUnder(shared, first);
});

test("one with a manager that is new to the state is refused as well", async () => {
  const shared = await applied(["tokyo"]);
  const late = shared.apply(second, { newState: true, managers: ["osaka"] });
  expect((await refusalOf(late)).code).toBe("state-key");
  expect(await shared.apply(first)).toMatchObject({ summary: { applied: 1, failed: 0 } });
});

test("that the key is replaced is said before the approval", async () => {
  const shared = await applied();
  const approve = async ({ diagnostics }: Plan) => {
    expect(JSON.stringify(diagnostics)).toContain("--new-state replaces the key of the state in");
    return false;
  };
  await shared.apply(second, { newState: true, approve });
  const outcome = await shared.apply(first, { newState: true });
  expect(JSON.stringify(outcome?.plan.diagnostics)).not.toContain("replaces the key");
});

describe("a plan to be saved", () => {
  const planned = (shared: Shared, key: string | undefined, more: object = {}) =>
    plan({ ...options, save: true, ...more }, shared.platform(key));
  const applySaved = async (shared: Shared, key: string | undefined, made: Plan) =>
    applySavedPlan(await parsePlan(serialisePlan(made), "a.plan"), {}, shared.platform(key));

  test("is refused as its apply would be, and makes no key file", async () => {
    const shared = await applied();
    for (const key of [second, undefined]) {
      const { diagnostics } = await planned(shared, key);
      expect(diagnostics).toContainEqual(
        expect.objectContaining({
          code: "state-key",
          severity: "error",
          remedy: expect.stringMatching(/--new-state/),
        }),
      );
    }
    const { diagnostics } = await planned(shared, second, { newState: true, managers: ["osaka"] });
    expect(JSON.stringify(diagnostics)).toContain("would stay so");
    expect(shared.rig.read(".jp1im/state.key")).toBeUndefined();
    expect((await planned(shared, first)).diagnostics).toEqual([]);
  });

  test("with --new-state says that the key is replaced, and its apply replaces it", async () => {
    const shared = await applied();
    const made = await planned(shared, second, { newState: true });
    expect(JSON.stringify(made.diagnostics)).toContain("--new-state replaces the key of the state in");
    await isUnder(shared, first);
    expect(await applySaved(shared, second, made)).toMatchObject({ summary: { applied: 2, failed: 0 } });
    await isUnder(shared, second);
  });

  test("does so where nothing else is to be done, too", async () => {
    const shared = await applied();
    await shared.rig.write("jp1im.yaml", bothYaml({ tokyo: { agents, policy: { unverified: "keep" } } }));
    await applySaved(shared, second, await planned(shared, second, { newState: true }));
    await isUnder(shared, second);
  });
});

test("it is said, and can be declined, where nothing else changes", async () => {
  const shared = await applied();
  const keeping = bothYaml({ tokyo: { agents, policy: { unverified: "keep" } } });
  await shared.rig.write("jp1im.yaml", keeping);
  const asked: Plan[] = [];
  const approve = async (plan: Plan) => asked.push(plan) === 0;
  expect(await shared.apply(second, { newState: true, approve })).toBeUndefined();
  expect(asked).toMatchObject([{ summary: { requests: 0 }, diagnostics: [{ code: "state-key" }] }]);
  await isUnder(shared, first);
});

test("a part that is begun under the former key while somebody is asked stops it", async () => {
  const shared = await applied(["tokyo"]);
  const approve = async () => {
    expect(await shared.apply(first, { managers: ["osaka"] })).toMatchObject({ summary: { failed: 0 } });
    return true;
  };
  const late = shared.apply(second, { newState: true, managers: ["tokyo"], approve });
  await late.catch(() => undefined);
  expect(shared.rig.takeWrites()).toEqual([expect.stringContaining("osaka")]);
  await isUnder(shared, first);
});

test("a manager of which nothing is left but notes of what was deleted does not stop it", async () => {
  const shared = await applied();
  await shared.apply(first, { mode: "destroy", managers: ["osaka"] });
  const outcome = shared.apply(second, { newState: true, managers: ["tokyo"] });
  expect(await outcome).toMatchObject({ summary: { failed: 0 } });
});

test("nor does it stop the next run that has this manager, nor a rekey", async () => {
  const shared = await applied();
  await shared.apply(first, { mode: "destroy", managers: ["osaka"] });
  await shared.apply(second, { newState: true, managers: ["tokyo"] });
  const third = Buffer.alloc(32, 3).toString("base64");
  const rekeying = rekeyState(options, shared.platform(second, { JP1IM_NEW_STATE_KEY: third }));
  expect(await rekeying).toMatchObject({ already: false, unverified: 0 });
  await shared.apply(third, { mode: "destroy", managers: ["osaka"] });
  await shared.apply(first, { newState: true, managers: ["tokyo"] });
  const { diagnostics } = await plan(options, shared.platform(first));
  expect(diagnostics).toEqual([]);
  expect(await shared.apply(first)).toMatchObject({ summary: { applied: 1, failed: 0 } });
  await isUnder(shared, first);
});

test("of two first ones on one manager, the one that waited for the lock is refused", async () => {
  const shared = new Shared(await bothRig({ tokyo: { agents } }));
  const own = { newState: true, managers: ["tokyo"], lockTimeoutMs: 60_000 };
  let waiting: Promise<unknown> | undefined;
  const approve = async () => {
    waiting = refusalOf(shared.apply(second, own));
    await new Promise((resolve) => setTimeout(resolve, 50));
    return true;
  };
  expect(await shared.apply(first, { ...own, approve })).toMatchObject({ summary: { failed: 0 } });
  expect(await waiting).toMatchObject({ code: "state-key" });
});

test("a rebuild needs the locks of its own managers alone, and does not leave the others under another key", async () => {
  const shared = await applied();
  await shared.rig.write("jp1im.yaml", bothYaml({ tokyo: { agents }, osaka: { host: "immhost-new" } }));
  shared.rig.simulation.edit({ manager: "osaka", type: "delete-client", id: "edge" });
  const rebuilding = { ...options, manager: "osaka", replaces: "immhost-osaka", overwriteSinks: true };
  // While another run holds tokyo's.
  const approve = async () => {
    expect(await refusalOf(rebuild(rebuilding, shared.platform(second)))).toMatchObject({
      code: "state-key",
      summary: expect.stringMatching(/^the state of tokyo in .* would stay so/),
    });
    expect((await rebuild(rebuilding, shared.platform(first)))?.rebuild.queued).toEqual([]);
    return false;
  };
  await shared.apply(first, { managers: ["tokyo"], approve });
  expect(await shared.apply(first, { managers: ["tokyo"] })).toMatchObject({ summary: { requests: 0 } });
});
