/** What every place for a state must show of it while a manager moves to another name. */
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { type OpenState, openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import { copyState } from "../../src/state/state-copy";
import type { Storage } from "../../src/state/storage";
import { hurriedClock } from "../platform/hurried-clock";
import { replaced } from "./replaced";
import { client, run } from "./world";

type Machine = () => Promise<Storage>;

const own = (storage: Storage, more = {}) => run(nodeFileSystem, { clock: systemClock, storage, ...more });
const of = (manager: string) => ({ ...client("app"), address: `${manager}/client/app`, manager });

/** As `state mv` does it: the new part is durable before the former one is emptied. */
async function move(storage: Storage, from: string, to: string, between = async () => {}): Promise<void> {
  const state = await openState(
    own(storage, { managers: [from, to], rewrites: true, command: "state mv", host: "b" }),
  );
  state.put(of(to));
  await state.flush([to]);
  await between();
  state.drop(`${from}/client/app`);
  await state.close();
}

async function begun(machine: Machine, managers: readonly string[]): Promise<void> {
  const state = await openState(own(await machine(), { managers }));
  for (const manager of managers) state.put(of(manager));
  await state.close();
}

/** The storage, where something happens once, before or after the part of a manager is read. */
function around(storage: Storage, manager: string, when: "before" | "after", happens: () => Promise<void>) {
  let isDone = false;
  const once = async () => {
    if (isDone) return;
    isDone = true;
    await happens();
  };
  return replaced(storage, {
    read: async (name) => {
      if (name === manager && when === "before") await once();
      const bytes = await storage.read(name);
      if (name === manager && when === "after") await once();
      return bytes;
    },
  });
}

/** The managers of which a copy, and a list, have anything. */
async function seenIn(storage: Storage, as: "copy" | "list"): Promise<readonly string[]> {
  const clock = hurriedClock();
  if (as === "list") {
    const view = await readState({ ...own(storage, { report: fail, clock }), isShown: true });
    return [...view.records()].map(({ address }) => address).sort();
  }
  const { managers = new Map() } = (await copyState(storage, { clock })) ?? {};
  return [...managers].flatMap(([name, { log }]) => (/client.app/.test(log) ? [`${name}/client/app`] : []));
}

function fail(reported: unknown): void {
  throw new Error(JSON.stringify(reported));
}

/** A busy machine needs a minute for a branch of git. */
const SLOW_MS = 240_000;

export function isOnePicture(prepare: () => Machine): void {
  test.each(["copy", "list"] as const)(
    "a manager that moves while the state is read is in a %s once",
    async (as) => {
      // The parts are read in the order of their names: the one that is read second is written, or emptied, in between.
      for (const [from, to, when] of [
        ["nagoya", "kobe", "before"],
        ["kobe", "nagoya", "after"],
      ] as const) {
        const machine = prepare();
        // The new name was in use before, so that its part is listed.
        await begun(machine, ["osaka", to]);
        await move(await machine(), to, from);
        const mover = await machine();
        const storage = around(await machine(), from, when, () => move(mover, from, to));
        expect(await seenIn(storage, as)).toEqual([`${to}/client/app`, "osaka/client/app"]);
      }
    },
    SLOW_MS,
  );

  test.each(["copy", "list"] as const)(
    "a manager that moves to a name which was not there, or is at both, is in a %s once",
    async (as) => {
      const machine = prepare();
      await begun(machine, ["osaka", "tokyo"]);
      const mover = await machine();
      const gone = around(await machine(), "tokyo", "before", () => move(mover, "tokyo", "kobe"));
      expect(await seenIn(gone, as)).toEqual(["kobe/client/app", "osaka/client/app"]);
      const [reader, again] = [await machine(), await machine()];
      let [reads, moved]: [number, Promise<void> | undefined] = [0, undefined];
      let goOn = () => {};
      const halfway = new Promise<void>((resolve) => {
        moved = move(again, "kobe", "tokyo", () => {
          resolve();
          return new Promise((done) => {
            goOn = done;
          });
        });
      });
      const slow = replaced(reader, {
        identity: async (isFresh) => {
          await halfway;
          // Two whole readings find the manager at both names.
          if (++reads === 4) {
            goOn();
            await moved;
          }
          return reader.identity(isFresh);
        },
      });
      expect(await seenIn(slow, as)).toEqual(["osaka/client/app", "tokyo/client/app"]);
    },
    SLOW_MS,
  );

  test.each(["copy", "list"] as const)(
    "a manager that moves there and back while the state is read is in a %s once",
    async (as) => {
      const machine = prepare();
      await begun(machine, ["tokyo"]);
      const change = async (work: (state: OpenState) => void) => {
        const managers = ["kobe", "tokyo"];
        const state = await openState(own(await machine(), { managers, rewrites: true, host: "b" }));
        work(state);
        await state.close();
      };
      await change((state) => state.put(of("kobe")));
      const reader = await machine();
      let readings = 0;
      const storage = replaced(reader, {
        identity: async (isFresh) => {
          readings++;
          // It is at both names in the second reading, too, and there again and not still.
          if (readings === 2) {
            await change((state) => state.drop("tokyo/client/app"));
            await change((state) => state.put(of("tokyo")));
          }
          if (readings === 3) await change((state) => state.drop("kobe/client/app"));
          return reader.identity(isFresh);
        },
      });
      expect(await seenIn(storage, as)).toEqual(["tokyo/client/app"]);
    },
    SLOW_MS,
  );
}
