/** A rekey that was killed between two managers' parts: one is under the new key, and the other one under the former. */
import { apply, rekeyState } from "../../src/index";
import { readDesired } from "../../src/library/inputs/inputs";
import { reconcile } from "../../src/library/reconcile";
import { HOME, type Rig } from "../rig/rig";
import { refusalOf } from "../rig/tokyo";
import { bothRig } from "../watch/watched";

const options = { files: ["jp1im.yaml"] };
const KEY = ".jp1im/state.key";
const NEXT = `${KEY}.next`;
const log = (manager: string) => `.jp1im/managers/${manager}/state.log`;
const agents = [{ match: "web*", secrets: { k: { env: "VALUE" } } }];
const interrupted = {
  code: "state-key",
  summary: expect.stringContaining("a rekey of the state was interrupted"),
};

/** Osaka's part is under the new key, and tokyo's under the former one. */
async function halfRekeyed(): Promise<Rig> {
  const rig = await bothRig({ tokyo: { agents } });
  rig.env.VALUE = "a value";
  await rig.apply();
  rig.files.onCall = ({ name, path }) =>
    name === "rename" && path.endsWith("tokyo/state.log") ? "crash" : undefined;
  await rekeyState(options, rig.platform()).catch(() => undefined);
  rig.files = rig.files.survivor();
  rig.takeWrites();
  return rig;
}

const platform = (rig: Rig) => ({ ...rig.platform(), isProcessAlive: () => false });

async function isFinished(rig: Rig): Promise<void> {
  expect(await rekeyState(options, platform(rig))).toMatchObject({ already: false, unverified: 0 });
  expect(rig.read(NEXT)).toBeUndefined();
  expect(JSON.stringify((await rig.plan()).changes)).not.toContain("unverified");
}

test("a cycle of a watch, which sees one manager's part, does not finish it, and leaves both keys", async () => {
  const rig = await halfRekeyed();
  const keys = [rig.read(KEY), rig.read(NEXT)];
  rig.simulation.edit({ manager: "osaka", type: "delete-client", id: "edge" });
  const cycle = { ...options, manager: "osaka", writes: true };
  const desired = await readDesired(options, rig.platform());
  expect(await refusalOf(reconcile(cycle, desired, platform(rig)))).toMatchObject(interrupted);
  expect([rig.read(KEY), rig.read(NEXT)]).toEqual(keys);
  expect(rig.takeWrites()).toEqual([]);
  await isFinished(rig);
});

test("an apply to which the other part is damaged does not finish it, and leaves both keys", async () => {
  const rig = await halfRekeyed();
  const keys = [rig.read(KEY), rig.read(NEXT)];
  const good = rig.read(log("tokyo")) ?? "";
  await rig.write(log("tokyo"), "garbage\nmore\n");
  expect(await refusalOf(apply(options, platform(rig)))).toMatchObject(interrupted);
  expect([rig.read(KEY), rig.read(NEXT)]).toEqual(keys);
  await rig.write(log("tokyo"), good);
  await isFinished(rig);
});

test("where the former key is lost, every run names what helps, and it does", async () => {
  const rig = await halfRekeyed();
  await rig.remove(KEY);
  for (const run of [apply, rekeyState])
    expect(await refusalOf(run(options, platform(rig)))).toMatchObject({
      ...interrupted,
      remedy: expect.stringMatching(
        /copy of the former key.*mv .*state.key.next .*state.key` and then `jp1im apply --new-state/,
      ),
    });
  await rig.files.rename(`${HOME}/${NEXT}`, `${HOME}/${KEY}`);
  expect(await apply({ ...options, newState: true }, platform(rig))).toMatchObject({
    summary: { applied: 2, failed: 0 },
  });
  expect(await rekeyState(options, platform(rig))).toMatchObject({ already: false, unverified: 0 });
});
