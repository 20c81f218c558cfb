import type { Rehearsed } from "../../src/index";
import { begunRebuild } from "../../src/library/rebuild";
import type { DesiredManager } from "../../src/model/desired-state";
import type { RebuildRecord, StateView } from "../../src/state/port";
import { type FleetSize, LostManager } from "./lost-manager";

const SMALL: FleetSize = { agents: 2, keys: 2, clients: 2 };

/** Every file of the rig, so that nothing can be left behind unnoticed. */
function filesOf({ rig }: LostManager): string[] {
  return rig.files.paths().map((path) => `${path} ${rig.files.peek(path)?.toString("base64") ?? ""}`);
}

async function rehearsed(
  fleet: LostManager,
  options: Parameters<LostManager["rehearse"]>[0] = {},
): Promise<Rehearsed> {
  fleet.rig.takeWrites();
  const files = filesOf(fleet);
  const result = await fleet.rehearse(options);
  expect(fleet.rig.takeWrites()).toEqual([]);
  expect(filesOf(fleet)).toEqual(files);
  return result;
}

const codes = ({ diagnostics }: Rehearsed) => diagnostics.map(({ code }) => code);

test("before the loss a rehearsal plans what the rebuild would do on a new and empty manager", async () => {
  const fleet = await LostManager.create(SMALL);
  const { rehearsal, plan, diagnostics } = await rehearsed(fleet);
  expect(diagnostics).toEqual([]);
  expect(rehearsal).toMatchObject({ rehearsed: "before-the-loss", replaces: "immhost01", sinks: 4 });
  expect(plan?.unknown).toEqual([]);

  await fleet.lose();
  const rebuilt = await fleet.rebuild();
  const sent = rebuilt?.outcome.plan.changes.map(({ address, action }) => {
    return `${action} ${address}`.replace("immhost99", "immhost01");
  });
  const foreseen = plan?.changes.map(({ address, action }) => `${action} ${address}`);
  // Its agents lose nothing by the loss, so that what the rehearsal overwrites a new manager may find missing.
  const withoutAction = (lines: readonly string[] = []) =>
    lines.map((line) => line.replace(/^\S+ /, "")).sort();
  expect(withoutAction(foreseen)).toEqual(withoutAction(sent));
  expect(plan?.operations).toHaveLength(rebuilt?.outcome.summary.requests ?? 0);
});

test("after the loss a rehearsal names what waits for the lower managers, and finds nothing wrong", async () => {
  const fleet = await LostManager.create(SMALL);
  await fleet.lose();
  const { rehearsal, plan, diagnostics } = await rehearsed(fleet, { replaces: "immhost01" });
  expect(diagnostics).toEqual([]);
  expect(rehearsal).toMatchObject({ rehearsed: "after-the-loss", host: "immhost99" });
  expect(plan?.unknown).toEqual([]);
  const waiting = plan && [...plan.deferred, ...plan.open_selectors].map(({ after }) => after);
  expect(new Set(waiting).size).toBe(3);
  // Two agents on each of four managers; with all that is asked and sent besides.
  expect(rehearsal.expected.writes).toBe((plan?.operations.length ?? 0) + 6);
  expect(rehearsal.by_hand.map(({ task }) => task)).toEqual(["register-hosts", "hand-out-secrets"]);
});

test("sources, sinks and logins that fail are told together", async () => {
  const fleet = await LostManager.create(SMALL);
  delete fleet.rig.env.V1;
  fleet.rig.files.onCall = ({ name, path }) =>
    name === "open" && path.includes("/out/") ? "EACCES" : undefined;
  fleet.rig.simulation.faults.add({
    path: "secret/client/list",
    skip: 1,
    effect: { type: "status", status: 403 },
  });
  const found = codes(await rehearsed(fleet));
  expect(new Set(found)).toEqual(new Set(["source-unresolved", "manager-denied", "sink-unwritable"]));
});

test("a lower manager that is down, or refuses, is unknown in the rehearsal", async () => {
  const fleet = await LostManager.create(SMALL);
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  const { plan } = await rehearsed(fleet);
  expect(plan?.unknown.map(({ address }) => address)).toContain("osaka/client/MANAGER_INTEGRATED_immhost01");
});

test("without a state the sinks' files are found, and --overwrite-sinks is rehearsed as well", async () => {
  const fleet = await LostManager.create(SMALL);
  await fleet.lose({ state: "lost" });
  expect(codes(await rehearsed(fleet, { replaces: "immhost01" }))).toEqual(["sink-unwritable"]);
  const told = await rehearsed(fleet, { replaces: "immhost01", overwriteSinks: true });
  expect(told.diagnostics).toEqual([]);
});

test("an unfinished rebuild is rehearsed from where it stands", async () => {
  const fleet = await LostManager.create(SMALL);
  await fleet.lose();
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  await fleet.rebuild();
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "up" });
  const { rehearsal, plan, diagnostics } = await rehearsed(fleet);
  expect([rehearsal.replaces, diagnostics]).toEqual(["immhost01", []]);
  expect(plan?.changes.map(({ address }) => address)).toEqual([
    "osaka/client/MANAGER_INTEGRATED_immhost01",
    "osaka/initial-secret",
    "tokyo/lower-manager/immhost-osaka",
  ]);
});

test.each([
  ["the same, however it is spelt", { replaces: "IMMHOST01", host: "IMMHOST99" }, true],
  ["a finished one", { finished: "2026-01-03T00:00:00Z" }, true],
  ["one for another new manager", { host: "immhost98" }, false],
  ["a finished one of another host", { replaces: "immhost00", finished: "2026-01-03T00:00:00Z" }, false],
  ["an open one of another host", { replaces: "immhost00" }, "--replaces immhost00"],
])("a rebuild that was begun goes on: %s", (_, more, expected) => {
  const record: RebuildRecord = {
    ...{ kind: "rebuild", address: "tokyo/rebuild", manager: "tokyo", since: "2026-01-02T03:04:05Z" },
    ...{ replaces: "immhost01", host: "immhost99", ...more },
  };
  const state = { record: () => record } as unknown as StateView;
  const manager = { name: "tokyo", host: "immhost99" } as DesiredManager;
  const begun = () => begunRebuild(state, manager, "immhost01");
  if (typeof expected === "boolean") expect(begun()).toBe(expected ? record : undefined);
  else
    expect(begun).toThrow(
      expect.objectContaining({
        diagnostics: [
          expect.objectContaining({ code: "rebuild-unfinished", remedy: expect.stringContaining(expected) }),
        ],
      }),
    );
});
