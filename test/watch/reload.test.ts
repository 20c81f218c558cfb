import { DesiredSource } from "../../src/watch/desired-source";
import { refusalOf } from "../rig/tokyo";
import { bothRig, bothYaml, MINUTE, Watched } from "./watched";

const HOUR = 60 * MINUTE;
const kinds = (watched: Watched) => watched.events.map(({ event }) => event);

test("changed files are in force within seconds, for every manager", async () => {
  const rig = await bothRig();
  const watched = new Watched(rig);
  void watched.clock.sleep(MINUTE).then(() => rig.write("jp1im.yaml", bothYaml({ tokyo: { clients: [] } })));
  void watched.clock.sleep(2 * MINUTE).then(() => watched.stop());
  await watched.run({ intervalMs: HOUR });
  expect(kinds(watched)).toEqual(["started", "cycle", "cycle", "loaded", "cycle", "stopped"]);
  expect(watched.cycles("tokyo")).toEqual(["tokyo drifted", "tokyo in-sync"]);
  expect(watched.begun.get("osaka")).toHaveLength(2);
});

test("a host whose clock is set back stops neither the look at the files nor the cycles", async () => {
  const rig = await bothRig();
  const watched = new Watched(rig);
  void watched.clock.sleep(MINUTE).then(() => {
    watched.clock.set(watched.clock.now() - HOUR);
    return rig.write("jp1im.yaml", bothYaml({ tokyo: { clients: [] } }));
  });
  void watched.clock.sleep(35 * MINUTE).then(() => watched.stop());
  await watched.run({ intervalMs: 10 * MINUTE });
  expect(kinds(watched)).toEqual(["started", "cycle", "cycle", "loaded", "cycle", "stopped"]);
  expect(watched.begun.get("osaka")).toHaveLength(5);
});

test("a file that cannot be used is reported once, and the last good desired state stays in force until it is good again", async () => {
  const rig = await bothRig();
  const good = bothYaml();
  const watched = new Watched(rig);
  void watched.clock.sleep(MINUTE).then(() => rig.write("jp1im.yaml", good.replace('"clients"', '"clint"')));
  void watched.clock.sleep(HOUR).then(() => rig.write("jp1im.yaml", good));
  void watched.clock.sleep(HOUR + MINUTE).then(() => watched.stop());
  await watched.run({ intervalMs: 10 * MINUTE });
  expect(kinds(watched)).toEqual(["started", "cycle", "cycle", "load-failed", "loaded", "stopped"]);
  expect(watched.events[3]).toMatchObject({
    diagnostics: expect.arrayContaining([
      expect.objectContaining({ code: "unknown-key", summary: "unknown key `clint` in `managers.tokyo`" }),
    ]),
  });
  // It went on in the meantime.
  expect(watched.begun.get("tokyo")?.length).toBeGreaterThan(5);
});

test.each([
  ["removed", undefined, "`audit` is not declared any more"],
  ["moved", { file: "other.jsonl" }, "`audit` names another trail"],
])(
  "an audit trail that is %s while it runs is warned of, and the files are in force",
  async (_, audit, summary) => {
    const rig = await bothRig();
    const yaml = (trail: object | undefined) => JSON.stringify({ ...JSON.parse(bothYaml()), audit: trail });
    await rig.write("jp1im.yaml", yaml({ file: "audit.jsonl" }));
    const watched = new Watched(rig);
    void watched.clock.sleep(MINUTE).then(() => rig.write("jp1im.yaml", yaml(audit)));
    void watched.clock.sleep(2 * MINUTE).then(() => watched.stop());
    await watched.run({ intervalMs: HOUR });
    const loaded = watched.events.filter(({ event }) => event === "loaded");
    expect(loaded).toMatchObject([
      {
        diagnostics: expect.arrayContaining([
          expect.objectContaining({ summary: expect.stringContaining(summary) }),
        ]),
      },
    ]);
  },
);

test("a second fault of the files is reported, too", async () => {
  const rig = await bothRig();
  const watched = new Watched(rig);
  void watched.clock.sleep(MINUTE).then(() => rig.write("jp1im.yaml", "managers: ["));
  void watched.clock.sleep(2 * MINUTE).then(() => rig.remove("jp1im.yaml"));
  void watched.clock.sleep(3 * MINUTE).then(() => watched.stop());
  await watched.run({ intervalMs: HOUR });
  expect(kinds(watched)).toEqual(["started", "cycle", "cycle", "load-failed", "load-failed", "stopped"]);
});

test("a file that is still being written is not taken for what is desired", async () => {
  const rig = await bothRig();
  const watched = new Watched(rig);
  const steps = Array.from({ length: 20 }, (_, n) =>
    bothYaml({ tokyo: { clients: [] }, osaka: { zone: `z${n}` } }),
  );
  const writeAll = async () => {
    for (const step of steps) {
      await rig.write("jp1im.yaml", step);
      await watched.clock.sleep(1_500);
    }
    await rig.write("jp1im.yaml", bothYaml());
    await watched.clock.sleep(MINUTE);
    watched.stop();
  };
  void watched.clock.sleep(MINUTE).then(writeAll);
  await watched.run({ intervalMs: HOUR });
  expect(kinds(watched)).toEqual(["started", "cycle", "cycle", "stopped"]);
});

test("a manager that is new is watched, and one that is gone is not", async () => {
  const rig = await bothRig();
  const { managers, ...rest } = JSON.parse(bothYaml());
  await rig.write("jp1im.yaml", JSON.stringify({ ...rest, managers: { tokyo: managers.tokyo } }));
  const onlyOsaka = JSON.stringify({ ...rest, managers: { osaka: managers.osaka } });
  const watched = new Watched(rig);
  void watched.clock.sleep(MINUTE).then(() => rig.write("jp1im.yaml", onlyOsaka));
  void watched.clock.sleep(HOUR).then(() => watched.stop());
  await watched.run({ intervalMs: 10 * MINUTE });
  expect(watched.cycles()).toEqual(["tokyo drifted", "osaka drifted"]);
  expect(watched.begun.get("tokyo")).toHaveLength(1);
});

test("what is bad from the beginning is an error of the start", async () => {
  const rig = await bothRig();
  await rig.write("jp1im.yaml", "managers: [");
  const watched = new Watched(rig);
  expect(await refusalOf(watched.run())).toMatchObject({ code: "yaml-syntax" });
  expect(watched.events).toEqual([]);
});

test("what is loaded is what was found, also where a file is written again between the two", async () => {
  const rig = await bothRig();
  const whole = bothYaml();
  const { tokyo } = JSON.parse(whole).managers;
  const torn = JSON.stringify({ ...JSON.parse(whole), managers: { tokyo } });
  const platform = rig.platform();
  let reads = 0;
  const fileSystem = new Proxy(platform.fileSystem, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (name !== "readFile") return typeof value === "function" ? value.bind(target) : value;
      return async (path: string) => {
        const isDesired = path.endsWith("jp1im.yaml");
        return isDesired && ++reads % 2 === 0 ? Buffer.from(torn) : target.readFile(path);
      };
    },
  });
  const options = { files: ["jp1im.yaml"] };
  const { source } = await DesiredSource.open(options, { ...platform, fileSystem });
  expect([...source.desired.managers.keys()].sort()).toEqual(["osaka", "tokyo"]);
  await rig.write("jp1im.yaml", bothYaml({ tokyo: { clients: [] } }));
  for (let look = 0; look < 6; look++) {
    reads = 0;
    await source.look();
    expect([...source.desired.managers.keys()].sort()).toEqual(["osaka", "tokyo"]);
  }
  expect(source.desired.managers.get("tokyo")?.clients).toEqual([]);
});

test.each([
  ["--zone", { zones: ["east"] }, '--zone "east": no manager declares this zone'],
  ["--manager", { managers: ["tokyo"] }, expect.stringContaining("tokyo")],
])("a change that leaves nothing for %s is in force, and warned of", async (_, scope, summary) => {
  const rig = await bothRig({ tokyo: { zone: "east" } });
  const { tokyo: renamed, osaka } = JSON.parse(bothYaml({ tokyo: { zone: "west" } })).managers;
  const { managers: _managers, ...rest } = JSON.parse(bothYaml());
  const watched = new Watched(rig);
  const write = () => rig.write("jp1im.yaml", JSON.stringify({ ...rest, managers: { edo: renamed, osaka } }));
  void watched.clock.sleep(MINUTE).then(write);
  void watched.clock.sleep(2 * MINUTE).then(() => watched.stop());
  await watched.run({ intervalMs: HOUR, ...scope });
  const warned = { severity: "warning", remedy: expect.any(String) };
  expect(watched.events.filter(({ event }) => event === "loaded")).toMatchObject([
    { managers: [], diagnostics: expect.arrayContaining([expect.objectContaining({ ...warned, summary })]) },
  ]);
});
