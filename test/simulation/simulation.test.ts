import { runs } from "../effort";
import { randomHistory } from "./history";
import { play } from "./play";
import { shrink, without } from "./shrink";
import { playSeeds } from "./worker";

/** `.ci/run` plays thousands in processes of their own; here a few, on each run of the tests. */
const SEEDS = Number(process.env.SIMULATION_SEEDS ?? runs(30));

test("random histories of faults violate nothing", async () => {
  const { failures } = await playSeeds({ from: 1, to: 1 + SEEDS });
  expect(
    failures.map(({ seed, violation }) => ({
      replay: `npm run simulate:faults -- --seed ${seed}`,
      violation,
    })),
  ).toEqual([]);
}, 600_000);

test("shrinking ends, with nothing left that could go", async () => {
  for (const seed of [1, 6273]) {
    const history = randomHistory(seed);
    expect(without(history, await shrink(history, async () => true)).steps).toHaveLength(1);
    const hasEdit = async ({ steps }: typeof history) => steps.some(({ edits }) => edits.length > 0);
    const edits = history.steps.flatMap((step) => step.edits).length;
    const { steps } = without(history, await shrink(history, hasEdit));
    expect(steps.flatMap((step) => step.edits)).toHaveLength(Math.min(1, edits));
  }
});

test("a seed replays exactly", async () => {
  for (const seed of [1, 2, 3]) {
    const [first, second] = [await play(randomHistory(seed)), await play(randomHistory(seed))];
    expect(second.trace).toEqual(first.trace);
    expect(second.digest).toBe(first.digest);
  }
  expect((await play(randomHistory(4))).digest).not.toBe((await play(randomHistory(5))).digest);
});
