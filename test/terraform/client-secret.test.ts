import type { Platform } from "../../src/library/platform";
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectFrom, objectOf, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { documentOf, tokyoOf } from "./tokyo-world";

const TYPE = "jp1im_client_secret";
const WORLD = tokyoOf(`    clients: { legacy-viewer }
`);

afterEach(closeClients);

/** Provider processes of one machine, each with its own number, and what is still running of them. */
class Jobs {
  readonly alive = new Set<number>();
  #last = 100;

  constructor(readonly rig: Rig) {}

  static async create(): Promise<Jobs> {
    return new Jobs(await Rig.create(WORLD));
  }

  async start(own: Partial<Platform> = {}, settings = {}) {
    const pid = ++this.#last;
    this.alive.add(pid);
    const platform = {
      ...this.rig.platform(),
      pid,
      isProcessAlive: (id: number) => this.alive.has(id),
      ...own,
    };
    const client = await ProviderClient.open(platform, settings);
    const kill = () => {
      this.alive.delete(pid);
      client.close();
    };
    return { client, kill, ...opening(client) };
  }

  /** The IDs on the manager, without its own. */
  ids(): string[] {
    const clients = this.rig.simulation.truth().managers.tokyo?.clients ?? {};
    return Object.keys(clients)
      .filter((id) => !/^(AGENT|MANAGER)_/.test(id))
      .sort();
  }

  secretOf(id: string): string | null | undefined {
    return this.rig.simulation.truth().managers.tokyo?.clients?.[id];
  }
}

function opening(client: ProviderClient) {
  return {
    async open(config = {}) {
      const answer = await client.call("openEphemeralResource", {
        typeName: TYPE,
        config: objectOf(TYPE, config),
      });
      return { ...answer, result: answer.result && objectFrom(TYPE, answer.result) };
    },
    close: (own: Uint8Array) => client.call("closeEphemeralResource", { typeName: TYPE, private: own }),
    renew: (own: Uint8Array) => client.call("renewEphemeralResource", { typeName: TYPE, private: own }),
  };
}

test("a client is issued at the opening and deleted at the closing, and nothing that is handed back holds its secret", async () => {
  const jobs = await Jobs.create();
  const { open, close } = await jobs.start();
  const { result, private: own, renewAt, diagnostics } = await open();
  expect(diagnostics).toEqual([]);
  expect(result.id).toMatch(/^terraform-[0-9a-f]{12}$/);
  expect(jobs.secretOf(result.id)).toBe(result.secret);
  expect(Number(renewAt.seconds)).toBeGreaterThan(0);
  expect(Buffer.from(own).toString("utf8")).not.toContain(result.secret);
  const kept = jobs.rig.files.paths().map((path) => jobs.rig.files.peek(path)?.toString("utf8"));
  expect(kept.join("\n")).toContain(result.id);
  expect(kept.join("\n")).not.toContain(result.secret);
  expect((await close(own)).diagnostics).toEqual([]);
  expect(jobs.ids()).toEqual(["legacy-viewer"]);
  expect(jobs.rig.takeWrites()).toHaveLength(2);
});

test("one that is not enabled issues nothing, and has nothing to close", async () => {
  const jobs = await Jobs.create();
  const { open, close } = await jobs.start();
  const { result, private: own, diagnostics } = await open({ enabled: false });
  expect(diagnostics).toEqual([]);
  expect(result).toMatchObject({ id: null, secret: null, enabled: false });
  expect((await close(own)).diagnostics).toEqual([]);
  expect(jobs.rig.takeWrites()).toEqual([]);
});

test.each(["before", "after"] as const)(
  "what a job leaves whose answers were all lost %s the manager issued is deleted by the next job, and nothing else is",
  async (when) => {
    const jobs = await Jobs.create();
    const killed = await jobs.start();
    jobs.rig.simulation.faults.add({
      path: "secret/client/generateInfo",
      effect: { type: "drop", when },
    });
    await killed.open({ id_prefix: "nightly-" });
    killed.kill();
    jobs.rig.simulation.faults.clear();
    const next = await jobs.start();
    const { result, private: own } = await next.open({ id_prefix: "nightly-" });
    expect(jobs.ids()).toEqual(["legacy-viewer", result.id]);
    await next.close(own);
    expect(jobs.ids()).toEqual(["legacy-viewer"]);
  },
);

test("a job that is killed in the middle leaves its client to the next one, under the same ID as well as under another", async () => {
  const jobs = await Jobs.create();
  const [first, second] = [await jobs.start(), await jobs.start()];
  await first.open({ id: "app" });
  const { result: other } = await second.open();
  first.kill();
  second.kill();
  expect(jobs.ids()).toEqual(["app", "legacy-viewer", other.id]);
  const next = await jobs.start();
  const { result, private: own, diagnostics } = await next.open({ id: "app" });
  expect(diagnostics).toEqual([]);
  expect(jobs.ids()).toEqual(["app", "legacy-viewer"]);
  expect(jobs.secretOf("app")).toBe(result.secret);
  await next.close(own);
  expect(jobs.ids()).toEqual(["legacy-viewer"]);
});

test("a job that lives keeps its client: another one under its ID is refused, also of the same configuration", async () => {
  const jobs = await Jobs.create();
  const [first, second] = [await jobs.start(), await jobs.start()];
  const { result } = await first.open({ id: "app" });
  const expected = [
    'Another `jp1im_client_secret` of this configuration has the ID "app"',
    "in use by another job",
  ];
  for (const [index, job] of [first, second].entries()) {
    const refused = await job.open({ id: "app" });
    expect(refused.diagnostics[0].summary).toContain(expected[index]);
    expect(refused.result).toBeNull();
  }
  expect(jobs.secretOf("app")).toBe(result.secret);
});

test("a resource with the ID of a job is refused, and says whose the client is", async () => {
  const jobs = await Jobs.create();
  const { open, client } = await jobs.start();
  const { result } = await open({ id: "app" });
  const config = {
    id: "app",
    deliver_to: new Dynamic(["object", { file: "string" }], { file: "app.secret" }),
  };
  const { errors } = await new ResourceLife(client, "jp1im_client").plan(config);
  expect(errors).toEqual([expect.stringContaining("a job has issued a client with this ID for its own use")]);
  expect(errors[0]).toContain("another ID");
  expect(jobs.secretOf("app")).toBe(result.secret);
});

test("a client of somebody else is never touched, whoever has it", async () => {
  const jobs = await Jobs.create();
  const { open, client } = await jobs.start();
  const before = jobs.secretOf("legacy-viewer");
  const foreign = await open({ id: "legacy-viewer" });
  expect(errorsIn(foreign)[0].detail).toContain("not-ours");
  const config = { id: "app", deliver_to: null, generation: null };
  await jobs.rig.write("app.yaml", APP);
  await jobs.rig.apply({ files: ["app.yaml"], state: ".jp1im" });
  const managed = await open({ ...config, id: "app" });
  expect(managed.diagnostics[0].summary).toContain("belongs to a resource");
  expect(jobs.secretOf("legacy-viewer")).toBe(before);
  expect(jobs.secretOf("app")).toBe(jobs.rig.read("app.secret"));
  expect(client.log.join("\n")).not.toContain("stack");
});

const APP = documentOf("    clients: [{ id: app, deliverTo: { file: app.secret } }]\n");

test("an issue whose answer is lost is deleted and issued again, so that the job has the valid secret", async () => {
  const jobs = await Jobs.create();
  const { open } = await jobs.start();
  jobs.rig.simulation.faults.add({
    path: "secret/client/generateInfo",
    times: 1,
    effect: { type: "drop", when: "after" },
  });
  const answer = await open({ id: "app" });
  const { result } = answer;
  expect(errorsIn(answer)).toEqual([]);
  expect(jobs.secretOf("app")).toBe(result.secret);
});

test("a stopped run still deletes what its job had, and so does a provider whose Terraform was killed", async () => {
  const jobs = await Jobs.create();
  const [stopped, orphaned] = [await jobs.start(), await jobs.start()];
  const { private: own } = await stopped.open();
  await orphaned.open();
  await stopped.client.call("stopProvider");
  expect((await stopped.close(own)).diagnostics).toEqual([]);
  await orphaned.client.provider.close();
  expect(jobs.ids()).toEqual(["legacy-viewer"]);
});

test("a closing that fails is a warning, and the next job deletes what it left", async () => {
  const jobs = await Jobs.create();
  const { open, close } = await jobs.start();
  const { private: own } = await open({ id: "app" });
  jobs.rig.simulation.faults.add({
    path: "secret/client/deleteInfo",
    effect: { type: "status", status: 500 },
  });
  const closed = await close(own);
  const { diagnostics } = closed;
  expect(errorsIn(closed)).toEqual([]);
  const details = diagnostics.map(({ detail }: { detail: string }) => detail);
  expect(details.join("\n")).toContain("until the next job of the same state deletes it");
  jobs.rig.simulation.faults.clear();
  const { result } = await open();
  expect(jobs.ids()).toEqual(["legacy-viewer", result.id]);
});

test("a job of another machine counts as gone ten minutes after it was renewed", async () => {
  const jobs = await Jobs.create();
  const far = await jobs.start({ host: "build-8" });
  const near = await jobs.start();
  const { result, private: own } = await far.open({ id: "app" });
  jobs.rig.pass(9 * 60_000);
  const { renewAt } = await far.renew(own);
  expect(Number(renewAt.seconds)).toBeGreaterThan(0);
  jobs.rig.pass(9 * 60_000);
  expect((await near.open({ id: "app" })).diagnostics[0].summary).toContain("on build-8");
  expect(jobs.secretOf("app")).toBe(result.secret);
  jobs.rig.pass(2 * 60_000);
  const taken = await near.open({ id: "app" });
  expect(jobs.secretOf("app")).toBe(taken.result.secret);
  const { diagnostics } = await far.renew(own);
  expect(diagnostics[0].summary).toContain("no longer this job's");
  await far.close(own);
  expect(jobs.ids()).toEqual(["app", "legacy-viewer"]);
});

test.each([
  [{ id: "AGENT_x" }, "id", "AGENT_"],
  [{ id: "a:b" }, "id", ":"],
  [{ id_prefix: "MANAGER_" }, "id_prefix", "MANAGER_"],
])("a name that no client may have is an error at its attribute: %j", async (config, attribute, expected) => {
  const jobs = await Jobs.create();
  const { open } = await jobs.start();
  const { diagnostics } = await open(config);
  expect(JSON.stringify(diagnostics[0])).toContain(expected);
  expect(errorsIn({ diagnostics })[0].attribute.steps[0].attributeName).toBe(attribute);
  expect(jobs.rig.takeWrites()).toEqual([]);
});

test("what could not be deleted afterwards is not issued: a protected ID is refused, and `prune` keeps no job's client", async () => {
  const jobs = await Jobs.create();
  const policy = { prune: "none", protect: ["keep-*"], unverified: null };
  const { open, close } = await jobs.start({}, { policy });
  const refused = await open({ id_prefix: "keep-" });
  expect(refused.diagnostics[0].detail).toContain("policy-refused");
  const { private: own } = await open();
  await close(own);
  expect(jobs.ids()).toEqual(["legacy-viewer"]);
});

test("an ID and a prefix exclude each other", async () => {
  const jobs = await Jobs.create();
  const { client } = await jobs.start();
  const config = objectOf(TYPE, { id: "a", id_prefix: "b" });
  const { diagnostics } = await client.call("validateEphemeralResourceConfig", { typeName: TYPE, config });
  expect(diagnostics[0].summary).toContain("exclude each other");
  const fine = objectOf(TYPE, { id: "a" });
  await client.must("validateEphemeralResourceConfig", { typeName: TYPE, config: fine });
});
