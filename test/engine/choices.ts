/** What random histories choose from: desired states, and what others do. */
import * as fc from "fast-check";
import type { Edit } from "../../src/simulator/edit";
import type { DesiredChoice } from "./history";

const KEYS = ["k1", "k2", "k/3", "foreign.key"];
const CLIENTS = ["c1", "c2", "c/3"];

export const variable = fc.constantFrom("V1", "V2", "V3");
const keysOf = (...keys: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...keys), variable, { maxKeys: 4 });
export const desired: fc.Arbitrary<DesiredChoice> = fc.record({
  clients: fc.dictionary(fc.constantFrom(...CLIENTS), fc.integer({ min: 1, max: 2 }), { maxKeys: 3 }),
  initialSecret: fc.integer({ min: 0, max: 2 }),
  lowerManagers: fc.uniqueArray(fc.constantFrom("osaka" as const, "nagoya" as const), { maxLength: 2 }),
  agents: fc.record({
    web01: keysOf(...KEYS),
    web02: keysOf("k1", "k2"),
    full01: keysOf("n1", "n2", "n3", "n4", "n5", "n6"),
    "batch-*": keysOf("k1", "k/3"),
    "batch-01": keysOf("k1", "k2"),
    Linux: keysOf("s1", "s2"),
  }),
  prune: fc.constantFrom("owned" as const, "owned" as const, "none" as const),
});

const manager = "tokyo";
const host = fc.constantFrom("web01", "web02", "batch-01", "batch-02");
const key = fc.constantFrom(...KEYS);
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    manager: fc.constant(manager),
    type: fc.constant("set-agent-secret" as const),
    host,
    key,
    secret: fc.constantFrom("other-1", "other-2"),
  }),
  fc.record({ manager: fc.constant(manager), type: fc.constant("remove-agent-secret" as const), host, key }),
  fc.record({
    manager: fc.constant(manager),
    type: fc.constantFrom("create-client" as const, "delete-client" as const),
    id: fc.constantFrom(...CLIENTS),
  }),
  fc.record({
    manager: fc.constant(manager),
    type: fc.constant("remove-agent" as const),
    host: fc.constant("batch-02"),
  }),
  fc.constant<Edit>({ manager, type: "add-agents", agents: { host: "batch-02", os: "windows" } }),
);
