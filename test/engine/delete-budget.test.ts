/** `maxDeletes` counts what is deleted against everything that is ours. */
import { refusalOf, tokyoRig, tokyoYaml } from "../rig/tokyo";

const secrets = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, { env: "V" }]));
const desired = (keys: number, clients: number) => ({
  agents: [{ host: "web01", secrets: secrets(keys) }],
  clients: Array.from({ length: clients }, (_, n) => ({ id: `c${n}`, deliverTo: { file: `out/c${n}` } })),
  policy: { maxDeletes: "30%" },
});

test.each([
  ["keys of agents", 12, 2, undefined],
  ["keys of agents", 11, 2, "policy-refused"],
  ["clients beside keys", 13, 1, undefined],
  ["clients beside keys", 12, 1, "policy-refused"],
])(
  "a plan may delete six of twenty, and not seven: %s, down to %i and %i",
  async (_, keys, clients, code) => {
    const rig = await tokyoRig(desired(18, 2));
    rig.env.V = "some-value";
    await rig.apply();
    await rig.write("jp1im.yaml", tokyoYaml(desired(keys, clients)));
    if (code === undefined) expect((await rig.apply()).summary).toMatchObject({ applied: 6, failed: 0 });
    else expect(await refusalOf(rig.apply())).toMatchObject({ summary: expect.stringContaining("7") });
  },
);
