import { readFileSync } from "node:fs";
import { join } from "node:path";
import { askVersions, resolveValues } from "../../src/engine/values/desired-values";
import { applySavedPlan, rekeyState } from "../../src/index";
import { DiagnosticError } from "../../src/model/diagnostic";
import { Limits } from "../../src/model/limits";
import { SecretValue } from "../../src/model/secret-value";
import { GoneError } from "../../src/secrets/port";
import { Rig } from "../rig/rig";
import { asJson, encodeSops, makeAgeKey } from "../secrets/sops-encoder";

const world = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");
const STATE = ".jp1im/managers/tokyo/state.log";

const desired = (secrets: string, more = "") => `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    agents: [${secrets}]
${more}`;
const sops = (path: string) => `{ sops: { file: s.json, path: ${path} } }`;
const SHARED = `{ match: "web*", secrets: { a: ${sops("a")}, b: ${sops("b")} } }`;

/** A rig with a SOPS file; without its key it is a CI job that has no secret at all. */
class Site {
  readonly #recipient: string;
  readonly #key: string;

  constructor(
    readonly rig: Rig,
    { recipient, key }: { readonly recipient: string; readonly key: string },
  ) {
    this.#recipient = recipient;
    this.#key = key;
  }

  static async open(secrets = SHARED): Promise<Site> {
    const keys = await makeAgeKey();
    const site = new Site(await Rig.create(world), keys);
    await site.rig.write("jp1im.yaml", desired(secrets));
    await site.encrypt({ a: "value-of-a", b: "value-of-b" });
    site.unlock();
    return site;
  }

  async encrypt(values: Record<string, string>): Promise<void> {
    await this.rig.write("s.json", asJson(await encodeSops(values, { recipients: [this.#recipient] })));
  }

  unlock(): void {
    this.rig.env.SOPS_AGE_KEY = this.#key;
  }

  lock(): void {
    delete this.rig.env.SOPS_AGE_KEY;
  }

  async inCi() {
    this.lock();
    const plan = await this.rig.plan({ secrets: false, trust: ["jp1im.yaml"] });
    this.unlock();
    return plan;
  }
}

test("without any secret, what has the version last written counts as that, and what has another as rotated", async () => {
  const site = await Site.open();
  await site.rig.apply();
  const before = await site.inCi();
  expect(before.changes).toEqual([]);
  expect(before.summary).toMatchObject({ not_compared: 4, same_version: 4, unchanged: 0 });
  expect(before.uncompared).toEqual([]);

  await site.encrypt({ a: "value-of-a", b: "another-value" });
  const after = await site.inCi();
  // The whole file is encrypted again, so that the version cannot tell which of its values differ.
  expect(after.changes.map(({ action, reason }) => `${action} ${reason}`)).toEqual(
    Array(4).fill("update rotated"),
  );
  expect(after.changes[0]?.fingerprint).toBeUndefined();
  expect(after.changes[0]?.source_version).toMatch(/^[\w-]{11}$/);
});

test("fingerprints decide where values are read, and what was only encrypted again is recorded by the apply", async () => {
  const site = await Site.open();
  await site.rig.apply();
  await site.encrypt({ a: "value-of-a", b: "another-value" });
  const plan = await site.rig.plan();
  expect(plan.changes.map(({ address, reason }) => `${address.split("/").pop()} ${reason}`)).toEqual([
    "b changed",
    "b changed",
  ]);
  site.rig.takeWrites();
  await site.rig.apply();
  expect(site.rig.takeWrites()).toHaveLength(2);
  expect((await site.inCi()).summary).toMatchObject({ update: 0, not_compared: 4, same_version: 4 });

  await site.encrypt({ a: "value-of-a", b: "another-value" });
  expect((await site.inCi()).summary).toMatchObject({ update: 4 });
  await site.rig.apply();
  expect(site.rig.takeWrites()).toEqual([]);
  expect((await site.inCi()).summary).toMatchObject({ update: 0, same_version: 4 });
});

test("a value that changes while it is read has the version of before, so that the next run sees the change", async () => {
  let version = 1;
  const resolver = {
    resolve: async () => new SecretValue(`value ${version++}`),
    version: async () => ({ text: `version ${version}`, isHint: false }),
  };
  const reference = { type: "vault", options: {}, folder: "/" };
  const position = { file: "jp1im.yaml", line: 1, column: 1 };
  const demand = { reference, manager: "tokyo", address: "tokyo", position, limit: Limits.secretValue };
  const { values, versions } = await resolveValues([demand], resolver, () => {});
  expect(values.get(reference)?.reveal()).toBe("value 1");
  expect(versions.get(reference)?.text).toBe("version 1");
});

test("without any secret, each value that is certainly gone is reported where it is declared", async () => {
  const reference = (at: string) => ({ type: "vault", options: at, folder: "/" });
  const gone = { code: "source-unresolved", severity: "error", summary: "it is gone" } as const;
  const resolver = {
    resolve: async () => new SecretValue("never read"),
    version: async ({ options }: ReturnType<typeof reference>) => {
      if (options === "gone") throw new GoneError([gone]);
      throw new DiagnosticError([{ ...gone, summary: "the vault does not answer" }]);
    },
  };
  const demands = ["gone", "unknown", "gone"].map((at, index) => ({
    ...{ reference: reference(at), manager: "tokyo", address: `address ${index}`, limit: Limits.secretValue },
    position: { file: "jp1im.yaml", line: index, column: 1 },
  }));
  await expect(askVersions(demands, resolver)).rejects.toMatchObject({
    diagnostics: [0, 2].map((line) => ({ ...gone, address: `address ${line}`, position: { line } })),
  });
});

test("a job without secrets needs neither the state's key nor the manager's password", async () => {
  const site = await Site.open();
  await site.rig.apply();
  await site.rig.remove(".jp1im/state.key");
  expect((await site.inCi()).summary).toMatchObject({ update: 0, same_version: 4 });
  for (const key of ["", "no key"]) {
    site.rig.env.JP1IM_STATE_KEY = key;
    expect((await site.inCi()).summary).toMatchObject({ update: 0, same_version: 4 });
  }
  await site.rig.write(
    "jp1im.yaml",
    desired(`{ host: web01, secrets: { a: ${sops("a")}, c: ${sops("b")} } }`),
  );
  delete site.rig.env.PASSWORD;
  site.rig.simulation.clearRequests();
  const plan = await site.inCi();
  expect(site.rig.simulation.requests()).toEqual([]);
  expect(plan.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ["source-unresolved", "warning"],
  ]);
  expect(
    plan.changes.map(({ address, reason }) => `${address.split("/").slice(3).join("/")} ${reason}`),
  ).toEqual([
    "web01/secret/b undeclared",
    "web01/secret/c missing",
    "web02/secret/a undeclared",
    "web02/secret/b undeclared",
  ]);
});

test("what has no version, and what has only a hint, is named as not compared", async () => {
  const site = await Site.open(
    `{ host: web01, secrets: { a: ${sops("a")}, e: { env: E }, f: { file: f } } }`,
  );
  site.rig.env.E = "value-of-e";
  await site.rig.write("f", "value-of-f");
  await site.rig.apply();
  const place = { address: "tokyo/agent/immhost01/web01", count: 1 };
  const plan = await site.inCi();
  expect(plan.summary).toMatchObject({ not_compared: 3, same_version: 1 });
  expect(plan.uncompared).toEqual([
    { ...place, reason: "no-version", names: ["e"] },
    { ...place, reason: "same-hint", names: ["f"] },
  ]);
  await site.rig.remove("f");
  expect((await site.inCi()).uncompared).toEqual([
    { ...place, count: 2, reason: "no-version", names: ["e", "f"] },
  ]);
});

test.each([
  ["./s.json", "./f"],
  ["../ops/s.json", "/home/ops/f"],
])("a version belongs to the file, however that is spelled: %s", async (sopsFile, file) => {
  const secrets = (s: string, f: string) =>
    `{ host: web01, secrets: { a: { sops: { file: ${s}, path: a } }, f: { file: { path: ${f} } } } }`;
  const site = await Site.open(secrets("s.json", "f"));
  await site.rig.write("f", "value-of-f");
  await site.rig.apply();
  await site.rig.write("jp1im.yaml", desired(secrets(sopsFile, file)));
  const plan = await site.inCi();
  expect([plan.changes, plan.summary.same_version]).toEqual([[], 1]);
  expect(plan.uncompared).toMatchObject([{ reason: "same-hint", names: ["f"] }]);
});

test("another source for a key is another version, even where the two tell the same one", async () => {
  const site = await Site.open(`{ host: web01, secrets: { a: ${sops("a")} } }`);
  await site.rig.apply();
  await site.rig.write("jp1im.yaml", desired(`{ host: web01, secrets: { a: ${sops("b")} } }`));
  expect((await site.inCi()).changes).toMatchObject([{ reason: "rotated" }]);
});

test("a saved plan that was made without secrets applies to the versions that it was made from alone", async () => {
  const site = await Site.open();
  await site.rig.apply();
  await site.encrypt({ a: "value-of-a", b: "another-value" });
  const saved = await site.inCi();
  await site.encrypt({ a: "value-of-a", b: "yet-another-value" });
  await expect(applySavedPlan(saved, {}, site.rig.platform())).rejects.toMatchObject({
    diagnostics: expect.arrayContaining([expect.objectContaining({ code: "plan-stale" })]),
  });
  const again = await site.inCi();
  const outcome = await applySavedPlan(again, {}, site.rig.platform());
  expect(outcome.summary).toMatchObject({ failed: 0, requests: 2 });
  expect((await site.inCi()).summary).toMatchObject({ update: 0, same_version: 4 });
});

test("the state shows no equality of keys or agents, and neither a version nor a length", async () => {
  const site = await Site.open(`{ match: "web*", secrets: { a: { file: f }, b: { file: f } } }`);
  await site.rig.write("f", "value-of-f");
  await site.rig.apply();
  const state = site.rig.read(STATE) ?? "";
  const versions = [...state.matchAll(/"versions":\[([^\]]+)\]/g)].flatMap(([, list = ""]) =>
    list.split(","),
  );
  const digests = [...state.matchAll(/"versions":"([^"]+)"/g)].map(([, digest]) => digest);
  expect(versions.length).toBeGreaterThanOrEqual(4);
  expect(digests.length).toBeGreaterThanOrEqual(2);
  const all = [...versions, ...digests];
  expect(new Set(all).size).toBe(all.length);
  // What a version is made of: the same file, with a value of another length, has the same one.
  const other = await Site.open(`{ match: "web*", secrets: { a: { file: f }, b: { file: f } } }`);
  await other.rig.write("f", "a-much-longer-value-of-f");
  await other.rig.apply();
  expect((other.rig.read(STATE) ?? "").length).toBe(state.length);
});

test("the version is kept through a refused write, a rekey of the state and a rewriting of its file", async () => {
  const site = await Site.open();
  await site.rig.apply();
  await rekeyState({ files: ["jp1im.yaml"] }, site.rig.platform());
  expect((await site.inCi()).summary).toMatchObject({ update: 0, same_version: 4 });
  await site.encrypt({ a: "value-of-a", b: "another-value" });
  for (const host of ["web01", "web02"])
    site.rig.simulation.faults.add({
      path: "agents/secrets/change",
      bodyIncludes: host,
      effect: { type: "status", status: 403 },
    });
  await site.rig.apply();
  site.rig.simulation.faults.clear();
  const plan = await site.inCi();
  expect(new Set(plan.changes.map(({ reason }) => reason))).toEqual(new Set(["rotated"]));
});

test("lower managers' initial secrets have versions, too", async () => {
  const site = await Site.open("");
  const { rig } = site;
  const lower = `    lowerManagers: [{ host: immhost-osaka, initialSecret: ${sops("a")} }]\n`;
  await rig.write("jp1im.yaml", desired("", lower));
  rig.simulation.edit({ manager: "osaka", type: "set-initial-secret", secret: "initial-of-osaka" });
  await site.encrypt({ a: "initial-of-osaka" });
  await rig.apply();
  expect((await site.inCi()).summary).toMatchObject({ update: 0, not_compared: 1, same_version: 1 });
  await site.encrypt({ a: "initial-of-osaka" });
  expect((await site.inCi()).changes).toMatchObject([{ reason: "rotated", kind: "lower-manager" }]);
  await rig.apply();
  await site.encrypt({ a: "another-initial" });
  const effect = { type: "status", status: 403 } as const;
  rig.simulation.faults.add({ path: "subManagers/createInfo", times: 1, effect });
  await rig.apply();
  expect((await site.inCi()).changes).toMatchObject([{ reason: "rotated", kind: "lower-manager" }]);
  await site.encrypt({ a: "initial-of-osaka" });
  await rig.apply();
  expect((await site.inCi()).summary).toMatchObject({ update: 0, same_version: 1 });
  rig.env.LOWER = "initial-of-osaka";
  await rig.write("jp1im.yaml", desired("", lower.replace(sops("a"), "{ env: LOWER }")));
  await rig.apply();
  expect(await site.inCi()).toMatchObject({
    summary: { update: 0, not_compared: 1, same_version: 0 },
    uncompared: [{ address: "tokyo/lower-manager", reason: "no-version", names: ["immhost-osaka"] }],
  });
});
