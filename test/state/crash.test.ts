import fc from "fast-check";
import { openState } from "../../src/state/open-state";
import type { StateStore } from "../../src/state/port";
import { runs } from "../effort";
import { MemoryFileSystem, seededRandom } from "../platform/memory-file-system";
import { client, patch, reopen, run, told, webAgent } from "./world";

type Step =
  | { readonly do: "put"; readonly id: string; readonly generation: number }
  | { readonly do: "patch"; readonly host: string; readonly key: string; readonly set: boolean }
  | { readonly do: "drop"; readonly host: string }
  | { readonly do: "flush" }
  | { readonly do: "flush in passing" }
  | { readonly do: "reopen"; readonly keyId: string };

const id = fc.constantFrom("a", "b");
const host = fc.constantFrom("web01", "web02");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("put" as const), id, generation: fc.nat(99) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("patch" as const),
      host,
      key: fc.constantFrom("k", "l", "m"),
      set: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), host }) },
  { weight: 4, arbitrary: fc.constant({ do: "flush" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "flush in passing" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("reopen" as const), keyId: fc.constantFrom("key-1", "key-2") }),
  },
);

/** What a history of steps made durable, and every state that it went through since. */
class History {
  readonly stages: { readonly told: string; readonly keyId: string }[] = [{ told: "[]", keyId: "key-1" }];
  durable = 0;
  keyId = "key-1";
  #state: StateStore | undefined;

  async play(fileSystem: MemoryFileSystem, steps: readonly Step[]): Promise<void> {
    this.#state = await openState(run(fileSystem, { minimumWaste: 600 }));
    for (const [index, each] of steps.entries()) await this.#take(fileSystem, each, index);
    await this.#durably(this.#state.close());
  }

  async #take(fileSystem: MemoryFileSystem, each: Step, index: number): Promise<void> {
    const state = this.#state as StateStore;
    const before = state.serial("tokyo");
    if (each.do === "flush") return this.#durably(state.flush());
    if (each.do === "flush in passing") {
      this.#durably(state.flush()).catch(() => undefined);
      return;
    }
    if (each.do === "reopen") {
      await this.#durably(state.close());
      this.keyId = each.keyId;
      this.#state = await openState(run(fileSystem, { minimumWaste: 600, keyId: each.keyId }));
      return;
    }
    if (each.do === "put") state.put(client(each.id, "delivered", each.generation));
    if (each.do === "drop") state.drop(webAgent(each.host).address);
    if (each.do === "patch") {
      const change = each.set
        ? patch(each.host, [[each.key, `f${index}`]])
        : patch(each.host, [], [each.key]);
      state.patchAgent(...change);
    }
    // What changes nothing writes nothing: the file stays under the key that it was written under.
    if (state.serial("tokyo") > before) this.stages.push({ told: told(state), keyId: this.keyId });
  }

  async #durably(flushed: Promise<void>): Promise<void> {
    const reached = this.stages.length - 1;
    await flushed;
    this.durable = Math.max(this.durable, reached);
  }
}

/** What a state tells to a run that has another key. */
function underAnotherKey(text: string): string {
  const records: [fields: [string, unknown][], fingerprints: [string, unknown][]][] = JSON.parse(text);
  return JSON.stringify(
    records.map(([fields, fingerprints]) => [
      fields.filter(([name]) => name !== "digest"),
      fingerprints.map(([key]) => [key, null]),
    ]),
  );
}

async function callsOf(steps: readonly Step[]): Promise<number> {
  const fileSystem = new MemoryFileSystem();
  await new History().play(fileSystem, steps);
  return fileSystem.calls;
}

test("after a crash at any file-system call the state is a prefix of its history with everything flushed", async () => {
  let crashes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.integer(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (steps, seed, share) => {
        const crashAt = 1 + Math.floor(share * (await callsOf(steps)));
        const fileSystem = new MemoryFileSystem({ random: seededRandom(seed) });
        fileSystem.onCall = ({ number }) => (number === crashAt ? "crash" : undefined);
        const history = new History();
        await history.play(fileSystem, steps).catch(() => undefined);
        if (!fileSystem.crashed) return;
        crashes++;
        const survivor = fileSystem.survivor();
        for (const keyId of ["key-1", "key-2"]) {
          // It looks only, and begins nothing under another key.
          const { state } = await reopen(survivor, { keyId, isRekey: true });
          const possible = history.stages.slice(history.durable);
          expect(
            possible.map((stage) => (stage.keyId === keyId ? stage.told : underAnotherKey(stage.told))),
          ).toContain(told(state));
          await state.close();
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(crashes).toBeGreaterThan(runs(200));
});

test("a step that changes nothing leaves the state under the key that it was written under", async () => {
  const fileSystem = new MemoryFileSystem();
  const steps: Step[] = [
    { do: "patch", host: "web01", key: "k", set: true },
    { do: "reopen", keyId: "key-2" },
    { do: "drop", host: "web02" },
  ];
  const history = new History();
  await history.play(fileSystem, steps);
  const { state } = await reopen(fileSystem, { keyId: "key-1" });
  expect(told(state)).toBe(history.stages.at(-1)?.told);
  expect(told(state)).toContain("digest-of-web01");
  await state.close();
});

test("a crash at every single call of one long history loses nothing that was flushed", async () => {
  const steps: Step[] = [];
  for (let round = 0; round < 8; round++) {
    steps.push({ do: "put", id: "a", generation: round });
    steps.push({ do: "patch", host: "web01", key: "k", set: true });
    steps.push({ do: "flush" });
    steps.push({ do: "patch", host: "web02", key: "l", set: true });
    steps.push({ do: "flush in passing" });
    steps.push({ do: "drop", host: "web02" });
  }
  const calls = await callsOf(steps);
  for (let crashAt = 1; crashAt <= calls; crashAt++) {
    for (let seed = 1; seed <= runs(3); seed++) {
      const fileSystem = new MemoryFileSystem({ random: seededRandom(seed * 1000 + crashAt) });
      fileSystem.onCall = ({ number }) => (number === crashAt ? "crash" : undefined);
      const history = new History();
      await history.play(fileSystem, steps).catch(() => undefined);
      expect(fileSystem.crashed).toBe(true);
      const { state } = await reopen(fileSystem.survivor());
      expect(history.stages.slice(history.durable).map((stage) => stage.told)).toContain(told(state));
      state.put(client("after the crash"));
      await state.close();
    }
  }
});
