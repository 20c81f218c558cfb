/** Saved plans over random worlds: applied they do what an apply does, once, and only where nothing has changed. */
import * as fc from "fast-check";
import { DiagnosticError, type Outcome, type Plan, parsePlan, serialisePlan } from "../../src/index";
import { desired, edit, variable } from "./choices";
import { History } from "./history";

const RUNS = Number(process.env.HISTORIES ?? 25);

/** A plan as it comes out of its file. */
async function saved(history: History): Promise<Plan> {
  return parsePlan(serialisePlan(await history.rig.plan({ save: true })), "a.plan");
}

/** The outcome, or the codes that it was refused for. */
async function attempt(history: History, plan: Plan): Promise<Outcome | readonly string[]> {
  try {
    return await history.applySaved(plan);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
}

function isIn(plan: Plan, address: string): boolean {
  return plan.changes.some((change) => change.address === address);
}

/** How often each way was taken that a history may take: an expectation on a way that none takes proves nothing. */
class Ways {
  readonly #taken = new Map<string, number>();

  take(way: string): void {
    this.#taken.set(way, (this.#taken.get(way) ?? 0) + 1);
  }

  expectTaken(...ways: readonly string[]): void {
    expect([...this.#taken.keys()]).toEqual(expect.arrayContaining([...ways]));
  }
}

test("a saved plan does what an apply does, and a second time nothing", async () => {
  const ways = new Ways();
  await fc.assert(
    fc.asyncProperty(desired, desired, async (first, second) => {
      const [direct, planned] = [await History.create(), await History.create()];
      for (const choice of [first, second]) {
        await direct.desire(choice);
        await planned.desire(choice);
        await direct.apply();
        const writes = direct.rig.takeWrites().sort();
        const plan = await saved(planned);
        const outcome = await planned.applySaved(plan);
        // What an apply does in its second round is left to the next plan.
        const hinted = outcome.diagnostics.some(({ code }) => code === "beyond-plan");
        if (!hinted) {
          ways.take("same writes");
          expect(planned.rig.takeWrites().sort()).toEqual(writes);
        }
        if (plan.changes.length > 0) {
          ways.take("second time");
          expect(await attempt(planned, plan)).toEqual(["plan-stale"]);
        }
        await planned.apply();
        await planned.checkConverged(plan);
      }
    }),
    { numRuns: RUNS },
  );
  ways.expectTaken("same writes", "second time");
}, 600_000);

test("after anything else was done a saved plan either still holds, or is refused without a write", async () => {
  // Half of the histories rotate nothing, and half edit nothing: else hardly any plan would hold.
  const rotation = fc.option(fc.tuple(variable, fc.stringMatching(/^[a-z]{8}$/)), {
    nil: undefined,
    freq: 1,
  });
  const edits = fc.oneof(fc.constant([]), fc.array(edit, { minLength: 1, maxLength: 2 }));
  const ways = new Ways();
  const choices = [desired, desired, edits, rotation] as const;
  await fc.assert(
    fc.asyncProperty(...choices, async (first, second, edits, rotated) => {
      const history = await History.create();
      await history.desire(first);
      await history.apply();
      await history.desire(second);
      const plan = await saved(history);
      for (const each of edits) await history.edit(each);
      if (rotated) history.rig.env[rotated[0]] = rotated[1];
      const result = await attempt(history, plan);
      if ("changes" in result) {
        ways.take("holds");
        history.approve(plan);
        expect(result.summary).toMatchObject({ failed: 0, skipped: 0 });
      } else {
        ways.take("refused");
        expect(new Set(result)).toEqual(new Set(["plan-stale"]));
        expect(history.rig.takeWrites()).toEqual([]);
      }
      history.checkForeign();
      // From now on an apply may write over what others put in the place of a declared key.
      await history.desire(second);
      await history.checkConverged((await history.apply()).plan);
    }),
    { numRuns: RUNS },
  );
  ways.expectTaken("holds", "refused");
}, 600_000);

test("a saved plan whose apply was killed at any moment goes on to its end, and is then used up", async () => {
  const ways = new Ways();
  const kill = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(desired, desired, kill, async (first, second, calls) => {
      const history = await History.create();
      await history.desire(first);
      await history.apply();
      await history.desire(second);
      const plan = await saved(history);
      for (const call of calls) await history.meet(call, "crash", () => history.applySaved(plan));
      const last = await attempt(history, plan);
      // A run that was killed at its very end had noted that it was done.
      if ("changes" in last) {
        ways.take("resumed");
        expect(last.summary).toMatchObject({ failed: 0, skipped: 0 });
      } else
        expect((await history.rig.plan()).changes.filter(({ address }) => isIn(plan, address))).toEqual([]);
      if (plan.changes.length > 0) expect(await attempt(history, plan)).toEqual(["plan-stale"]);
      history.checkForeign();
      await history.checkConverged((await history.apply()).plan);
    }),
    { numRuns: RUNS },
  );
  ways.expectTaken("resumed");
}, 600_000);
