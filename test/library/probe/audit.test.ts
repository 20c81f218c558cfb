/** A probe writes, so that an audit trail has its lines. */
import { type ProbeOptions, verifyAudit } from "../../../src/index";
import { auditFaults } from "../../report/output-schema";
import type { Rig } from "../../rig/rig";
import { tokyoYaml } from "../../rig/tokyo";
import { AGENT, probed, rigLike } from "./probed";

async function auditedRig(): Promise<Rig> {
  const rig = await rigLike();
  const desired = { ...JSON.parse(tokyoYaml({})), audit: { file: "audit.jsonl" } };
  await rig.write("jp1im.yaml", JSON.stringify(desired));
  return rig;
}

const linesOf = (rig: Rig) =>
  (rig.read("audit.jsonl") ?? "")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

async function runsOf(rig: Rig, options: Partial<ProbeOptions> = {}) {
  await probed(rig, options).catch(() => undefined);
  return (await verifyAudit({ files: ["jp1im.yaml"] }, rig.platform())).audit;
}

test("every write of a probe, and of its cleaning up, is recorded with what it is about", async () => {
  const rig = await auditedRig();
  const { intact, runs } = await runsOf(rig);
  expect(intact).toBe(true);
  expect(runs).toMatchObject([{ command: "probe", outcome: "done" }]);
  const lines = linesOf(rig);
  expect(lines.flatMap(auditFaults)).toEqual([]);
  const begun = lines.filter(({ event }) => event === "write-started");
  const sent = rig.simulation.requests().filter(({ path }) => /Info$|change$/.test(path));
  expect(begun.map(({ path }) => path)).toEqual(sent.map(({ path }) => path));
  const addresses: string[] = begun.flatMap((line) => line.addresses);
  expect(addresses.length).toBeGreaterThan(2_000);
  expect(addresses.filter((address) => !address.includes("jp1im-probe-"))).toEqual([]);
  expect(addresses.some((address) => address.startsWith(`tokyo/agent/immhost01/${AGENT}/secret/`))).toBe(
    true,
  );
});

test("a probe that nobody approved is recorded as such", async () => {
  const { runs } = await runsOf(await auditedRig(), { approve: async () => false });
  expect(runs).toMatchObject([{ command: "probe", writes: 0, outcome: "not-approved" }]);
});

test("a probe that left something is recorded as partial", async () => {
  const rig = await auditedRig();
  const refused = { type: "status", status: 500, messageId: "KAJY68007-E" } as const;
  rig.simulation.faults.add({ path: "secret/client/deleteInfo", effect: refused });
  expect((await runsOf(rig)).runs).toMatchObject([{ outcome: "partial" }]);
});
