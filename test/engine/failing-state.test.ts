/** A state that cannot be written any more, found out in the middle of an apply. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodeOfOutcome } from "../../src/cli/exit-code-of";
import { applySavedPlan, rebuild } from "../../src/index";
import { isUnrecorded } from "../../src/model/outcome";
import { outcomeText } from "../../src/report/outcome-text";
import { HOME, Rig } from "../rig/rig";

const world = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");
const document = (managers: string) => `apiVersion: jp1im/v1
managers:
${managers}`;
const tokyo = (content: string) => `  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    ${content}
`;
const osaka = (content: string) => `  osaka:
    url: http://osaka.test:20703
    host: immhost-osaka
    auth: { user: jp1admin, password: { env: PASSWORD } }
    ${content}
`;

/** From the `nth` fsync of the log on, or another call to the disk, none succeeds. */
function failSyncs(rig: Rig, nth: number, call: "sync" | "write" = "sync"): void {
  let seen = 0;
  rig.files.onCall = ({ name, path }) =>
    name === call && path.startsWith(`${HOME}/.jp1im/managers/tokyo/state.log`) && ++seen >= nth
      ? "EIO"
      : undefined;
}

test("what was done is reported, and the run ends as partly applied", async () => {
  const rig = await Rig.create(world);
  rig.env.VALUE = "a value";
  await rig.write("jp1im.yaml", document(tokyo("agents: [{ host: web01, secrets: { k: { env: VALUE } } }]")));
  failSyncs(rig, 3);
  const outcome = await rig.apply();
  expect(outcome.summary).toMatchObject({ applied: 1, not_recorded: 1, requests: 1 });
  expect(outcome.changes).toMatchObject([{ status: "applied", effects: [{ effect: "not-recorded" }] }]);
  const text = outcomeText(outcome);
  expect(text).toContain("Not recorded:\n");
  expect(text).toContain(
    "Applied, but not recorded: 1 created; 1 of them not recorded. 1 request sent. Run the command again: ",
  );
  expect(outcome.diagnostics.map(({ code }) => code)).toEqual(["state-unwritable"]);
  expect(exitCodeOfOutcome(outcome)).toBe(3);
  expect(rig.read(".jp1im/managers/tokyo/lock")).toBeUndefined();
});

test("a plan after it holds just what was not recorded", async () => {
  const rig = await Rig.create(world);
  rig.env.VALUE = "a value";
  const hosts = ["web01", "web02"];
  const agents = hosts.map((host) => `{ host: ${host}, secrets: { k: { env: VALUE } } }`);
  await rig.write("jp1im.yaml", document(tokyo(`agents: [${agents.join(", ")}]`)));
  // With one agent after the other, the first one's result is recorded with the second one's intent.
  failSyncs(rig, 4, "write");
  const outcome = await rig.apply({ parallelism: 1 });
  const lost = outcome.changes.filter(isUnrecorded).map(({ address }) => address);
  expect(outcome.summary).toMatchObject({ applied: 2, not_recorded: 1 });
  rig.files.onCall = () => undefined;
  expect((await rig.plan()).changes.map(({ address }) => address)).toEqual(lost);
});

test("changes of the state alone count as failed", async () => {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", document(tokyo("clients: [{ id: web, deliverTo: { file: out/web } }]")));
  await rig.apply();
  rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "web" });
  await rig.write("jp1im.yaml", document(tokyo("clients: []")));
  failSyncs(rig, 1);
  const outcome = await rig.apply();
  expect(outcome.changes).toMatchObject([{ action: "forget", status: "failed" }]);
  expect(exitCodeOfOutcome(outcome)).toBe(1);
});

test("a state of one manager that cannot be written stops that manager alone", async () => {
  const rig = await Rig.create(world);
  const clients = (generation: number, name: string) =>
    `clients: [{ id: ${name}, generation: ${generation}, deliverTo: { file: out/${name} } }]`;
  const both = (generation: number) =>
    document(tokyo(clients(generation, "web")) + osaka(clients(generation, "edge")));
  await rig.write("jp1im.yaml", both(1));
  await rig.apply();
  await rig.write("jp1im.yaml", both(2));
  rig.takeWrites();
  failSyncs(rig, 1);
  const outcome = await rig.apply();
  expect(outcome.summary).toMatchObject({ applied: 1, failed: 1 });
  expect(rig.takeWrites()).toEqual([
    "osaka secret/client/deleteInfo edge",
    "osaka secret/client/generateInfo edge",
  ]);
});

test("a delivered initial secret is not replaced before the state has given it up", async () => {
  const rig = await Rig.create(world);
  const delivered = document(osaka("initialSecret: { deliverTo: { file: out/osaka } }"));
  const lower = tokyo("lowerManagers: [{ host: immhost-osaka, initialSecret: { issueOn: osaka } }]");
  await rig.write("jp1im.yaml", delivered);
  await rig.apply();
  await rig.write("jp1im.yaml", document(lower + osaka("")));
  rig.files.onCall = ({ name, path }) => (name === "open" && path.endsWith("/state.log") ? "EIO" : undefined);
  await rig.apply();
  rig.files.onCall = () => undefined;
  await rig.write("jp1im.yaml", delivered);
  await rig.apply();
  expect(rig.read("out/osaka")).toBe(rig.simulation.truth().managers.osaka?.initialSecret);
});

test("a rebuild whose end cannot be recorded reports what it did", async () => {
  const rebuildFailingAt = async (nth: number) => {
    const rig = await Rig.create(world);
    rig.env.VALUE = "a value";
    await rig.write(
      "jp1im.yaml",
      document(tokyo("agents: [{ host: web01, secrets: { k: { env: VALUE } } }]")),
    );
    let seen = 0;
    rig.files.onCall = ({ name, path }) =>
      name === "sync" && path.startsWith(`${HOME}/.jp1im/managers/tokyo/state.log`) && ++seen >= nth
        ? "EIO"
        : undefined;
    const options = { files: ["jp1im.yaml"], manager: "tokyo", replaces: "immhost00" };
    return { rebuilt: await rebuild(options, rig.platform()), syncs: () => seen };
  };
  const { syncs } = await rebuildFailingAt(Number.POSITIVE_INFINITY);
  const { rebuilt } = await rebuildFailingAt(syncs());
  expect(rebuilt?.outcome.summary).toMatchObject({ applied: 1, failed: 0 });
  expect(rebuilt?.outcome.diagnostics.map(({ code }) => code)).toEqual(["state-unwritable"]);
  expect(rebuilt?.rebuild.finished).toBe(false);
});

test("a saved plan whose end cannot be recorded reports what it did", async () => {
  const applyFailingAt = async (nth: number) => {
    const rig = await Rig.create(world);
    rig.env.VALUE = "a value";
    await rig.write(
      "jp1im.yaml",
      document(tokyo("agents: [{ host: web01, secrets: { k: { env: VALUE } } }]")),
    );
    const saved = await rig.plan({ save: true });
    let seen = 0;
    rig.files.onCall = ({ name, path }) =>
      name === "sync" && path.startsWith(`${HOME}/.jp1im/managers/tokyo/state.log`) && ++seen >= nth
        ? "EIO"
        : undefined;
    return { outcome: await applySavedPlan(saved, {}, rig.platform()), syncs: () => seen };
  };
  const { syncs } = await applyFailingAt(Number.POSITIVE_INFINITY);
  const { outcome } = await applyFailingAt(syncs());
  expect(outcome).toMatchObject({
    summary: { applied: 1, failed: 0 },
    changes: [{ status: "applied" }],
    diagnostics: [{ code: "state-unwritable" }],
  });
});
