/** What stops every manager is said once, and again where it comes back. */
import type { ManagerCycle } from "../../src/model/watch";
import { SaidOnce } from "../../src/watch/said-once";
import { bothRig, Watched } from "./watched";

const NOTE = ".jp1im/lineage";
const unfinished = {
  ...{ managers: ["osaka", "tokyo"], again: ["state", "push", "BACKUP"] },
  ...{ who: "ops@build-7", host: "build-7", pid: 1, since: "2030-01-01T00:00:00Z" },
};

test("a copy that was interrupted is said of one manager, and stops each", async () => {
  const rig = await bothRig();
  await rig.apply();
  await rig.write(NOTE, `${rig.read(NOTE)?.trim()} ${JSON.stringify({ id: "a1", unfinished })}\n`);
  const watched = new Watched(rig);
  const last = await watched.run({ once: true });
  const diagnostics = [{ code: "state-unfinished" }];
  expect(last).toMatchObject([
    { status: "refused", diagnostics },
    { status: "refused", diagnostics },
  ]);
  const cycles = watched.events.filter(({ event }) => event === "cycle");
  expect(cycles).toHaveLength(2);
  expect(cycles.flatMap((cycle) => ("diagnostics" in cycle ? cycle.diagnostics : []))).toHaveLength(1);
});

test("it is reported again by the first manager that it stops again, and what is of one manager always", () => {
  const said = new SaidOnce();
  const whole = { code: "state-unfinished", severity: "error", summary: "half a copy" } as const;
  const own = { code: "unreachable", severity: "error", summary: "no answer" } as const;
  const codes = (manager: string, ...diagnostics: readonly object[]) =>
    said.shortened({ manager, diagnostics } as unknown as ManagerCycle).diagnostics.map(({ code }) => code);
  expect(codes("osaka", whole, own)).toEqual(["state-unfinished", "unreachable"]);
  expect(codes("tokyo", whole, own)).toEqual(["unreachable"]);
  expect(codes("osaka", whole)).toEqual(["state-unfinished"]);
  expect([codes("osaka"), codes("tokyo")]).toEqual([[], []]);
  expect([codes("tokyo", whole), codes("osaka", whole)]).toEqual([["state-unfinished"], []]);
});
