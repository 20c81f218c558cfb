/** A state as a whole, while its parts are written to by others. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "../../src/platform/file-system";
import { holdAll, holdWhole, releaseAll } from "../../src/state/hold-all";
import { LocalStorage } from "../../src/state/local/local-storage";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import { copyState } from "../../src/state/state-copy";
import type { Storage } from "../../src/state/storage";
import { hurriedClock } from "../platform/hurried-clock";
import { replaced } from "./replaced";
import { client, run } from "./world";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whole-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const machine = (): Storage => new LocalStorage({ folder, fileSystem: nodeFileSystem });
const own = (storage: Storage, more = {}) => run(nodeFileSystem, { storage, ...more });

async function begun(manager: string): Promise<void> {
  const state = await openState(own(machine(), { managers: [manager] }));
  state.put({ ...client("app"), address: `${manager}/client/app`, manager });
  await state.close();
}

test("locks are taken in the order of the names, whatever order they are asked for in", async () => {
  const storage = machine();
  const order: string[] = [];
  const watched = replaced(storage, {
    hold: (manager, lock) => {
      order.push(manager);
      return storage.hold(manager, lock);
    },
  });
  const held = await holdAll(own(watched, { managers: ["tokyo", "kobe", "osaka"] }));
  await releaseAll(held.values());
  expect(order).toEqual(["kobe", "osaka", "tokyo"]);
});

test("a manager that begins while the locks of the others are waited for is held as well", async () => {
  await begun("tokyo");
  const storage = machine();
  let isBegun = false;
  const slow = replaced(storage, {
    hold: async (manager, lock) => {
      if (!isBegun) await begun("osaka");
      isBegun = true;
      return storage.hold(manager, lock);
    },
  });
  const held = await holdWhole(own(slow));
  expect([...held.keys()]).toEqual(["osaka", "tokyo"]);
  // One that begins only now is in no copy of what is held.
  await begun("kobe");
  expect([...((await copyState(storage, { held: held.keys() }))?.managers.keys() ?? [])]).toEqual([
    "osaka",
    "tokyo",
  ]);
  await releaseAll(held.values());
});

test("a secret that is kept while the log is read is in the copy", async () => {
  await begun("tokyo");
  const storage = machine();
  const busy = replaced(storage, {
    read: async (manager) => {
      const bytes = await storage.read(manager);
      await storage.kept(manager).write("0a1b", "sealed");
      return bytes;
    },
  });
  expect((await copyState(busy))?.managers.get("tokyo")?.kept).toEqual(new Map([["0a1b", "sealed"]]));
});

test("a move that does not end is waited for a while, and named with its lock", async () => {
  await begun("tokyo");
  await begun("osaka");
  const moving = own(machine(), { managers: ["kobe", "tokyo"], command: "state mv" });
  const state = await openState(moving);
  state.put({ ...client("app"), address: "kobe/client/app", manager: "kobe" });
  await state.flush();
  const clock = hurriedClock();
  const { id } = (await machine().holder("kobe")) ?? {};
  const warnings: unknown[] = [];
  const report = (warning: unknown) => warnings.push(warning);
  await expect(copyState(machine(), { clock })).rejects.toMatchObject({
    diagnostics: [{ code: "state-locked", remedy: expect.stringContaining(`jp1im state unlock ${id}`) }],
  });
  const view = await readState({ storage: machine(), report, isShown: true, clock });
  expect([...view.records()]).toHaveLength(3);
  expect(warnings).toMatchObject([{ code: "state-locked", severity: "warning" }]);
  await state.close();
  // A run that was killed there leaves it at both names.
  expect((await copyState(machine(), { clock }))?.managers.size).toBe(3);
});
