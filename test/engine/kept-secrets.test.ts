import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applySavedPlan, importResources, listState, removeKept } from "../../src/index";
import { HOME, Rig } from "../rig/rig";

const world = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");
const STATE = `${HOME}/.jp1im`;
const desired = (clients: string) => `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    clients: [${clients}]
`;
const WEB = "{ id: web, deliverTo: { file: out/web.secret } }";
const options = { files: ["jp1im.yaml"] };

const recoveryFiles = (rig: Rig) =>
  rig.files.paths().filter((path) => path.startsWith(`${STATE}/managers/tokyo/recovery/`));
const codesOf = (diagnostics: readonly { code: string }[]) => diagnostics.map(({ code }) => code);

function fillDisk(rig: Rig): void {
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path === `${HOME}/out/web.secret` ? "ENOSPC" : undefined;
}

/** The sink passed its proof, and the delivery found the disk full: the secret is kept. */
async function undelivered(declared = desired(WEB)): Promise<Rig> {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", declared);
  fillDisk(rig);
  await rig.apply();
  rig.files.onCall = () => undefined;
  rig.takeWrites();
  return rig;
}

test("a run with a target is silent about what is kept outside of it", async () => {
  const rig = await undelivered(desired(`${WEB}, { id: other, deliverTo: { file: out/other } }`));
  await rig.removeAll("state.log");
  const codes = async (targets: string[]) => codesOf((await rig.plan({ targets })).diagnostics);
  expect(await codes(["tokyo/client/web"])).toContain("secret-kept");
  expect(await codes(["tokyo/client/other"])).not.toContain("secret-kept");
});

test("a kept secret of which the state knows nothing is kept and reported until a person drops it", async () => {
  const rig = await undelivered();
  const [kept = ""] = recoveryFiles(rig);
  await rig.files.rename(`${STATE}/managers/tokyo/state.log`, `${STATE}/managers/tokyo/state.log.broken`);

  // Another client, so that there is a state again.
  await rig.write("jp1im.yaml", desired("{ id: other, deliverTo: { file: out/other.secret } }"));
  const { plan } = await rig.apply();
  expect(codesOf(plan.diagnostics)).toEqual(["secret-kept"]);
  expect(plan.diagnostics[0]?.remedy).toContain("jp1im state rm --kept tokyo/client/web");
  expect(recoveryFiles(rig)).toEqual([kept]);
  expect((await listState(options, rig.platform())).kept).toMatchObject([{ address: "tokyo/client/web" }]);

  await removeKept(options, ["tokyo/client/web"], rig.platform());
  expect(recoveryFiles(rig)).toEqual([]);
  expect((await rig.plan()).diagnostics).toEqual([]);
});

test("a person drops the kept secrets of one address, and not of another that begins like it", async () => {
  const rig = await undelivered();
  for (const address of ["tokyo/client/we", "tokyo/client/w"])
    await expect(removeKept(options, [address], rig.platform())).rejects.toMatchObject({
      diagnostics: [{ code: "nothing-matched" }],
    });
  expect(recoveryFiles(rig)).toHaveLength(1);
});

test("a kept secret is delivered once the state that knows of it is back", async () => {
  const rig = await undelivered();
  await rig.files.rename(`${STATE}/managers/tokyo/state.log`, `${STATE}/managers/tokyo/state.log.away`);
  await rig.write("jp1im.yaml", desired("{ id: other, deliverTo: { file: out/other.secret } }"));
  await rig.apply();
  await rig.files.rename(`${STATE}/managers/tokyo/state.log.away`, `${STATE}/managers/tokyo/state.log`);
  await rig.write("jp1im.yaml", desired(WEB));
  rig.takeWrites();
  expect((await rig.apply()).changes).toMatchObject([{ action: "update", status: "applied" }]);
  expect(rig.takeWrites()).toEqual([]);
  expect(rig.read("out/web.secret")).toBe(rig.simulation.truth().managers.tokyo?.clients?.web);
  expect(recoveryFiles(rig)).toEqual([]);
});

test("a kept secret stays while the state cannot record that its resource is forgotten", async () => {
  const declared = desired("").replace(
    "clients: []",
    "initialSecret: { deliverTo: { file: out/web.secret } }",
  );
  const rig = await undelivered(declared);
  await rig.write("jp1im.yaml", desired(""));
  rig.files.onCall = ({ name, path }) => (name === "write" && path.endsWith("state.log") ? "EIO" : undefined);
  expect(codesOf((await rig.apply()).diagnostics)).toEqual(["state-unwritable"]);
  expect(recoveryFiles(rig)).toHaveLength(1);
  rig.files.onCall = () => undefined;
  await rig.write("jp1im.yaml", declared);
  await rig.apply();
  expect(rig.takeWrites()).toEqual([]);
  expect(rig.read("out/web.secret")).toBe(rig.simulation.truth().managers.tokyo?.initialSecret);
});

test("a saved rotation of an imported client whose secret was kept is resumed without another issue", async () => {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", desired("{ id: foreign-app, deliverTo: { file: out/web.secret } }"));
  await importResources({ ...options, addresses: [] }, rig.platform());
  const saved = await rig.plan({ save: true, rotate: ["tokyo/client/foreign-app"] });
  fillDisk(rig);
  await applySavedPlan(saved, {}, rig.platform());
  expect(recoveryFiles(rig)).toHaveLength(1);
  rig.files.onCall = () => undefined;
  rig.takeWrites();
  expect((await applySavedPlan(saved, {}, rig.platform())).summary).toMatchObject({ applied: 1, failed: 0 });
  expect(rig.takeWrites()).toEqual([]);
  expect(rig.read("out/web.secret")).toBe(rig.simulation.truth().managers.tokyo?.clients?.["foreign-app"]);
});

test("a kept secret that comes back is not delivered in the place of a later issue's", async () => {
  const rig = await undelivered();
  const [kept = ""] = recoveryFiles(rig);
  const text = rig.files.peek(kept)?.toString() ?? "";
  await rig.apply();
  // A loss of power undid its removal, and a rotation was killed after its issue.
  rig.pass(60_000);
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path.includes("/out/web") ? "crash" : undefined;
  await rig.apply({ rotate: ["tokyo/client/web"] }).catch(() => undefined);
  await rig.reboot();
  rig.files.place(kept, text);

  const planned = await rig.plan();
  expect(planned.changes).toMatchObject([{ action: "replace", reason: "undelivered" }]);
  expect(codesOf(planned.diagnostics)).toEqual(["secret-kept"]);
  await rig.apply();
  expect(rig.read("out/web.secret")).toBe(rig.simulation.truth().managers.tokyo?.clients?.web);
  expect(recoveryFiles(rig)).toEqual([]);
});

test("a kept secret of an earlier issue is removed though the manager's clock was set back since", async () => {
  const rig = await undelivered();
  const [kept = ""] = recoveryFiles(rig);
  const text = JSON.parse(rig.files.peek(kept)?.toString() ?? "");
  await rig.apply();
  await rig.apply({ rotate: ["tokyo/client/web"] });
  // A loss of power undid its removal. It says that it is younger than what was delivered.
  rig.files.place(kept, JSON.stringify({ ...text, issuedAt: "2099-01-01T00:00:00Z" }));
  expect((await rig.apply()).plan.diagnostics).toEqual([]);
  expect(recoveryFiles(rig)).toEqual([]);
});

test("a kept secret of a later issue than an older copy of the state knows is kept, whatever the clock said", async () => {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", desired(WEB));
  await rig.apply();
  const log = rig.files.peek(`${STATE}/managers/tokyo/state.log`)?.toString() ?? "";
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path === `${HOME}/out/web.secret` ? "ENOSPC" : undefined;
  await rig.apply({ rotate: ["tokyo/client/web"] });
  rig.files.onCall = () => undefined;
  const [kept = ""] = recoveryFiles(rig);
  const text = JSON.parse(rig.files.peek(kept)?.toString() ?? "");
  rig.files.place(kept, JSON.stringify({ ...text, issuedAt: "2000-01-01T00:00:00Z" }));
  rig.files.place(`${STATE}/managers/tokyo/state.log`, log);
  expect(codesOf((await rig.apply()).plan.diagnostics)).toEqual(["secret-kept"]);
  expect(recoveryFiles(rig)).toEqual([kept]);
});

test.each([
  ["delivered again", desired(WEB)],
  ["undeclared", desired("")],
])("no draft of a killed delivery stays once its client is %s", async (_, then) => {
  const rig = await Rig.create(world);
  await rig.write("jp1im.yaml", desired(WEB));
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path === `${HOME}/out/web.secret` ? "crash" : undefined;
  await rig.apply().catch(() => undefined);
  const secret = rig.simulation.truth().managers.tokyo?.clients?.web ?? "";
  await rig.reboot();
  const holding = () => rig.files.paths().filter((path) => rig.files.peek(path)?.toString() === secret);
  expect(holding()).toHaveLength(1);

  await rig.write("jp1im.yaml", then);
  await rig.apply();
  expect(holding()).toEqual([]);
  expect(rig.files.paths().filter((path) => path.includes("/.jp1im-"))).toEqual([]);
  expect((await rig.plan()).changes).toEqual([]);
});

test("a kept secret whose delivery fails again stays kept, and the change says so", async () => {
  const rig = await undelivered();
  fillDisk(rig);
  const { changes } = await rig.apply();
  expect(changes.map(({ status }) => status)).toEqual(["failed"]);
  expect(changes[0]?.effects).toContainEqual({ effect: "kept" });
  expect(recoveryFiles(rig)).toHaveLength(1);
});

test("a kept secret that cannot be read is reported by its file", async () => {
  const rig = await undelivered();
  const [kept = ""] = recoveryFiles(rig);
  rig.files.place(kept, "{");
  const { diagnostics } = await rig.plan();
  expect(diagnostics).toMatchObject([
    { code: "secret-kept", severity: "warning", summary: expect.stringContaining(kept) },
  ]);
});
