/** Convergence over random histories: after every apply, and after every mishap and one more run, nothing is left to do. */
import * as fc from "fast-check";
import { DiagnosticError } from "../../src/index";
import type { Fault, FaultEffect } from "../../src/simulator/fault";
import { desired, edit, variable } from "./choices";
import { History, HOSTS } from "./history";

/** A soak asks for more: `HISTORIES=5000 npx jest test/engine`. */
const RUNS = Number(process.env.HISTORIES ?? 60);

const rotation = fc.option(fc.tuple(variable, fc.stringMatching(/^[a-z]{8}$/)), { nil: undefined });
const step = fc.record({ desired, edits: fc.array(edit, { maxLength: 3 }), rotation });

const path = fc.constantFrom(
  "agents/secrets/change",
  "agents/secrets/change",
  "secret/client/generateInfo",
  "secret/client/deleteInfo",
  "secret/generateInfo",
  "subManagers/createInfo",
  "subManagers/deleteInfo",
  "secret/client/list",
  "subManagers",
  "agents",
  "agents/secrets",
  "*",
);
const when = fc.constantFrom("before" as const, "after" as const);
const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({ type: fc.constant("drop" as const), when }),
  fc.record({ type: fc.constant("status" as const), status: fc.constantFrom(500, 502, 503), when }),
  fc.record({ type: fc.constant("status" as const), status: fc.constantFrom(400, 401, 403, 413) }),
  fc.constant<FaultEffect>({ type: "status", status: 429, retryAfter: "1" }),
  fc.record({ type: fc.constant("interrupt" as const), items: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant("body-limit" as const), bytes: fc.integer({ min: 90, max: 250 }) }),
  fc.record({
    type: fc.constant("agent-state" as const),
    host: fc.constantFrom(...HOSTS),
    state: fc.constantFrom("down" as const, "base-failed" as const, "storage-full" as const),
  }),
  fc.record({
    type: fc.constant("manager-state" as const),
    host: fc.constantFrom("immhost01", "immhost-osaka", "immhost-nagoya"),
    state: fc.constantFrom("down" as const, "database-down" as const, "imbase-failed" as const),
  }),
  fc.constant<FaultEffect>({ type: "expire-session" }),
  fc.constant<FaultEffect>({ type: "raw", status: 200, body: "<html>a proxy</html>" }),
);
const fault: fc.Arbitrary<Fault> = fc.record({
  path,
  skip: fc.integer({ min: 0, max: 2 }),
  times: fc.integer({ min: 1, max: 3 }),
  effect,
});

async function change(
  history: History,
  { desired, edits, rotation }: typeof step extends fc.Arbitrary<infer T> ? T : never,
) {
  for (const each of edits) await history.edit(each);
  if (rotation) history.rig.env[rotation[0]] = rotation[1];
  await history.desire(desired);
}

test("after every apply of a random desired state a second plan is empty and foreign things are untouched", async () => {
  const histories = fc.array(step, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const history = await History.create();
      for (const each of steps) {
        await change(history, each);
        const { plan, summary } = await history.apply();
        expect(summary).toMatchObject({ failed: 0, skipped: 0, requests: plan.summary.requests });
        expect(history.failedWrites()).toEqual([]);
        await history.checkConverged(plan);
      }
    }),
    { numRuns: RUNS },
  );
}, 600_000);

test("after random faults one run without any converges, with every delivered secret valid", async () => {
  const histories = fc.array(fc.record({ step, faults: fc.array(fault, { minLength: 1, maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const history = await History.create();
      for (const each of steps) {
        await change(history, each.step);
        for (const one of each.faults) history.rig.simulation.faults.add(one);
        await history.apply().catch((error) => {
          if (!(error instanceof DiagnosticError)) throw error;
        });
        history.rig.simulation.faults.clear();
        history.checkForeign();
        const { plan, summary } = await history.apply();
        expect(summary).toMatchObject({ failed: 0, skipped: 0 });
        await history.checkConverged(plan);
      }
    }),
    { numRuns: RUNS },
  );
}, 600_000);

test("after a crash or a full disk at any moment one more run converges, with every delivered secret valid", async () => {
  const mishap = fc.record({
    call: fc.integer({ min: 1, max: 120 }),
    fate: fc.constantFrom("crash", "crash", "ENOSPC", "EIO"),
  });
  const histories = fc.array(fc.record({ step, mishap }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const history = await History.create();
      for (const each of steps) {
        await change(history, each.step);
        await history.meet(each.mishap.call, each.mishap.fate);
        history.checkForeign();
        const { plan, summary } = await history.apply();
        expect(summary).toMatchObject({ failed: 0, skipped: 0 });
        await history.checkConverged(plan);
      }
    }),
    { numRuns: RUNS },
  );
}, 600_000);
