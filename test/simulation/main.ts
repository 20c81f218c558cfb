/**
 * `npm run simulate:faults -- --seeds N --from S` plays many histories, so many from each S; `--seed N` plays one, and shows what happens.
 * Ends with 1 and the command that replays it when a history violates anything.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Crew } from "./crew";
import { randomHistory } from "./history";
import { play } from "./play";
import { shrink, without } from "./shrink";
import { type Assignment, MOST_FAILURES, type Played } from "./worker";

const USAGE = `npm run simulate:faults -- [--seeds N] [--from S]… [--jobs J]
npm run simulate:faults -- --seed N [--without PART,PART…]`;
const MOST_SHOWN = 5;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "1000" },
      from: { type: "string", multiple: true, default: ["1"] },
      jobs: { type: "string", default: `${availableParallelism()}` },
      seed: { type: "string" },
      without: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  const numbers = [values.seeds, values.jobs, values.seed ?? "1", ...values.from].map(Number);
  if (values.help || numbers.some((number) => !Number.isSafeInteger(number) || number < 0)) {
    console.log(USAGE);
    return values.help ? 0 : 64;
  }
  const [seeds = 0, jobs = 1, seed = 0, ...starts] = numbers;
  return values.seed === undefined
    ? playMany(starts, seeds, Math.max(1, jobs))
    : playOne(seed, values.without.split(",").filter(Boolean));
}

async function playMany(starts: readonly number[], seeds: number, jobs: number): Promise<number> {
  const began = process.hrtime.bigint();
  const crew = new Crew(jobs);
  const total = {
    histories: 0,
    faults: new Map<string, number>(),
    failures: [] as Played["failures"][number][],
  };
  const digests: [seed: number, digest: string][] = [];
  const onPlayed = (assignment: Assignment, { histories, faults, failures, digest }: Played) => {
    total.histories += histories;
    total.failures.push(...failures);
    for (const { seed, violation } of failures) console.error(`seed ${seed} violates ${violation.invariant}`);
    digests.push([assignment.from, digest]);
    for (const [kind, count] of faults) total.faults.set(kind, (total.faults.get(kind) ?? 0) + count);
    return total.failures.length < MOST_FAILURES;
  };
  for (const from of starts)
    if (total.failures.length < MOST_FAILURES) await crew.play({ from, to: from + seeds }, onPlayed);
  const unequal = await replay(crew, digests, jobs);
  crew.end();
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  report(total.histories, total.faults, seconds, jobs);
  console.log(`${digests.length} of them were played again in another process: ${unequal.length} differed`);
  console.log(`${total.failures.length} histories violated something`);
  for (const seed of unequal) console.log(`  seed ${seed} is not the same twice`);
  for (const { seed } of total.failures.sort((a, b) => a.seed - b.seed)) await explain(seed);
  return total.failures.length + unequal.length > 0 ? 1 : 0;
}

/** The first seed of every batch once more, in another process if there are several. */
async function replay(crew: Crew, digests: readonly (readonly [number, string])[], jobs: number) {
  const unequal: number[] = [];
  for (const [index, [seed, digest]] of digests.entries()) {
    if ((await crew.digest(seed, index % jobs)) !== digest) unequal.push(seed);
  }
  return unequal;
}

function report(histories: number, faults: ReadonlyMap<string, number>, seconds: number, jobs: number): void {
  const rate = (histories / seconds).toFixed(0);
  console.log(`${histories} histories in ${seconds.toFixed(1)} s, ${rate} a second in ${jobs} processes`);
  for (const [kind, count] of [...faults].sort()) console.log(`${String(count).padStart(9)}  ${kind}`);
}

async function explain(seed: number): Promise<void> {
  const history = randomHistory(seed);
  const invariant = (await play(history)).violations[0]?.invariant;
  const dropped = await shrink(
    history,
    async (less) => (await play(less)).violations[0]?.invariant === invariant,
  );
  await playOne(seed, dropped);
}

async function playOne(seed: number, dropped: readonly string[]): Promise<number> {
  const history = without(randomHistory(seed), dropped);
  const { trace, violations, digest } = await play(history);
  console.log(`\nseed ${seed}, world and steps:`);
  console.log(JSON.stringify(history.world));
  for (const step of history.steps) console.log(JSON.stringify(step));
  console.log("\nwhat happened:");
  for (const line of trace) console.log(`  ${line.slice(0, 300)}`);
  console.log(`digest ${digest}`);
  for (const { invariant, step, detail } of violations.slice(0, MOST_SHOWN))
    console.log(`\n${invariant}, step ${step}: ${detail}`);
  if (violations.length === 0) return 0;
  const left = dropped.length > 0 ? ` --without ${dropped.join(",")}` : "";
  console.log(`\nreplay: npm run simulate:faults -- --seed ${seed}${left}`);
  return 1;
}

void main().then((code) => {
  process.exitCode = code;
});
