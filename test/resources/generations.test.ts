import type { DesiredClient } from "../../src/model/desired-state";
import { retirementOf } from "../../src/resources/client/generations";
import { planClients } from "../../src/resources/client/plan";
import { supersedeOthers } from "../../src/resources/issued-records";
import { createPruner } from "../../src/resources/prune";
import type { IssuedRecord } from "../../src/state/port";
import { MemoryState } from "../rig/memory-state";

const HOUR = 3_600_000;
const NOON = Date.parse("2030-01-01T12:00:00Z");
const client: DesiredClient = {
  id: "app-3",
  generation: 3,
  template: { text: "app-{generation}", overlapMs: HOUR },
  deliverTo: { type: "file", options: "out/app", folder: "/" },
  position: { file: "jp1im.yaml", line: 1, column: 1 },
};
const record = (generation: number, more: Partial<IssuedRecord> = {}): IssuedRecord => ({
  kind: "client",
  address: `tokyo/client/app-${generation}`,
  manager: "tokyo",
  generation,
  status: "delivered",
  ...more,
});
const superseded = record(1, { supersededAt: new Date(NOON).toISOString() });

test("an earlier generation goes once the overlap is over, and is kept until then", () => {
  expect(retirementOf(superseded, client, true, NOON + HOUR)).toEqual({ retire: true });
  expect(retirementOf(superseded, client, true, NOON + HOUR - 1)).toEqual({
    retire: false,
    until: "2030-01-01T13:00:00Z",
  });
});

test("an earlier generation stays while its successor is to be issued again, or was never delivered", () => {
  expect(retirementOf(superseded, client, false, NOON + 9 * HOUR)).toEqual({ retire: false });
  expect(retirementOf(record(1), client, true, NOON + 9 * HOUR)).toEqual({ retire: false });
});

test("each delivery restarts the overlap of every earlier generation, and of nothing else", () => {
  const state = new MemoryState("lineage");
  const retired = record(0, { status: "retired" });
  const other = { ...record(1), address: "tokyo/client/other-1" };
  for (const each of [superseded, record(2), record(3), retired, other]) state.put(each);
  supersedeOthers(state, "tokyo", client, NOON + 5 * HOUR);
  const since = [...state.records()].map((each) => [
    each.address,
    "supersededAt" in each ? each.supersededAt : undefined,
  ]);
  expect(Object.fromEntries(since)).toEqual({
    "tokyo/client/app-0": undefined,
    "tokyo/client/app-1": "2030-01-01T17:00:00Z",
    "tokyo/client/app-2": "2030-01-01T17:00:00Z",
    "tokyo/client/app-3": undefined,
    "tokyo/client/other-1": undefined,
  });
});

test("an earlier generation goes beside a client that is not ours, which it has nothing to do with", () => {
  const { changes, blocked } = planClients({
    ...{ manager: "tokyo", desired: [client, { ...client, id: "taken", template: undefined }] },
    observed: ["app-1", "app-3", "taken"],
    prior: new Map([
      ["app-1", superseded],
      ["app-3", record(3)],
    ]),
    pruner: createPruner({ prune: "owned", protect: [] }, () => false),
    isRecoverable: () => false,
    rotation: { requested: new Set(), rotateDue: false, now: NOON + HOUR },
    places: { of: () => [], describe: () => "", isGone: () => false },
  });
  expect(changes).toMatchObject([{ address: superseded.address, action: "delete", reason: "retired" }]);
  expect(blocked).toMatchObject([{ address: "tokyo/client/taken", code: "not-ours" }]);
});
