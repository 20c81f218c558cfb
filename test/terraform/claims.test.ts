import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic, type Type, unknown, type Value } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectOf, ProviderClient } from "./provider-client";
import { tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } } }
`);
const CLIENT = "jp1im_client";
const INITIAL = "jp1im_initial_secret";
const LOWER = "jp1im_lower_manager";

afterEach(closeClients);

async function open() {
  const rig = await Rig.create(WORLD);
  rig.env.VAULT_TOKEN = "vault-token";
  const client = await ProviderClient.open(rig.platform());
  const plan = (typeName: string, config: Attrs, more: object = {}) => {
    const wire = objectOf(typeName, config);
    const request = { typeName, config: wire, proposedNewState: wire, ...more };
    return client.call("planResourceChange", request);
  };
  return { rig, client, plan };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape that the protocol's description gives it
function found(answer: any) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return errorsIn(answer).map(({ summary, detail, attribute }: any) => ({
    ...{ summary, detail },
    // biome-ignore lint/suspicious/noExplicitAny: as above
    path: (attribute?.steps ?? []).map((step: any) => step.attributeName),
  }));
}

/** Without what is said of a vault that does not answer, and of a program that is not there. */
// biome-ignore lint/suspicious/noExplicitAny: as above
function shared(answer: any): any[] {
  return found(answer).filter((each: { detail: string }) => each.detail.includes("shared-place"));
}

/** A value as `deliver_to` takes it, of whatever type. */
function free(value: Value): Dynamic {
  return new Dynamic(typeOf(value), value);
}

function typeOf(value: Value): Type {
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  if (typeof value !== "object" || value === null) return "string";
  return ["object", Object.fromEntries(Object.entries(value).map(([name, each]) => [name, typeOf(each)]))];
}

const toFile = (file: string) => free({ file });

describe("one place of two secrets", () => {
  const vault = (more: object = {}) =>
    free({ vault: { path: "secret/app", address: "https://vault.test", ...more } });
  test.each<[string, Dynamic, Dynamic]>([
    ["a file", toFile("out/x"), toFile("out/x")],
    ["a file by another spelling", toFile("out/x"), toFile("./a/../out/x")],
    ["a file that may be overwritten", free({ file: { path: "out/x", overwrite: true } }), toFile("out/x")],
    ["a file in a list", free([{ file: "out/a" }, { file: "out/x" }]), free([{ file: "out/x" }])],
    ["a path and field of a vault", vault({ field: "f" }), vault({ field: "f" })],
    ["a program that is told nothing of the secret", free({ exec: ["put"] }), free({ exec: ["put"] })],
  ])("is refused at the plan, and both are named: %s", async (_, first, second) => {
    for (const [type, config, address] of [
      [CLIENT, { id: "b" }, "tokyo/client/b"],
      [INITIAL, {}, "tokyo/initial-secret"],
    ] as const) {
      const { rig, plan } = await open();
      expect(shared(await plan(CLIENT, { id: "a", deliver_to: first }))).toEqual([]);
      const [{ path, summary }, ...others] = shared(await plan(type, { ...config, deliver_to: second }));
      expect(others).toEqual([]);
      expect(path).toEqual(["deliver_to"]);
      expect(summary).toContain(address);
      expect(summary).toContain("tokyo/client/a");
      expect(summary).not.toContain("stdin");
      expect(rig.takeWrites()).toEqual([]);
    }
  });

  test("is found whichever of many plans at the same time comes first", async () => {
    const { plan } = await open();
    const ids = ["a", "b", "c", "d"];
    const answers = await Promise.all(ids.map((id) => plan(CLIENT, { id, deliver_to: toFile("out/x") })));
    expect(answers.flatMap(shared)).toHaveLength(3);
  });

  test("is none where the fields, the files or the arguments differ", async () => {
    const { plan } = await open();
    const places = [toFile("out/a"), toFile("out/b"), vault({ field: "f" }), vault({ field: "g" })];
    const programs = [free({ exec: ["put", "a"] }), free({ exec: ["put", "b"] })];
    for (const [index, deliver_to] of [...places, ...programs].entries())
      expect(shared(await plan(CLIENT, { id: `c${index}`, deliver_to }))).toEqual([]);
  });
});

test.each<[string, Attrs, Attrs, string[], string]>([
  [
    CLIENT,
    { id: "app", deliver_to: toFile("a") },
    { id: "app", deliver_to: toFile("b") },
    ["id"],
    "tokyo/client/app",
  ],
  [
    CLIENT,
    { id: "app", deliver_to: unknown },
    { id: "app", deliver_to: unknown },
    ["id"],
    "tokyo/client/app",
  ],
  [INITIAL, { deliver_to: toFile("a") }, { deliver_to: toFile("b") }, [], "tokyo/initial-secret"],
  [
    LOWER,
    { host: "immhost-osaka", initial_secret_wo: "x" },
    { host: "IMMHOST-OSAKA", initial_secret_wo: "y" },
    ["host"],
    "tokyo/lower-manager/IMMHOST-OSAKA",
  ],
  [
    LOWER,
    { host: "immhost-osaka", initial_secret_wo: unknown },
    { host: "immhost-osaka", initial_secret_wo: unknown },
    ["host"],
    "tokyo/lower-manager/immhost-osaka",
  ],
])(
  "two resources %s of one thing are refused at the plan: %j",
  async (type, first, second, path, address) => {
    const { rig, plan } = await open();
    expect(found(await plan(type, first))).toEqual([]);
    expect(found(await plan(type, second))).toEqual([
      { path, summary: `Another ${type} declares ${address} as well`, detail: expect.any(String) },
    ]);
    expect(rig.takeWrites()).toEqual([]);
  },
);

test("a resource that is planned twice, replaced or renamed is no conflict with itself", async () => {
  const { rig, client, plan } = await open();
  const config = { id: "app", deliver_to: toFile("out/x") };
  const planned = await plan(CLIENT, config);
  const applied = await client.must("applyResourceChange", {
    ...{ typeName: CLIENT, config: objectOf(CLIENT, config) },
    ...{ plannedState: planned.plannedState, plannedPrivate: planned.plannedPrivate },
  });
  const now = { priorState: applied.newState, priorPrivate: applied.private };
  expect(rig.takeWrites()).toHaveLength(1);
  expect(found(await plan(CLIENT, config, now))).toEqual([]);

  // As Terraform replaces: once from what there is, and once more from nothing.
  const renamed = { id: "other", deliver_to: toFile("out/y") };
  const replaced = await plan(CLIENT, renamed, now);
  expect(replaced.requiresReplace).toHaveLength(1);
  expect(found(replaced)).toEqual([]);
  expect(found(await plan(CLIENT, renamed, { priorPrivate: replaced.plannedPrivate }))).toEqual([]);
});

test("what a resource had before is free: another takes it over where the first is destroyed", async () => {
  const { client, plan } = await open();
  const former = { id: "app", deliver_to: toFile("out/x"), generation: 1, address: "tokyo/client/app" };
  const nothing = { msgpack: Buffer.from([0xc0]) };
  await client.must("planResourceChange", {
    ...{ typeName: CLIENT, config: nothing, priorState: objectOf(CLIENT, former), proposedNewState: nothing },
    priorPrivate: Buffer.from("first"),
  });
  expect(found(await plan(CLIENT, { id: "app", deliver_to: toFile("out/x") }))).toEqual([]);
});

test("each walk of Terraform configures the provider again, and begins without claims", async () => {
  const { client, plan } = await open();
  const config = { id: "app", deliver_to: toFile("out/x") };
  expect(found(await plan(CLIENT, config))).toEqual([]);
  await client.configure();
  expect(found(await plan(CLIENT, config))).toEqual([]);
});
