/** The probe over the simulator's core: it finds out every answer, and what it finds out can be played. */
import fc from "fast-check";
import type { Probed } from "../../../src/index";
import { answersTo, askedGapIds, type Behaviours } from "../../../src/model/gaps";
import { outputDocument } from "../../../src/report/output-document";
import type { EffectOf } from "../../../src/simulator/fault";
import { likenessOf } from "../../../src/simulator/like";
import { outputFaults } from "../../report/output-schema";
import { answersOf, journals, probed, rigLike, truthOf } from "./probed";

test("a simulator that answers as the manual is read is as assumed, and is left as it was", async () => {
  const rig = await rigLike();
  const before = truthOf(rig);
  const found = await probed(rig);
  expect(answersOf(found)).toMatchSnapshot();
  expect(found).toMatchObject({ isPartial: false, diagnostics: [] });
  expect(found.removed).toBeUndefined();
  expect(found.report?.probes.filter(({ result }) => result === "different")).toEqual([]);
  expect(outputFaults(outputDocument("probe", 0, { probe: found.report }, []))).toEqual([]);
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

const answeredWith = async (effect: EffectOf<"status">) => {
  const rig = await rigLike();
  rig.simulation.faults.add({ path: "agents/secrets/change", effect });
  const skip = askedGapIds.filter((id) => id !== "secret-delete-missing");
  const found = await probed(rig, { skip });
  const result = found.report?.probes.find(({ id }) => id === "secret-delete-missing");
  return { ...found, result };
};

test.each([
  [500, "KAJY68501-E", "the manager could not carry it out"],
  [503, undefined, "the manager or a proxy was too busy"],
  [403, "KAJY01000-E", "the user has no permission for this call"],
  [401, undefined, "the manager asked for a login again"],
])("an answer %i %s says nothing of what was asked", async (status, messageId, reason) => {
  const effect = { type: "status", status, ...(messageId !== undefined && { messageId }) } as const;
  const { result, isPartial } = await answeredWith(effect);
  expect([result?.result, result?.reason, isPartial]).toEqual(["not-tried", reason, true]);
});

test("an answer that is none of those that are known is different, with what was answered", async () => {
  const { result, isPartial } = await answeredWith({ type: "status", status: 409, messageId: "KAJY68999-E" });
  expect(isPartial).toBe(false);
  expect(result).toMatchObject({
    ...{ result: "different", seen: "other", meaning: expect.stringContaining("please report it") },
    evidence: [{ status: 409, message_id: "KAJY68999-E" }],
  });
});
