/** The engine against managers that answer otherwise where the manual leaves something open. */
import { type AskedGapId, answersTo, askedGapIds } from "../../src/model/gaps";
import { Rig } from "../rig/rig";
import { tokyoWorld, tokyoYaml } from "../rig/tokyo";

const every = askedGapIds.flatMap((id) => answersTo(id).map((answer) => [id, answer] as const));
/** The one answer with which clients cannot be managed; docs/probe.md says so. */
const isHopeless = (id: string, answer: string) => id === "client-secret-field" && answer === "both";

async function rigLike(id: AskedGapId, answer: string): Promise<Rig> {
  const world = JSON.parse(tokyoWorld({ tokyo: { lowerManagers: ["immhost-osaka"] } }));
  world.managers.tokyo.agents[1].generateSecrets = 990;
  const rig = await Rig.create(JSON.stringify({ ...world, behaviours: { [id]: answer } }));
  for (const name of ["A", "B"]) rig.env[name] = `value of ${name}`;
  return rig;
}

const client = (id: string, generation = 1) => ({ id, generation, deliverTo: { file: `out/${id}` } });
const secrets = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, { env: "A" }]));
const numbered = (from: number) => Array.from({ length: 8 }, (_, index) => `k${from + index}`);

/** Creations; then a rotation, deletions in batches, and an exchange of all keys of an agent that is all but full. */
const policy = { maxDeletes: "100%", maxRotations: "100%" };
const first = {
  policy,
  clients: ["one", "two", "three"].map((id) => client(id)),
  agents: [
    { host: "web01", secrets: secrets("a", "b", "c") },
    { host: "web02", secrets: secrets(...numbered(0)) },
    { match: "db*", managerHost: "immhost-osaka", secrets: secrets("d") },
  ],
};
const second = {
  policy,
  clients: [client("one", 2)],
  agents: [
    { host: "web01", secrets: secrets("c", "e") },
    { host: "web02", secrets: secrets(...numbered(10)) },
    { match: "db*", managerHost: "immhost-osaka", secrets: { d: { env: "B" } } },
  ],
};

async function isInSync(rig: Rig): Promise<boolean> {
  const { changes, unknown, blocked } = await rig.plan();
  return [...changes.filter(({ action }) => action !== "no-op"), ...unknown, ...blocked].length === 0;
}

test.each(every.filter((each) => !isHopeless(...each)))(
  "each apply ends in an empty plan where %s is %s",
  async (id, answer) => {
    const rig = await rigLike(id, answer);
    for (const desired of [first, second]) {
      await rig.write("jp1im.yaml", tokyoYaml(desired));
      expect((await rig.apply()).summary).toMatchObject({ failed: 0, skipped: 0 });
      expect(await isInSync(rig)).toBe(true);
    }
  },
);

test.each(every.filter((each) => !isHopeless(...each)))(
  "what someone else deletes before the request keeps no later apply from an empty plan where %s is %s",
  async (id, answer) => {
    const rig = await rigLike(id, answer);
    await rig.write("jp1im.yaml", tokyoYaml(first));
    await rig.apply();
    await rig.write("jp1im.yaml", tokyoYaml(second));
    await rig.apply({
      approve: async () => {
        rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "two" });
        rig.simulation.edit({ manager: "tokyo", type: "remove-agent-secret", host: "web01", key: "a" });
        return true;
      },
    });
    await rig.apply();
    expect(await isInSync(rig)).toBe(true);
    const { clients = {} } = rig.simulation.truth().managers.tokyo ?? {};
    expect(Object.keys(clients).sort()).toEqual(["foreign-app", "one"]);
  },
);

test("where an issued secret is in both fields, no secret is delivered, and nothing is shown of it", async () => {
  const rig = await rigLike("client-secret-field", "both");
  await rig.write("jp1im.yaml", tokyoYaml({ clients: [client("one")] }));
  const { summary, diagnostics } = await rig.apply();
  expect(summary).toMatchObject({ failed: 1 });
  expect(diagnostics).toMatchObject([{ code: "manager-malformed" }]);
  expect(rig.read("out/one")).toBeUndefined();
});
