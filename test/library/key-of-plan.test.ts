/** What is said of the state's key where nothing is written: as the apply would say it, and no more than a warning. */
import { doctor, getResources, plan, rekeyState } from "../../src/index";
import { refusalOf } from "../rig/tokyo";
import { bothRig } from "../watch/watched";
import { applied, first, options, Shared, second } from "./shared-state";

const text = /^a rekey of the state was interrupted: .* the state of tokyo is under$/;
const said = { remedy: expect.stringMatching(/^finish it: `jp1im state rekey`/) };
const interrupted = {
  ...{ code: "state-key", severity: "warning", ...said },
  summary: expect.stringMatching(text),
};

/** Killed after the new key was noted, and osaka's part written under it. */
async function halfRekeyed(): Promise<Shared> {
  const shared = await applied();
  shared.server.fault = ({ method, url }) =>
    method === "POST" && url.includes("/tokyo") ? { status: 403 } : undefined;
  const rekeying = rekeyState(options, shared.platform(first, { JP1IM_NEW_STATE_KEY: second }));
  await refusalOf(rekeying);
  shared.server.fault = () => undefined;
  return shared;
}

const planned = (shared: Shared, key: string | undefined, more: object = {}) =>
  plan({ ...options, ...more }, shared.platform(key));

async function hasNoKeyFile(shared: Shared): Promise<void> {
  expect(shared.rig.read(".jp1im/state.key")).toBeUndefined();
}

describe("of an interrupted rekey", () => {
  test("a plan warns in the words of its apply, whichever of the two keys it has", async () => {
    const shared = await halfRekeyed();
    for (const key of [first, second]) {
      const { diagnostics } = await planned(shared, key);
      const refusal = await refusalOf(shared.apply(key));
      expect(diagnostics).toEqual([{ ...refusal, severity: "warning" }]);
      expect(refusal.summary).toContain("a rekey of the state was interrupted");
    }
    expect(shared.rig.takeWrites()).toEqual([]);
    await hasNoKeyFile(shared);
  });

  test("a plan without secrets, a list, and the doctor warn as well", async () => {
    const shared = await halfRekeyed();
    const runs = [
      () => planned(shared, undefined, { secrets: false }),
      () => getResources({ ...options, kind: "clients" }, shared.platform(undefined)),
    ];
    for (const run of runs) {
      shared.rig.events.length = 0;
      await run();
      expect(shared.rig.events).toContainEqual({ type: "diagnostic", diagnostic: interrupted });
    }
    const { checks } = await doctor(options, shared.platform(second));
    expect(checks).toContainEqual(
      expect.objectContaining({
        ...said,
        check: "state-key",
        status: "warning",
        detail: expect.stringMatching(text),
      }),
    );
  });

  test("a run on some managers that would replace the key is sent to the rekey, whichever of the two it has", async () => {
    const shared = await halfRekeyed();
    for (const [key, manager] of [
      [first, "tokyo"],
      [second, "osaka"],
    ] as const) {
      const { summary, remedy } = await refusalOf(shared.apply(key, { newState: true, managers: [manager] }));
      expect({ summary, remedy }).toEqual({ summary: interrupted.summary, remedy: interrupted.remedy });
    }
    expect(shared.rig.takeWrites()).toEqual([]);
  });

  test("one on a part that is rekeyed goes on, and warns", async () => {
    const shared = await halfRekeyed();
    shared.rig.events.length = 0;
    expect(await shared.apply(second, { managers: ["osaka"] })).toMatchObject({ summary: { failed: 0 } });
    expect(shared.rig.events).toContainEqual({ type: "diagnostic", diagnostic: interrupted });
  });

  test("nothing is said once it is finished", async () => {
    const shared = await halfRekeyed();
    await rekeyState(options, shared.platform(first, { JP1IM_NEW_STATE_KEY: second }));
    expect((await planned(shared, second)).diagnostics).toEqual([]);
  });
});

test("a plan under a key that is not the state's warns in the words of its apply", async () => {
  const shared = await applied();
  const { diagnostics } = await planned(shared, second);
  expect(diagnostics).toEqual([{ ...(await refusalOf(shared.apply(second))), severity: "warning" }]);
  await hasNoKeyFile(shared);
});

test("so it does where the state has no part yet, as does the doctor", async () => {
  const shared = new Shared(await bothRig());
  shared.server.fault = ({ method, url }) =>
    method === "POST" && !url.includes("_managers") ? { status: 403 } : undefined;
  await shared.apply(first).catch(() => undefined);
  shared.server.fault = () => undefined;
  const { summary } = await refusalOf(shared.apply(second));
  const { diagnostics } = await planned(shared, second);
  expect(diagnostics).toEqual([expect.objectContaining({ summary, severity: "warning" })]);
  expect((await planned(shared, first)).diagnostics).toEqual([]);
  const { checks } = await doctor(options, shared.platform(second));
  expect(checks).toContainEqual(expect.objectContaining({ check: "state-key", status: "warning" }));
});

test("with --new-state a plan says that the key is replaced", async () => {
  const shared = await applied();
  const { diagnostics } = await planned(shared, second, { newState: true });
  expect(diagnostics).toEqual([
    expect.objectContaining({ summary: expect.stringContaining("--new-state replaces the key") }),
  ]);
});
