import { bothRig, Watched } from "./watched";

test("a delivered secret that is no longer in its place is the reason that a cycle names", async () => {
  const rig = await bothRig();
  await rig.apply();
  await rig.remove("out/app");
  const cycles = await new Watched(rig).run({ once: true });
  const [osaka, tokyo] = cycles;
  expect([osaka?.status, osaka?.vanished]).toEqual(["in-sync", undefined]);
  expect(tokyo).toMatchObject({
    ...{ status: "drifted", drift: { client: 1 } },
    vanished: [{ address: "tokyo/client/app", places: [expect.stringContaining("out/app")] }],
  });
});
