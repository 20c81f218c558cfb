import type { DesiredClient } from "../../src/model/desired-state";
import type { SinkPlace } from "../../src/model/sink-place";
import type { AgentSecretsInputs } from "../../src/resources/agent-secrets/agent-inputs";
import { planAgentSecrets } from "../../src/resources/agent-secrets/plan";
import { planClients } from "../../src/resources/client/plan";
import { planInitialSecret } from "../../src/resources/initial-secret/plan";
import { planLowerManagers } from "../../src/resources/lower-manager/plan";
import type { Places } from "../../src/resources/moved-sink";
import { createPruner } from "../../src/resources/prune";
import { IMPORTED, type IssuedRecord, type LowerManagerRecord, PENDING } from "../../src/state/port";

const position = { file: "jp1im.yaml", line: 1, column: 1 };
const deliverTo = { type: "file", options: "out/x", folder: "/" };
const placeAt = (path: string): SinkPlace => ({
  ...{ type: "file", paths: { file: { absolute: path } }, traits: { format: "secret" } },
});
const places: Places = {
  isGone: () => false,
  of: ({ options }) => {
    const shown = `file ${options}`;
    return [{ place: placeAt(`${options}`), shown, isSpelledAs: (text) => text === shown }];
  },
  describe: (recorded) => (typeof recorded === "string" ? recorded : `file ${recorded.paths.file?.absolute}`),
};
const pruner = createPruner({ prune: "owned", protect: [] }, () => false);

describe("a declared value", () => {
  const grade = (
    observed: readonly string[],
    written: string | null | undefined,
    more: Partial<AgentSecretsInputs> = {},
  ) => {
    const unit = planAgentSecrets({
      manager: "tokyo",
      address: "tokyo/agent/immhost01/web01",
      agent: { host: "web01", managerHost: "immhost01" },
      desired: { keys: new Set(["key"]), fingerprint: () => "declared" },
      observed,
      prior: { count: 1, fingerprints: () => new Map(written === undefined ? [] : [["key", written]]) },
      unverified: "write",
      pruner,
      ...more,
    });
    const [change] = unit.changes;
    if (change) return `${change.action} ${change.reason}`;
    return unit.notCompared > 0 ? "not compared" : unit.unchanged > 0 ? "unchanged" : unit.kept[0]?.reason;
  };
  const keep = { unverified: "keep" } as const;
  const unknown = { desired: { keys: new Set(["key"]), fingerprint: () => undefined } };
  const lacking = { desired: { ...unknown.desired, lacks: () => true } };

  test.each([
    ["stays where it was imported and its source has no value", ["key"], IMPORTED, lacking, "not-supplied"],
    ["stays so under `keep` too", ["key"], IMPORTED, { ...lacking, ...keep }, "not-supplied"],
    [
      "is unverified where it was imported and its source has one",
      ["key"],
      IMPORTED,
      {},
      "update unverified",
    ],
    ["is kept where it was imported, under `keep`", ["key"], IMPORTED, keep, "unverified-keep"],
    ["is not compared without its value where it was imported", ["key"], IMPORTED, unknown, "not compared"],
    ["is missing where the key is not there", [], undefined, {}, "create missing"],
    ["is missing although it was written once", [], "declared", {}, "create missing"],
    ["is changed where the last write was another", ["key"], "former", {}, "update changed"],
    ["is unchanged where the last write was the same", ["key"], "declared", {}, "unchanged"],
    ["is unverified where it was never written by us", ["key"], undefined, {}, "update unverified"],
    ["is unverified where the key of the state was lost", ["key"], null, {}, "update unverified"],
    ["is unverified where a write of ours was interrupted", ["key"], PENDING, {}, "update unverified"],
    ["is kept where others wrote it, under `keep`", ["key"], undefined, keep, "unverified-keep"],
    ["is kept where the key of the state was lost, under `keep`", ["key"], null, keep, "unverified-keep"],
    [
      "is finished where our write was interrupted, even under `keep`",
      ["key"],
      PENDING,
      keep,
      "update unverified",
    ],
    ["is created where it is missing, even under `keep`", [], undefined, keep, "create missing"],
    ["is not compared without its value", ["key"], "declared", unknown, "not compared"],
    ["is missing without its value too", [], "declared", unknown, "create missing"],
  ] as const)("%s", (_, observed, written, more, expected) => {
    expect(grade(observed, written, more)).toBe(expected);
  });

  test("is not looked at key by key where the digest is that of the last apply", () => {
    const desired = { keys: new Set(["key"]), fingerprint: () => "declared", digest: "same" };
    const fingerprints = () => {
      throw new Error("the fingerprints were read");
    };
    expect(
      grade(["key", "other"], undefined, { desired, prior: { count: 1, digest: "same", fingerprints } }),
    ).toBe("unchanged");
  });

  test("is looked for all the same where the digest is the same and the key is gone", () => {
    const desired = { keys: new Set(["key"]), fingerprint: () => "declared", digest: "same" };
    const prior = { count: 1, digest: "same", fingerprints: () => new Map([["key", "declared"]]) };
    expect(grade(["other"], undefined, { desired, prior })).toBe("create missing");
  });
});

describe("a declared client", () => {
  const client: DesiredClient = { id: "app", generation: 2, deliverTo, position };
  const record = (generation: number, status: IssuedRecord["status"]): IssuedRecord => ({
    kind: "client",
    address: "tokyo/client/app",
    manager: "tokyo",
    generation,
    status,
  });
  test.each([
    ["is created where it is not there", [], undefined, "create missing"],
    ["is created where it was deleted behind our back", [], record(2, "delivered"), "create missing"],
    ["is not ours where it was there before", ["app"], undefined, "not-ours"],
    ["is replaced where its secret never arrived", ["app"], record(2, "issuing"), "replace undelivered"],
    ["is replaced where its generation was raised", ["app"], record(1, "delivered"), "replace generation"],
    ["is replaced where its generation was lowered", ["app"], record(3, "delivered"), "replace generation"],
    ["is unchanged where it was delivered", ["app"], record(2, "delivered"), "unchanged"],
    [
      "is unchanged where it was delivered to this sink among others",
      ["app"],
      { ...record(2, "delivered"), deliveredTo: ["file out/x", "file out/y"] },
      "unchanged",
    ],
    [
      "waits for a person where it was delivered to another sink",
      ["app"],
      { ...record(2, "delivered"), deliveredTo: ["file out/y"], places: ["file out/x", "file out/y"] },
      "sink-moved",
    ],
    [
      "is unchanged where the state has what its sink resolves to",
      ["app"],
      { ...record(2, "delivered"), deliveredTo: [placeAt("out/x")] },
      "unchanged",
    ],
    [
      "waits for a person where its sink resolves to another place",
      ["app"],
      { ...record(2, "delivered"), deliveredTo: [placeAt("out/y")] },
      "sink-moved",
    ],
    [
      "waits for a person where it is delivered in another format",
      ["app"],
      { ...record(2, "delivered"), deliveredTo: [{ ...placeAt("out/x"), traits: { format: "json" } }] },
      "sink-moved",
    ],
    [
      "waits for a person where a state of before knows of other places alone",
      ["app"],
      { ...record(2, "delivered"), places: ["file out/y"] },
      "sink-moved",
    ],
    [
      "is unchanged where others issued it",
      ["app"],
      { ...record(2, "imported"), places: ["file out/y"] },
      "unchanged",
    ],
  ] as const)("%s", (_, observed, prior, expected) => {
    const unit = planClients({
      manager: "tokyo",
      desired: [client],
      observed,
      prior: new Map(prior ? [["app", prior]] : []),
      pruner,
      places,
      isRecoverable: () => false,
    });
    const [change] = unit.changes;
    const found = change ? `${change.action} ${change.reason}` : (unit.blocked[0]?.code ?? "unchanged");
    expect(found).toBe(expected);
    expect(unit.operations.map(({ type }) => type)).toEqual(
      change?.action === "create" ? ["issue-client"] : change ? ["delete-clients", "issue-client"] : [],
    );
  });
});

describe("an issued secret that waits for its delivery", () => {
  const now = Date.parse("2030-01-02T00:00:00Z");
  const issuing = (requestedAt: string): IssuedRecord => ({
    kind: "client",
    address: "tokyo/client/app",
    manager: "tokyo",
    generation: 1,
    status: "issuing",
    requestedAt,
  });
  const hour = 3_600_000;

  test.each([
    ["is delivered while it is young", "2030-01-01T23:30:00Z", true, "update undelivered"],
    ["is issued again once it is too old", "2030-01-01T22:30:00Z", true, "replace due"],
    ["is delivered where nothing is rotated by age", "2030-01-01T22:30:00Z", false, "update undelivered"],
  ])("%s", (_, requestedAt, rotateDue, expected) => {
    const unit = planClients({
      manager: "tokyo",
      desired: [{ id: "app", generation: 1, deliverTo, position, rotateAfterMs: hour } as DesiredClient],
      observed: ["app"],
      prior: new Map([["app", issuing(requestedAt)]]),
      ...{ pruner, places, isRecoverable: () => true },
      rotation: { requested: new Set(), rotateDue, now },
    });
    expect(unit.changes.map(({ action, reason }) => `${action} ${reason}`)).toEqual([expected]);
    const secret = planInitialSecret({
      manager: "tokyo",
      desired: { generation: 1, deliverTo, position, rotateAfterMs: hour },
      prior: { ...issuing(requestedAt), kind: "initial-secret", address: "tokyo/initial-secret" },
      ...{ needed: false, isRecoverable: true, places },
      rotation: { requested: new Set(), rotateDue, now },
    });
    expect(secret.changes.map(({ reason }) => reason)).toEqual([expected.split(" ")[1]]);
  });
});

describe("an initial secret", () => {
  const desired = { generation: 2, deliverTo, position };
  const record = (generation: number, status: IssuedRecord["status"]): IssuedRecord => ({
    kind: "initial-secret",
    address: "tokyo/initial-secret",
    manager: "tokyo",
    generation,
    status,
  });
  test.each([
    ["is issued at first", desired, undefined, false, "create missing", 1],
    [
      "is issued again where it never arrived",
      desired,
      record(2, "issuing"),
      false,
      "replace undelivered",
      1,
    ],
    [
      "is issued again where its generation differs",
      desired,
      record(1, "delivered"),
      false,
      "replace generation",
      1,
    ],
    [
      "is issued again where a lower manager needs it",
      desired,
      record(2, "delivered"),
      true,
      "replace reissued",
      1,
    ],
    ["stays as it is otherwise", desired, record(2, "delivered"), false, undefined, 0],
    ["is issued undeclared where a lower manager needs it", undefined, undefined, true, undefined, 1],
    [
      "is forgotten where it is not declared any more",
      undefined,
      record(2, "delivered"),
      false,
      "forget undeclared",
      0,
    ],
    ["stays where nothing undeclared goes", undefined, record(2, "delivered"), false, undefined, 0, true],
    [
      "is forgotten all the same where a lower manager ends it",
      undefined,
      record(2, "delivered"),
      true,
      "forget undeclared",
      1,
      true,
    ],
    ["is nothing where nothing is declared", undefined, undefined, false, undefined, 0],
  ] as const)("%s", (_, declared, prior, needed, expected, requests, keepsUndeclared: boolean = false) => {
    const unit = planInitialSecret({
      ...{ manager: "tokyo", desired: declared, prior, needed, keepsUndeclared },
      places,
      isRecoverable: false,
    });
    const [change] = unit.changes;
    expect(change && `${change.action} ${change.reason}`).toBe(expected);
    expect(unit.operations).toHaveLength(requests);
  });
});

describe("a declared lower manager", () => {
  const record = (fingerprint?: string | null): LowerManagerRecord => ({
    kind: "lower-manager",
    address: "tokyo/lower-manager/low",
    manager: "tokyo",
    host: "low",
    ...(fingerprint !== undefined && { fingerprint }),
  });
  const source = { from: "source", source: { type: "env", options: "X", folder: "/" } } as const;
  const issuing = { from: "manager", manager: "osaka" } as const;
  test.each([
    ["is added where it is missing", source, [], undefined, "write", "create missing"],
    ["is added with a fresh secret where it is missing", issuing, [], undefined, "write", "create missing"],
    [
      "is adopted where it is there and its secret would be issued",
      issuing,
      ["low"],
      undefined,
      "write",
      "no-op adopted",
    ],
    ["is unchanged once adopted", issuing, ["low"], record(), "write", "unchanged"],
    ["is updated where its secret changed", source, ["low"], record("former"), "write", "update changed"],
    ["is unchanged where its secret is the same", source, ["low"], record("declared"), "write", "unchanged"],
    ["is updated where nobody knows what was sent", source, ["low"], undefined, "write", "update unverified"],
    [
      "is kept where nobody knows what was sent, under `keep`",
      source,
      ["low"],
      record(null),
      "keep",
      "unverified-keep",
    ],
    [
      "is updated where our write was interrupted",
      source,
      ["low"],
      record(PENDING),
      "keep",
      "update unverified",
    ],
  ] as const)("%s", (_, initialSecret, observed, prior, unverified, expected) => {
    const unit = planLowerManagers({
      manager: "tokyo",
      desired: [{ host: "low", initialSecret, position }],
      observed,
      prior: new Map(prior ? [["low", prior]] : []),
      fingerprint: (lower) => (lower.initialSecret.from === "source" ? "declared" : undefined),
      unverified,
      pruner,
    });
    const [change] = unit.changes;
    const found = change ? `${change.action} ${change.reason}` : (unit.kept[0]?.reason ?? "unchanged");
    expect(found).toBe(expected);
  });
});
