/**
 * Bad input for everything that reads: whatever it is, a reader gives a value or an error for people, never a stack
 * trace, never a secret, and it ends. `JP1IM_FUZZ_INPUTS` sets how many inputs all readers together get, and
 * `JP1IM_RANDOM_SEED` replays a run: a failure prints both with the smallest input that was found.
 */
import * as fc from "fast-check";
import { swap, swapped } from "./json-mutations";
import { mutate, mutation } from "./mutations";
import { endWell, type Target } from "./target";
import { targets } from "./targets";

const INPUTS = Number(process.env.JP1IM_FUZZ_INPUTS ?? 10_000);
const MOST_MEMORY = 1024 * 1024 * 1024;

test("the shares of the readers add up", () => {
  expect(targets.reduce((sum, { share }) => sum + share, 0)).toBe(100);
});

test.each(targets)(
  "$name: a value or an error for people, whatever the input",
  async (target) => {
    const fixtures = await target.fixtures();
    for (const fixture of fixtures) await endWell(() => target.read(fixture));
    const tally = { read: 0, refused: 0 };
    const before = process.memoryUsage.rss();
    await fc.assert(
      fc.asyncProperty(inputsOf(target, fixtures), async (input) => {
        tally[await endWell(() => target.read(input))] += 1;
      }),
      {
        numRuns: Math.round((INPUTS * target.share) / 100),
        reporter: (result) => {
          if (result.failed) throw failed(result);
        },
      },
    );
    expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_MEMORY);
    if (process.env.JP1IM_FUZZ_INPUTS !== undefined) {
      process.stdout.write(`${target.name}: ${tally.read} read, ${tally.refused} refused\n`);
    }
  },
  120_000 + INPUTS * 10,
);

/** Fixtures that are damaged, JSON fixtures whose values are exchanged, and bytes that never were anything. */
function inputsOf(target: Target, fixtures: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const fixture = fc.constantFrom(...fixtures);
  const damaged = fc
    .tuple(fixture, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([bytes, mutations]) => mutate(bytes, mutations));
  const noise = fc
    .oneof(fc.uint8Array({ maxLength: 64 }), fc.string(), fc.json())
    .map((made) => Buffer.from(made as string));
  if (!target.json) {
    return fc.oneof({ weight: 12, arbitrary: damaged }, { weight: 1, arbitrary: noise });
  }
  const exchanged = fc
    .tuple(fixture, fc.array(swap, { minLength: 1, maxLength: 4 }))
    .map(([bytes, swaps]) => Buffer.from(JSON.stringify(swapped(JSON.parse(bytes.toString()), swaps))));
  return fc.oneof(
    { weight: 6, arbitrary: damaged },
    { weight: 6, arbitrary: exchanged },
    { weight: 1, arbitrary: noise },
  );
}

function failed({ seed, counterexample, errorInstance }: fc.RunDetails<[Buffer]>): Error {
  const [input] = counterexample ?? [];
  const text =
    input === undefined
      ? ""
      : `${input.length} bytes, ${JSON.stringify(input.toString("latin1").slice(0, 2000))}`;
  return new Error(
    `replay: JP1IM_RANDOM_SEED=${seed} JP1IM_FUZZ_INPUTS=${INPUTS} npm run test:slow -- test/fuzz; the input: ${text}`,
    {
      cause: errorInstance,
    },
  );
}
