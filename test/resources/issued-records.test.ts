import { removeStaleDrafts } from "../../src/engine/apply/remove-stale-drafts";
import { failure } from "../../src/model/diagnostic";
import { systemClock } from "../../src/platform/clock";
import { issuingRecord } from "../../src/resources/issued-records";
import { ownershipOf } from "../../src/resources/own-sink-files";
import type { Fingerprints } from "../../src/secrets/port";
import type { IssuedRecord } from "../../src/state/port";
import { MemoryState } from "../rig/memory-state";

const address = "tokyo/client/app";
const issued = { kind: "client", address, manager: "tokyo", generation: 1 } as const;
const record: IssuedRecord = { ...issued, status: "issuing", drafts: ["out/app.old"] };
const deliverTo = { type: "file", options: "out/app", folder: "/" };
const position = { file: "jp1im.yaml", line: 1, column: 1 };
const stateWith = (known: IssuedRecord) => {
  const state = new MemoryState("lineage");
  state.put(known);
  return state;
};

test("a draft with a secret that could not be removed is still known when the secret is issued again", () => {
  const delivery = { drafts: () => ["out/app.new"] } as unknown as Parameters<
    typeof issuingRecord
  >[2]["delivery"];
  const random = { bytes: (size: number) => Buffer.alloc(size), next: () => 0 };
  const context = { state: stateWith(record), delivery, random, clock: systemClock };
  const intent = issuingRecord(issued, { id: "app", generation: 1, deliverTo, position }, context);
  expect(intent.drafts).toEqual(["out/app.old", "out/app.new"]);
});

test("a draft that cannot be removed is reported, and is removed later", async () => {
  const state = stateWith(record);
  const report = jest.fn();
  const removeDrafts = jest.fn().mockRejectedValueOnce(failure({ code: "sink-unwritable", summary: "busy" }));
  const tools = { state, report, delivery: { removeDrafts } } as unknown as Parameters<
    typeof removeStaleDrafts
  >[0];
  await removeStaleDrafts(tools);
  expect(report).toHaveBeenCalledTimes(1);
  expect(state.record(address)).toMatchObject({ drafts: ["out/app.old"] });
  await removeStaleDrafts(tools);
  expect(state.record(address)).not.toHaveProperty("drafts");
});

test("a file that was about to be written is ours while it is empty or has what was to be written", async () => {
  const file = { absolute: "/out/app" };
  const place = { type: "file", paths: { file }, traits: {} };
  const declared = { place, shown: "file out/app", isSpelledAs: () => false };
  const fingerprints = { value: () => "F" } as unknown as Fingerprints;
  const isOurs = (text: string, fingerprint: string) =>
    ownershipOf([{ ...record, writing: [{ ...file, fingerprint }] }], fingerprints).isOurs(
      declared,
      async () => Buffer.from(text),
    );
  expect(await isOurs("", "another")).toBe(true);
  expect(await isOurs("secret", "F")).toBe(true);
  expect(await isOurs("secret", "another")).toBe(false);
});
