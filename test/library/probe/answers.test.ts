/** The probe over the simulator's core: it finds out every answer, and what it finds out can be played. */
import fc from "fast-check";
import type { Probed } from "../../../src/index";
import { answersTo, askedGapIds, type Behaviours } from "../../../src/model/gaps";
import { likenessOf } from "../../../src/simulator/like";
import { answersOf, journals, probed, rigLike, truthOf } from "./probed";

test("a simulator that answers as the manual is read is as assumed, and is left as it was", async () => {
  const rig = await rigLike();
  const before = truthOf(rig);
  const found = await probed(rig);
  expect(answersOf(found)).toMatchSnapshot();
  expect(found).toMatchObject({ isPartial: false, cleanedUp: false, diagnostics: [] });
  expect(found.report?.probes.filter(({ result }) => result === "different")).toEqual([]);
  expect(truthOf(rig)).toBe(before);
  expect(journals(rig)).toEqual([]);
  expect(rig.simulation.requests().length).toBeLessThan(200);
});

const every = askedGapIds.flatMap((id) => answersTo(id).map((answer) => [id, answer] as const));

test.each(every)("%s: a manager that answers %s is found out, and left as it was", async (id, answer) => {
  const rig = await rigLike({ [id]: answer });
  const before = truthOf(rig);
  const skip = askedGapIds.filter((each) => each !== id);
  const found = await probed(rig, { skip });
  expect(answersOf(found)[id]).toBe(answer);
  expect(found.diagnostics).toEqual([]);
  expect(truthOf(rig)).toBe(before);
  await isPlayedAgain(found, skip);
});

/** A manager that is played from the report is found to be the same. */
async function isPlayedAgain(found: Probed, skip: readonly string[] = []): Promise<void> {
  const { behaviours, unplayable } = likenessOf(JSON.stringify(found.report), "probe.json");
  expect(unplayable).toEqual([]);
  expect((await probed(await rigLike(behaviours), { skip })).report).toEqual(found.report);
}

const anyBehaviours = fc.record(
  Object.fromEntries(askedGapIds.map((id) => [id, fc.constantFrom(...answersTo(id))])),
  { requiredKeys: [] },
) as fc.Arbitrary<Behaviours>;

test("the report of any manager, played again, gives the same report", async () => {
  await fc.assert(
    fc.asyncProperty(anyBehaviours, async (behaviours) => {
      const rig = await rigLike(behaviours);
      const before = truthOf(rig);
      const found = await probed(rig);
      expect(found.diagnostics).toEqual([]);
      expect(truthOf(rig)).toBe(before);
      await isPlayedAgain(found);
    }),
    { numRuns: 10 },
  );
});

test("trouble of the manager is no refusal, and is reported as another answer", async () => {
  const rig = await rigLike();
  const busy = { type: "status", status: 500, messageId: "KAJY68501-E" } as const;
  rig.simulation.faults.add({ path: "agents/secrets/change", effect: busy });
  const skip = askedGapIds.filter((id) => id !== "secret-delete-missing");
  const { report } = await probed(rig, { skip });
  expect(report?.probes.find(({ id }) => id === "secret-delete-missing")).toMatchObject({
    ...{ result: "different", seen: "other", meaning: expect.stringContaining("please report it") },
    evidence: [{ status: 500, message_id: "KAJY68501-E" }],
  });
});
