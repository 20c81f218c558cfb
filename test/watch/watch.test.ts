import { apply, moveInState, type WatchEvent } from "../../src/index";
import { refusalOf } from "../rig/tokyo";
import { bothRig, MINUTE, Watched } from "./watched";

const isCycle = (event: WatchEvent, manager: string, status: string) =>
  event.event === "cycle" && event.manager === manager && event.status === status;

test("drift mode compares each manager, reports what differs by kind, and writes nothing", async () => {
  const rig = await bothRig();
  const cycles = await new Watched(rig).run({ once: true });
  expect(cycles).toMatchObject([
    { manager: "osaka", status: "drifted", found: { create: 1 }, drift: { client: 1 }, applied: 0 },
    { manager: "tokyo", status: "drifted", found: { create: 1 }, drift: { client: 1 }, applied: 0 },
  ]);
  expect(rig.takeWrites()).toEqual([]);
  expect(rig.files.paths().filter((path) => path.includes("/managers/"))).toEqual([]);
});

test("apply mode repairs, and repairs a later drift one interval later", async () => {
  const rig = await bothRig();
  const watched = new Watched(rig, (event) => {
    if (!isCycle(event, "tokyo", "applied")) return false;
    if (watched.minutes > 5) return true;
    rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "app" });
    return false;
  });
  await watched.run({ mode: "apply", intervalMs: 10 * MINUTE });
  expect(watched.cycles("tokyo")).toEqual(["tokyo applied", "tokyo applied"]);
  // That nothing changed there is not reported again and again.
  expect(watched.cycles("osaka")).toEqual(["osaka applied"]);
  expect(Math.floor(watched.minutes)).toBe(10);
  expect((await rig.plan()).changes).toEqual([]);
});

test("a manager that fails is tried less and less often, and the others keep their pace", async () => {
  const rig = await bothRig();
  rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  const watched = new Watched(rig);
  void watched.clock.sleep(40 * MINUTE).then(() => watched.stop());
  await watched.run({ intervalMs: MINUTE });
  expect(watched.cycles()).toEqual(expect.arrayContaining(["tokyo drifted", "osaka failed"]));
  // A cycle logs in more than once where that fails.
  const cycles = (manager: string) => new Set(watched.begun.get(manager)?.map(Math.floor)).size;
  expect(cycles("tokyo")).toBeGreaterThan(35);
  // After 2, 4, 8 and 8 minutes.
  expect(cycles("osaka")).toBeLessThan(9);
  expect(watched.events.filter((event) => isCycle(event, "osaka", "failed"))).toHaveLength(1);
});

test("a manager that comes back is reported, and has its pace again", async () => {
  const rig = await bothRig();
  rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  const watched = new Watched(rig, (event) => {
    if (isCycle(event, "osaka", "failed"))
      rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "up" });
    return isCycle(event, "osaka", "drifted");
  });
  const cycles = await watched.run({ intervalMs: MINUTE });
  expect(watched.cycles("osaka")).toEqual(["osaka failed", "osaka drifted"]);
  expect(cycles.map(({ failures }) => failures)).toEqual([0, 0]);
});

test("a manager that answers slowly delays no other", async () => {
  const rig = await bothRig();
  const watched = new Watched(rig);
  watched.delays.set("osaka", 20 * MINUTE);
  void watched.clock.sleep(30 * MINUTE).then(() => watched.stop());
  await watched.run({ intervalMs: MINUTE });
  expect(watched.begun.get("tokyo")?.length).toBeGreaterThan(25);
  expect(watched.begun.get("osaka")?.length).toBeLessThan(5);
});

test("a bug in one manager's cycle is a failure of that manager alone", async () => {
  const rig = await bothRig();
  const { transport } = rig.platform();
  const broken: typeof transport = (manager) => {
    if (manager.name === "osaka") throw new TypeError("x is not a function");
    if (!transport) throw new Error("the rig has one");
    return transport(manager);
  };
  const cycles = await new Watched(rig).run({ once: true }, { transport: broken });
  expect(cycles).toMatchObject([
    { manager: "osaka", status: "failed", diagnostics: [{ code: "internal" }] },
    { manager: "tokyo", status: "drifted" },
  ]);
});

test("a manager that is in the state and no longer declared is no concern of the other managers' cycles", async () => {
  const rig = await bothRig();
  await rig.apply();
  const { managers, ...rest } = JSON.parse(rig.read("jp1im.yaml") ?? "");
  await rig.write("jp1im.yaml", JSON.stringify({ ...rest, managers: { osaka: managers.osaka } }));
  const cycles = await new Watched(rig).run({ once: true });
  expect(cycles).toMatchObject([{ manager: "osaka", status: "in-sync", diagnostics: [] }]);
});

test("an open freeze window refuses the repair, takes no lock, and lets it go on when it closes", async () => {
  const window = { from: "2030-01-01T00:00:00Z", to: "2030-01-01T03:00:00Z" };
  const rig = await bothRig({ tokyo: { policy: { freeze: [window] } } });
  const watched = new Watched(rig, (event) => {
    if (isCycle(event, "tokyo", "refused")) {
      expect(rig.files.paths().filter((path) => path.includes("/managers/tokyo/"))).toEqual([]);
      expect(rig.takeWrites().filter((line) => line.startsWith("tokyo"))).toEqual([]);
    }
    return isCycle(event, "tokyo", "applied");
  });
  await watched.run({ mode: "apply", intervalMs: 30 * MINUTE });
  expect(watched.cycles("tokyo")).toEqual(["tokyo refused", "tokyo applied"]);
  expect(Math.floor(watched.minutes)).toBe(180);
});

test("a manager that the state has under another name stops its own cycle, and no other", async () => {
  const rig = await bothRig();
  await rig.apply();
  await moveInState({ files: ["jp1im.yaml"] }, "tokyo", "edo", rig.platform());
  const cycles = await new Watched(rig).run({ mode: "apply", once: true });
  expect(cycles).toMatchObject([
    { manager: "osaka", status: "in-sync", diagnostics: [] },
    { manager: "tokyo", status: "failed", diagnostics: [{ code: "unknown-manager", address: "edo" }] },
  ]);
});

test("a delete budget refuses as it does at an apply", async () => {
  const clients = Array.from({ length: 8 }, (_, n) => ({ id: `app${n}`, deliverTo: { file: `out/${n}` } }));
  const rig = await bothRig({ tokyo: { clients } });
  await rig.apply();
  await rig.write("jp1im.yaml", (await bothRig({ tokyo: { clients: [] } })).read("jp1im.yaml") ?? "");
  rig.takeWrites();
  const cycles = await new Watched(rig).run({ mode: "apply", once: true });
  expect(cycles).toMatchObject([
    { manager: "osaka", status: "in-sync" },
    { manager: "tokyo", status: "refused", found: { delete: 8 }, diagnostics: [{ code: "policy-refused" }] },
  ]);
  expect(rig.takeWrites()).toEqual([]);
});

describe("while another run holds a manager's lock", () => {
  /** Calls `work` under the locks of both managers. */
  async function underLock(work: (watched: Watched) => Promise<void>, isApplied: boolean): Promise<void> {
    const rig = await bothRig();
    if (isApplied) await rig.apply();
    const approve = async () => {
      await work(new Watched(rig));
      return false;
    };
    await apply({ files: ["jp1im.yaml"], approve }, rig.platform());
  }

  test("a cycle with nothing to write needs no lock", () =>
    underLock(async (watched) => {
      await watched.run({ mode: "apply", once: true, lockTimeoutMs: 0 });
      expect(watched.cycles().sort()).toEqual(["osaka in-sync", "tokyo in-sync"]);
    }, true));

  test("a cycle with something to write says who holds it, which is no failure of the manager", () =>
    underLock(async (watched) => {
      const cycles = await watched.run({ mode: "apply", once: true, lockTimeoutMs: 0 });
      const locked = { status: "locked", failures: 0, diagnostics: [{ code: "state-locked" }] };
      expect(cycles).toMatchObject([locked, locked]);
    }, false));
});

test("a stop finishes the request in flight and records it, releases the lock, and leaves the rest", async () => {
  const clients = ["a", "b", "c"].map((id) => ({ id, deliverTo: { file: `out/${id}` } }));
  const rig = await bothRig({ tokyo: { clients }, osaka: { clients: [] } });
  const watched = new Watched(rig);
  watched.onRequest = (path) => {
    if (path.endsWith("client/generateInfo")) watched.stop();
  };
  await watched.run({ mode: "apply", parallelism: 1 });
  expect(watched.cycles("tokyo")).toEqual(["tokyo partial"]);
  expect(watched.events.at(-1)).toMatchObject({ event: "stopped" });
  expect(rig.takeWrites()).toEqual(["tokyo secret/client/generateInfo a"]);
  expect(rig.files.paths().filter((path) => path.endsWith("/lock"))).toEqual([]);
  expect((await rig.apply()).summary).toMatchObject({ applied: 2, failed: 0 });
});

describe("the scope", () => {
  const zoned = { tokyo: { zone: "tokyo-dc1" }, osaka: { zone: "osaka-dc2" } };

  test("--zone takes the managers of that zone alone, --manager those named, and both what fits both", async () => {
    const names = async (scope: object) => {
      const cycles = await new Watched(await bothRig(zoned)).run({ once: true, ...scope });
      return cycles.map(({ manager }) => manager);
    };
    expect(await names({})).toEqual(["osaka", "tokyo"]);
    expect(await names({ zones: ["osaka-dc2"] })).toEqual(["osaka"]);
    expect(await names({ managers: ["tokyo"] })).toEqual(["tokyo"]);
    expect(await names({ managers: ["tokyo"], zones: ["tokyo-dc1"] })).toEqual(["tokyo"]);
  });

  test("a zone or a manager that nobody declares stops the start", async () => {
    const refusal = async (scope: object) =>
      refusalOf(new Watched(await bothRig(zoned)).run({ once: true, ...scope }));
    expect(await refusal({ zones: ["tokyo-dc2"] })).toMatchObject({
      code: "nothing-matched",
      summary: '--zone "tokyo-dc2": no manager declares this zone',
      remedy: "declared are osaka-dc2, tokyo-dc1",
    });
    expect(await refusal({ managers: ["kyoto"] })).toMatchObject({ code: "unknown-manager" });
    expect(await refusal({ managers: ["tokyo"], zones: ["osaka-dc2"] })).toMatchObject({
      code: "nothing-matched",
      summary: "tokyo is not in the zone osaka-dc2",
    });
  });

  test("standard input is refused, since it cannot be read again", async () => {
    const rig = await bothRig();
    expect(await refusalOf(new Watched(rig).run({ files: ["-"] }))).toMatchObject({ code: "usage" });
  });
});
