/** An answer that the state knows is not parsed again, and a plan says the same as if it were. */
import "./counted-work";
import * as fc from "fast-check";
import * as decode from "../../src/api/decode";
import { type Platform, plan } from "../../src/index";
import { runs } from "../effort";
import { type Rig, simulatedTransport } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const reader = jest.mocked(decode.readSecretKeys);

const KEYS = ["k1", "k2", "k/3", "mine.1", "immgr.x"];
const manager = "tokyo";
const host = "web01";

interface Desired {
  readonly keys: Readonly<Record<string, string>>;
  readonly prune: string;
  readonly protect: readonly string[];
}

const yaml = ({ keys, prune, protect }: Desired) => {
  const secrets = Object.fromEntries(Object.entries(keys).map(([key, env]) => [key, { env }]));
  return tokyoYaml({ agents: [{ host, secrets }], policy: { prune, protect, maxDeletes: 1000 } });
};

/** Agents whose answers cannot be known: each has one more blank at its end than the last one. */
function withoutKnownAnswers(rig: Rig): Platform {
  const platform = rig.platform();
  let blanks = 0;
  return {
    ...platform,
    transport: (settings) => {
      const inner = simulatedTransport(rig.simulation, settings);
      return {
        close: () => inner.close(),
        send: async (request) => {
          const reply = await inner.send(request);
          const isList = request.path.endsWith("agents/secrets") && reply.status === 200;
          return isList ? { ...reply, body: Buffer.from(`${reply.body}${" ".repeat(++blanks)}`) } : reply;
        },
      };
    },
  };
}

async function settled(desired: Desired): Promise<Rig> {
  const rig = await tokyoRig({});
  rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, 7).toString("base64");
  for (const name of ["A", "B", "C"]) rig.env[name] = `value of ${name}`;
  for (const key of KEYS)
    rig.simulation.edit({ manager, type: "set-agent-secret", host, key, secret: "before" });
  await rig.write("jp1im.yaml", yaml(desired));
  await rig.apply({ newState: true });
  return rig;
}

const sane: Desired = { keys: { k1: "A", k2: "B" }, prune: "owned", protect: [] };

test("a plan does not parse the answer that the apply before it left", async () => {
  const rig = await settled(sane);
  reader.mockClear();
  expect((await rig.plan({ newState: true })).summary).toMatchObject({
    unchanged: 2,
    kept: expect.any(Number),
    update: 0,
  });
  expect(reader).not.toHaveBeenCalled();
});

test("an answer is parsed where the agent holds another key, or a value has changed", async () => {
  const rig = await settled(sane);
  rig.env.A = "another value";
  reader.mockClear();
  expect((await rig.plan({ newState: true })).summary).toMatchObject({ update: 1 });
  expect(reader).toHaveBeenCalledTimes(1);
  rig.env.A = "value of A";
  rig.simulation.edit({ manager, type: "remove-agent-secret", host, key: "k1" });
  expect((await rig.plan({ newState: true })).summary).toMatchObject({ create: 1, unchanged: 1 });
  expect(reader).toHaveBeenCalledTimes(2);
});

test("an apply that creates or deletes a key leaves no answer, and one that overwrites does", async () => {
  const rig = await settled(sane);
  const parsed = async (keys: Desired["keys"]) => {
    await rig.write("jp1im.yaml", yaml({ ...sane, keys }));
    await rig.apply({ newState: true });
    reader.mockClear();
    await rig.plan({ newState: true });
    return reader.mock.calls.length;
  };
  expect(await parsed({ ...sane.keys, k9: "C" })).toBe(1);
  expect(await parsed({ ...sane.keys, k9: "A" })).toBe(0);
  expect(await parsed(sane.keys)).toBe(1);
});

test("a key that was created and is gone again is missing", async () => {
  const rig = await settled(sane);
  await rig.write("jp1im.yaml", yaml({ ...sane, keys: { ...sane.keys, k9: "C" } }));
  await rig.apply();
  rig.simulation.edit({ manager, type: "remove-agent-secret", host, key: "k9" });
  expect((await rig.plan()).summary).toMatchObject({ create: 1, unchanged: 2 });
});

const keys = fc.dictionary(fc.constantFrom(...KEYS.slice(0, 4), "k9"), fc.constantFrom("A", "B", "C"), {
  maxKeys: 4,
});
const desired: fc.Arbitrary<Desired> = fc.record({
  keys,
  prune: fc.constantFrom("owned", "none", "all"),
  protect: fc.constantFrom([], ["mine.*"], ["tokyo/agent/immhost01/web01/secret/k2"]),
});
const step = fc.oneof(
  fc.record({ apply: desired }),
  fc.record({ plan: desired }),
  fc.record({ value: fc.constantFrom("A", "B", "C") }),
  fc.record({ set: fc.constantFrom(...KEYS, "k9") }),
  fc.record({ remove: fc.constantFrom(...KEYS, "k9") }),
);

test("plans that know answers are those that know none", async () => {
  const steps = fc.array(step, { minLength: 2, maxLength: 8 });
  const property = fc.asyncProperty(desired, steps, async (first, history) => {
    const rig = await settled(first);
    for (const [index, each] of history.entries()) {
      if ("value" in each) rig.env[each.value] = `value ${index}`;
      if ("set" in each)
        rig.simulation.edit({ manager, type: "set-agent-secret", host, key: each.set, secret: "x" });
      if ("remove" in each) {
        try {
          rig.simulation.edit({ manager, type: "remove-agent-secret", host, key: each.remove });
        } catch {
          // It is not there.
        }
      }
      const wanted = "apply" in each ? each.apply : "plan" in each ? each.plan : undefined;
      if (wanted) await rig.write("jp1im.yaml", yaml(wanted));
      if ("apply" in each) await rig.apply({ newState: true }).catch(() => undefined);
      const knowing = await rig.plan({ newState: true });
      const parsing = await plan({ files: ["jp1im.yaml"], newState: true }, withoutKnownAnswers(rig));
      expect({ ...knowing, created_at: "" }).toEqual({ ...parsing, created_at: "" });
    }
  });
  await fc.assert(property, { numRuns: runs(100) });
});
