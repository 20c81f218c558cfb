/** What every place for a state must do, whatever it is: the same tests run on all of them. */

import { limitedStorage } from "../../src/library/state/limited-storage";
import type { Diagnostic } from "../../src/model/diagnostic";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { holdAll, releaseAll } from "../../src/state/hold-all";
import { keyIdsOf } from "../../src/state/key-ids";
import { openState } from "../../src/state/open-state";
import { putState } from "../../src/state/put-state";
import { readState } from "../../src/state/read-state";
import { copyState } from "../../src/state/state-copy";
import type { Storage } from "../../src/state/storage";
import { putsACopyWhole } from "./copy-contract";
import { isOnePicture } from "./picture-contract";
import { replaced } from "./replaced";
import { asker, client, run, told } from "./world";

const own = (storage: Storage, more = {}) => ({
  ...run(nodeFileSystem, { clock: systemClock, storage, ...more }),
});
const osaka = { ...client("edge"), address: "osaka/client/edge", manager: "osaka" };

const nagoya = { ...client("app"), address: "nagoya/client/app", manager: "nagoya" };
const interrupted = {
  diagnostics: [{ code: "state-key", remedy: expect.stringContaining("finish it: `jp1im state rekey`") }],
};

/** A state under `key-1`, and then the note of `key-2` that a rekey puts there before it writes a part, which it never does. */
async function interruptedRekey(machine: () => Promise<Storage>): Promise<void> {
  const state = await openState(own(await machine(), { managers: ["osaka", "tokyo"] }));
  state.put(client("app"));
  state.put(osaka);
  await state.close();
  await settleKey(await machine(), "key-2");
}

async function settleKey(storage: Storage, keyId: string): Promise<void> {
  const held = await storage.hold("tokyo", own(storage, { host: "b" }));
  const seen = await storage.identity();
  await held.settle(seen, { lineage: seen?.lineage ?? "", keyId });
  await held.release();
}

const ofAnotherKey = {
  diagnostics: [{ code: "state-key", remedy: expect.stringMatching(/JP1IM_STATE_KEY.*--new-state/) }],
};

/** The storage, where something happens just before a new log is put in its place. */
function before(storage: Storage, happens: () => Promise<void>): Storage {
  return replaced(storage, {
    hold: async (manager, run) => {
      const held = await storage.hold(manager, run);
      return replaced(held, {
        log: (length, torn) => {
          const log = held.log(length, torn);
          return replaced(log, { install: (bytes) => happens().then(() => log.install(bytes)) });
        },
      });
    },
  });
}

/** Work that waits for nothing may take so many steps. */
function turns(count: number): () => Promise<void> {
  return async () => {
    for (let turn = 0; turn < count; turn++) await undefined;
  };
}

function fail(reported: unknown): void {
  throw new Error(JSON.stringify(reported));
}

/** `prepare` makes a new state; each call of what it gives is another machine's view of it. */
export function keepsAState(prepare: () => () => Promise<Storage>): void {
  test("is as it was written, for every machine, and has one lineage over all managers", async () => {
    const machine = prepare();
    const state = await openState(own(await machine(), { managers: ["tokyo", "osaka"] }));
    state.put(client("app"));
    await state.flush();
    state.put(osaka);
    state.put(client("web"));
    await state.close();
    const view = await readState(own(await machine()));
    expect(told(view)).toBe(told(state));
    expect([view.lineage, view.serial("tokyo"), view.serial("osaka")]).toEqual([state.lineage, 2, 1]);
    expect(view.lineage).toMatch(/^[0-9a-f]{32}$/);
  });

  test("is written by one run at a time for each manager, and by two for two", async () => {
    const machine = prepare();
    const first = await openState(own(await machine()));
    const refused = openState(own(await machine(), { host: "elsewhere" }));
    await expect(refused).rejects.toMatchObject({ diagnostics: [{ code: "state-locked" }] });
    const other = await openState(own(await machine(), { host: "elsewhere", managers: ["osaka"] }));
    for (let n = 0; n < 3; n++) {
      first.put(client(`app-${n}`));
      other.put({ ...osaka, generation: n + 1 });
      await Promise.all([first.flush(), other.flush()]);
    }
    await Promise.all([first.close(), other.close()]);
    const view = await readState(own(await machine()));
    expect([view.serial("tokyo"), view.serial("osaka"), view.lineage]).toEqual([3, 3, first.lineage]);
    expect(other.lineage).toBe(first.lineage);
  });

  test("a run that is cancelled while it takes its lock leaves none, whenever that is", async () => {
    const machine = prepare();
    // On a server in the test's own process nothing takes a millisecond.
    const moments = [
      ...[0, 3, 6, 10, 20, 40].map(turns),
      ...[0, 2, 10, 30, 100].map((ms) => () => systemClock.sleep(ms)),
    ];
    for (const moment of moments) {
      const stop = new AbortController();
      const storage = await machine();
      const holding = storage.hold("tokyo", own(storage, { signal: stop.signal }));
      const end = holding.then((held) => held.release()).catch((error) => error);
      await moment();
      stop.abort();
      expect([undefined, "cancelled"]).toContain((await end)?.diagnostics[0]?.code);
      expect(await (await machine()).holder("tokyo", asker)).toBeUndefined();
    }
  });

  test("is given back with its lock, and a second run goes on from there", async () => {
    const machine = prepare();
    for (const id of ["a", "b", "c"]) {
      const state = await openState(own(await machine(), { rewrites: id === "b" }));
      state.put(client(id));
      await state.close();
      expect(await (await machine()).holder("tokyo")).toBeUndefined();
    }
    const view = await readState(own(await machine()));
    expect([...view.records()].map(({ address }) => address).sort()).toEqual([
      "tokyo/client/a",
      "tokyo/client/b",
      "tokyo/client/c",
    ]);
  });

  test("drops an unfinished write where a killed run can leave one, and elsewhere calls it damage", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("a"));
    await state.close();
    const whole = await (await machine()).read("tokyo");
    const held = await (await machine()).hold("tokyo", own(await machine()));
    const log = held.log(whole?.length ?? 0, false);
    await log.append([Buffer.from("an unfinished li")]);
    await log.close();
    await held.release();
    const next = openState(own(await machine()));
    if ((await machine()).mayTear) {
      const opened = await next;
      opened.put(client("b"));
      await opened.close();
      const view = await readState(own(await machine(), { report: fail }));
      expect([...view.records()]).toHaveLength(2);
    } else {
      await expect(next).rejects.toMatchObject({ diagnostics: [{ code: "state-corrupted" }] });
      expect(await (await machine()).holder("tokyo")).toBeUndefined();
    }
  });

  test("takes nothing from a run whose lock was taken away", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.flush();
    const holder = await (await machine()).holder("tokyo");
    expect(holder).toMatchObject({ who: "operator@build-7", command: "apply" });
    await expect((await machine()).unlock("tokyo", "wrong", asker)).rejects.toMatchObject({
      diagnostics: [{ code: "state-locked" }],
    });
    expect(await (await machine()).unlock("tokyo", holder?.id ?? "", asker)).toMatchObject({
      id: holder?.id,
    });
    const next = await openState(own(await machine(), { host: "elsewhere" }));
    next.put(client("next"));
    await next.flush();
    state.put(client("late"));
    await expect(state.flush()).rejects.toMatchObject({ diagnostics: [{ code: "lock-lost" }] });
    await next.close();
    await state.close().catch(() => undefined);
    const view = await readState(own(await machine()));
    expect(view.record("tokyo/client/late")).toBeUndefined();
    expect(view.record("tokyo/client/next")).toBeDefined();
  });

  test("says that a lock was removed, where nobody took it", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.flush();
    const holder = await (await machine()).holder("tokyo");
    await (await machine()).unlock("tokyo", holder?.id ?? "", asker);
    state.put(client("late"));
    await expect(state.flush()).rejects.toMatchObject({
      diagnostics: [{ code: "lock-lost", summary: expect.stringContaining("was removed") }],
    });
    await state.close().catch(() => undefined);
  });

  test("is taken over from a run of this host that is gone", async () => {
    const machine = prepare();
    const state = await openState(own(await machine(), { pid: 1 }));
    state.put(client("app"));
    await state.flush();
    const options = own(await machine(), { isProcessAlive: () => false });
    const next = await openState(options);
    expect(options.warnings).toMatchObject([{ code: "lock-taken-over" }]);
    expect(next.record("tokyo/client/app")).toBeDefined();
    await next.close();
    await state.close().catch(() => undefined);
  });

  test("keeps issued secrets for another machine to deliver", async () => {
    const machine = prepare();
    const storage = await machine();
    const state = await openState(own(storage));
    const kept = storage.kept("tokyo");
    await kept.write("0a1b", "sealed-1");
    await kept.write("2c3d", "sealed-2");
    state.put(client("app"));
    await state.flush();
    const other = (await machine()).kept("tokyo");
    expect(await other.list()).toEqual(["0a1b", "2c3d"]);
    expect(await other.read("2c3d")).toBe("sealed-2");
    await kept.remove("0a1b");
    expect(await (await machine()).kept("tokyo").list()).toEqual(["2c3d"]);
    expect(await (await machine()).kept("tokyo").read("0a1b")).toBeUndefined();
    await state.close();
  });

  test("keeps the locks of two runs of one process apart", async () => {
    const machine = prepare();
    const storage = await machine();
    const [one, two] = [1, 2].map(() => limitedStorage(storage, ["tokyo"], new Set(["tokyo"])));
    if (one === undefined || two === undefined) throw new Error("there are two");
    const first = await openState(own(one));
    first.put(client("app"));
    await first.flush();
    const holder = await storage.holder("tokyo");
    await storage.unlock("tokyo", holder?.id ?? "", asker);
    const second = await openState(own(two, { pid: 101 }));
    // In a folder, what is kept late is in nobody's way: its name has the issue that it is of.
    const late = one.kept("tokyo").write("0a1b", "late");
    if (storage.mayTear) await late;
    else await expect(late).rejects.toMatchObject({ diagnostics: [{ code: "lock-lost" }] });
    await first.close().catch(() => undefined);
    await two.kept("tokyo").write("2c3d", "sealed");
    expect(await (await machine()).kept("tokyo").read("2c3d")).toBe("sealed");
    second.put(client("web"));
    await second.close();
    expect((await readState(own(await machine()))).record("tokyo/client/web")).toBeDefined();
  });

  test("is begun under one key, whoever else begins it at the same time", async () => {
    const machine = prepare();
    const [first, foreign, same] = [
      await openState(own(await machine())),
      await openState(own(await machine(), { host: "b", managers: ["osaka"], keyId: "key-2" })),
      await openState(own(await machine(), { host: "c", managers: ["nagoya"] })),
    ];
    first.put(client("app"));
    await first.flush();
    foreign.put(osaka);
    await expect(foreign.flush()).rejects.toMatchObject(ofAnotherKey);
    same.put(nagoya);
    await Promise.all([first.close(), same.close(), foreign.close().catch(() => undefined)]);
    expect((await keyIdsOf(await machine())).byManager).toEqual(
      new Map([
        ["nagoya", "key-1"],
        ["tokyo", "key-1"],
      ]),
    );
  });

  test("gets back an identity that says less, as one that gives way does", async () => {
    const machine = prepare();
    const held = await (await machine()).hold("nagoya", own(await machine()));
    const less = { lineage: "0123456789abcdef0123456789abcdef" };
    const more = { ...less, keyId: "key-1", put: { id: "00112233aabbccdd" } };
    await held.settle(undefined, less);
    expect(await held.settle(less, more)).toEqual(more);
    expect(await held.settle(more, less)).toEqual(less);
    expect(await (await machine()).identity(true)).toEqual(less);
    await held.release();
  });

  test("is under the key that it was begun under before anything else is written", async () => {
    const machine = prepare();
    const beginning = await (await machine()).hold("nagoya", own(await machine()));
    const identity = { lineage: "0123456789abcdef0123456789abcdef", keyId: "key-1" };
    expect(await beginning.settle(undefined, identity)).toEqual(identity);
    expect(await beginning.settle(undefined, { ...identity, keyId: "key-2" })).toEqual(identity);
    const foreign = { host: "b", managers: ["osaka"], keyId: "key-2" };
    await expect(openState(own(await machine(), foreign))).rejects.toMatchObject(ofAnotherKey);
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.close();
    await beginning.release();
    expect(await (await machine()).identity()).toEqual(identity);
    // Nobody has the key any more.
    const part = openState(own(await machine(), { ...foreign, isNewState: true }));
    await expect(part).rejects.toMatchObject({ diagnostics: [{ code: "state-key" }] });
    const all = { ...foreign, managers: ["nagoya", "osaka", "tokyo"], isNewState: true };
    const reopened = await openState(own(await machine(), all));
    reopened.put(osaka);
    await reopened.close();
    expect(await (await machine()).identity()).toEqual({ ...identity, keyId: "key-2" });
  });

  test("has one key, until a run takes over what it holds with a new one", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.close();
    const late = await openState(own(await machine(), { host: "c", managers: ["nagoya"] }));
    const next = { host: "b", keyId: "key-2" };
    const foreign = { ...next, managers: ["osaka"] };
    await expect(openState(own(await machine(), foreign))).rejects.toMatchObject(ofAnotherKey);
    const limited = limitedStorage(await machine(), ["osaka"], new Set(["tokyo", "osaka"]));
    await expect(openState(own(limited, foreign))).rejects.toMatchObject(ofAnotherKey);
    const both = { ...next, managers: ["osaka", "tokyo"] };
    const careful = openState(own(await machine(), { ...both, mayTakeOver: false }));
    await expect(careful).rejects.toMatchObject(ofAnotherKey);
    // Nothing of tokyo is to be written.
    const taking = await openState(own(await machine(), both));
    taking.put(osaka);
    await taking.flush(["osaka"]);
    await taking.close();
    expect(await (await machine()).identity()).toEqual({ lineage: state.lineage, keyId: "key-2" });
    expect(new Set((await keyIdsOf(await machine())).byManager.values())).toEqual(new Set(["key-2"]));
    late.put(nagoya);
    await expect(late.flush()).rejects.toMatchObject(ofAnotherKey);
    await late.close().catch(() => undefined);
  });

  test("is not written further by a run whose first write came while the state was given another key", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.close();
    const rekey = async () => {
      const rekeying = await openState(own(await machine(), { host: "b", keyId: "key-2", isRekey: true }));
      rekeying.put(client("app"));
      await rekeying.close();
    };
    const storage = before(await machine(), rekey);
    const late = await openState(own(storage, { host: "c", managers: ["osaka"] }));
    late.put(osaka);
    await expect(late.flush()).rejects.toMatchObject(ofAnotherKey);
    await late.close().catch(() => undefined);
  });

  test("is not written by a run that waited for a lock while the state was given another key", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.close();
    const [storage, parts] = [await machine(), { managers: ["tokyo"], keyId: "key-2" }];
    const rekey = async () => {
      const rekeying = await openState(own(await machine(), { ...parts, host: "b", isRekey: true }));
      rekeying.put(client("app"));
      await rekeying.close();
    };
    const waiting = replaced(storage, {
      hold: (manager, run) => rekey().then(() => storage.hold(manager, run)),
    });
    const late = openState(own(waiting, { host: "c", lockTimeoutMs: 1000 }));
    await expect(late).rejects.toMatchObject({
      diagnostics: [{ code: "state-key", summary: expect.stringContaining("another key while this run") }],
    });
    expect((await (await machine()).identity())?.keyId).toBe("key-2");
    await (await openState(own(await machine(), parts))).close();
  });

  test("goes over to a new key as a whole where somebody says so, although nothing else is written", async () => {
    const machine = prepare();
    const state = await openState(own(await machine(), { managers: ["tokyo", "osaka"] }));
    state.put(client("app"));
    state.put(osaka);
    await state.close();
    const next = { managers: ["tokyo", "osaka"], keyId: "key-2", mayTakeOver: false };
    const declined = await openState(own(await machine(), { ...next, isNewState: true }));
    await declined.close();
    expect((await (await machine()).identity())?.keyId).toBe("key-1");
    expect(new Set((await keyIdsOf(await machine())).byManager.values())).toEqual(new Set(["key-1"]));
    const taking = await openState(own(await machine(), { ...next, isNewState: true }));
    await taking.takeOver();
    await taking.close();
    expect((await (await machine()).identity())?.keyId).toBe("key-2");
    expect(new Set((await keyIdsOf(await machine())).byManager.values())).toEqual(new Set(["key-2"]));
    await (await openState(own(await machine(), next))).close();
  });

  test("stops every run while its note names another key than its parts, until the rekey is finished", async () => {
    const machine = prepare();
    await interruptedRekey(machine);
    for (const written of [false, true]) {
      const rekeying = { managers: ["tokyo"], keyId: "key-2", isRekey: true };
      const rekeyed = await openState(own(await machine(), rekeying));
      if (written) rekeyed.put(client("app"));
      await rekeyed.close();
      for (const mayTakeOver of [true, false]) {
        for (const keyId of ["key-1", "key-2"]) {
          const late = openState(own(await machine(), { managers: ["osaka"], keyId, mayTakeOver }));
          await expect(late).rejects.toMatchObject(interrupted);
        }
      }
      const begun = openState(own(await machine(), { managers: ["nagoya"] }));
      await expect(begun).rejects.toMatchObject(interrupted);
    }
    const finishing = await openState(
      own(await machine(), { managers: ["osaka"], keyId: "key-2", isRekey: true }),
    );
    finishing.put(osaka);
    await finishing.close();
    await (await openState(own(await machine(), { managers: ["osaka", "tokyo"], keyId: "key-2" }))).close();
    await expect(openState(own(await machine(), { mayTakeOver: false }))).rejects.toMatchObject(ofAnotherKey);
  });

  test("is not given another key beside a part that is begun under the former one meanwhile", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.close();
    const storage = await machine();
    let isLate = false;
    const late = replaced(storage, {
      hold: async (manager, lock) => {
        const held = await storage.hold(manager, lock);
        return replaced(held, {
          settle: async (seen, next) => {
            if (!isLate) await begin(await machine());
            isLate = true;
            return held.settle(seen, next);
          },
        });
      },
    });
    const begin = async (other: Storage) => {
      const beginning = await openState(own(other, { managers: ["osaka"] }));
      beginning.put(osaka);
      await beginning.close();
    };
    const taking = await openState(own(late, { keyId: "key-2", isNewState: true }));
    await expect(taking.takeOver()).rejects.toMatchObject({
      diagnostics: [{ code: "state-key", summary: expect.stringContaining("the state of osaka") }],
    });
    await taking.close().catch(() => undefined);
    expect((await (await machine()).identity())?.keyId).toBe("key-1");
    await (
      await openState(own(await machine(), { managers: ["osaka", "tokyo"], mayTakeOver: false }))
    ).close();
  });

  test("says that a rekey is at work while it is, and that it was interrupted once it has ended", async () => {
    const machine = prepare();
    const state = await openState(own(await machine(), { managers: ["osaka", "tokyo"] }));
    state.put(client("app"));
    state.put(osaka);
    await state.close();
    const rekeying = { managers: ["osaka", "tokyo"], keyId: "key-2", isRekey: true, command: "state rekey" };
    const rekey = await openState(own(await machine(), rekeying));
    rekey.put(osaka);
    await rekey.flush(["osaka"]);
    const said: Diagnostic[] = [];
    const look = async () =>
      readState(own(await machine(), { report: (each: Diagnostic) => said.push(each) }));
    await look();
    await rekey.close();
    await look();
    expect(said).toMatchObject([
      { summary: expect.stringContaining("is being rekeyed"), remedy: expect.stringMatching(/^wait until/) },
      { summary: expect.stringContaining("was interrupted") },
    ]);
  });

  test("goes on under the key of its parts, where somebody says that the one of its note is lost", async () => {
    const machine = prepare();
    await interruptedRekey(machine);
    const all = { managers: ["osaka", "tokyo"] };
    const state = await openState(own(await machine(), { ...all, isNewState: true }));
    await state.takeOver();
    await state.close();
    expect((await (await machine()).identity())?.keyId).toBe("key-1");
    await (await openState(own(await machine(), { ...all, mayTakeOver: false }))).close();
  });

  test("keeps its note where a run without a lock would put another key there", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.close();
    const storage = await machine();
    const held = await storage.hold("tokyo", own(storage, { host: "b" }));
    const seen = await storage.identity();
    const { id = "" } = (await storage.holder("tokyo", asker)) ?? {};
    await (await machine()).unlock("tokyo", id, asker);
    const late = held.settle(seen, { lineage: state.lineage, keyId: "key-2" });
    await expect(late).rejects.toMatchObject({ diagnostics: [{ code: "lock-lost" }] });
    expect(await (await machine()).identity()).toEqual({ lineage: state.lineage, keyId: "key-1" });
    await held.release();
  });

  test("is seen under its lock with the key that it has then", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.close();
    const storage = await machine();
    expect((await storage.identity())?.keyId).toBe("key-1");
    await settleKey(await machine(), "key-2");
    await expect(openState(own(storage))).rejects.toMatchObject(interrupted);
  });

  test("is not taken over by a run that leaves others under the former key, unless it may", async () => {
    const machine = prepare();
    const state = await openState(own(await machine(), { managers: ["osaka", "tokyo"] }));
    state.put(client("app"));
    state.put(osaka);
    await state.close();
    const part = { managers: ["tokyo"], keyId: "key-2" };
    await expect(openState(own(await machine(), part))).rejects.toMatchObject({
      diagnostics: [{ code: "state-key", summary: expect.stringContaining("the state of osaka") }],
    });
    const taking = await openState(own(await machine(), { ...part, mayTakeOver: "part" }));
    taking.put(client("web"));
    await taking.close();
    await expect(openState(own(await machine(), { mayTakeOver: "part" }))).rejects.toMatchObject(interrupted);
    const next = await openState(own(await machine(), { ...part, managers: ["osaka"], mayTakeOver: "part" }));
    next.put(osaka);
    await next.close();
    await (await openState(own(await machine(), { ...part, managers: ["osaka", "tokyo"] }))).close();
  });

  test("has the key of its parts where an earlier version noted none, and of the note where nothing is left in them", async () => {
    const machine = prepare();
    const beginning = await (await machine()).hold("tokyo", own(await machine()));
    const lineage = "0123456789abcdef0123456789abcdef";
    expect(await beginning.settle(undefined, { lineage })).toEqual({ lineage });
    await beginning.release();
    const foreign = { managers: ["osaka"], keyId: "key-2" };
    // Nothing is under a key yet.
    await (await openState(own(await machine(), foreign))).close();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.flush();
    expect(await (await machine()).identity()).toEqual({ lineage, keyId: "key-1" });
    state.drop("tokyo/client/app");
    await state.close();
    for (const managers of [["osaka"], ["tokyo"]])
      await expect(
        openState(own(await machine(), { ...foreign, managers, mayTakeOver: false })),
      ).rejects.toMatchObject(ofAnotherKey);
  });

  test("keeps its name where only the note of it was lost, also for a run that sees a part of it", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    state.put(client("app"));
    await state.close();
    const whole = await machine();
    const limited = limitedStorage(whole, ["osaka"], new Set(["tokyo", "osaka"]));
    const unnamed = new Proxy(limited, {
      get: (target, name) => (name === "identity" ? async () => undefined : Reflect.get(target, name)),
    });
    const next = await openState(own(unnamed, { managers: ["osaka"] }));
    next.put(osaka);
    await next.flush();
    next.drop(osaka.address);
    await next.close();
    // A part without records tells no key.
    const foreign = openState(own(unnamed, { managers: ["osaka"], keyId: "key-2", mayTakeOver: false }));
    await expect(foreign).rejects.toMatchObject(ofAnotherKey);
    const view = await readState(own(await machine()));
    expect([view.lineage, view.damaged.size, view.serial("osaka")]).toEqual([state.lineage, 0, 2]);
  });

  test("is, under its lock, what the last holder wrote, whatever was seen of it before", async () => {
    const machine = prepare();
    const first = await openState(own(await machine()));
    first.put(client("app"));
    await first.flush();
    const storage = await machine();
    const lock = own(storage, { host: "b" });
    await expect(holdAll(lock)).rejects.toMatchObject({ diagnostics: [{ code: "state-locked" }] });
    first.put(client("web"));
    await first.close();
    const held = await holdAll(lock);
    expect((await copyState(storage))?.managers.get("tokyo")?.serial).toBe(2);
    await releaseAll(held.values());
  });

  test("is copied whole to another place, and not over what is newer there", async () => {
    const [machine, other] = [prepare(), prepare()];
    const storage = await machine();
    const state = await openState(own(storage, { managers: ["tokyo", "osaka"] }));
    state.put(client("app"));
    state.put(osaka);
    await state.flush();
    await storage.kept("tokyo").write("0a1b", "sealed-1");
    await state.close();
    const copy = await copyState(await machine());
    if (copy === undefined) throw new Error("there is a state");
    const to = own(await other());
    expect(await putState(copy, to)).toEqual([
      { manager: "osaka", serial: 1, written: true },
      { manager: "tokyo", serial: 1, written: true },
    ]);
    expect(await copyState(await other())).toEqual(copy);
    expect((await putState(copy, to)).map(({ written }) => written)).toEqual([false, false]);
    const next = await openState(own(await other()));
    next.put(client("web"));
    await next.close();
    const refused = putState(copy, own(await other()));
    await expect(refused).rejects.toMatchObject({
      diagnostics: [{ code: "state-conflict", address: "tokyo" }],
    });
    expect((await readState(own(await other()))).serial("tokyo")).toBe(2);
    await putState(copy, { ...own(await other()), force: true });
    expect(await copyState(await other())).toEqual(copy);
  });

  test("is compacted without a change of what it says, while other runs go on", async () => {
    const machine = prepare();
    const state = await openState(own(await machine()));
    for (let n = 1; n <= 5; n++) {
      state.put(client("app", "delivered", n));
      await state.flush();
    }
    const other = await openState(own(await machine(), { managers: ["osaka"] }));
    other.put(osaka);
    await other.flush();
    const [{ before, after } = { before: 0, after: 0 }] = await state.compact();
    expect(after).toBeLessThan(before / 2);
    await (await machine()).dropHistory?.(asker);
    other.put({ ...osaka, generation: 2 });
    await other.close();
    state.put(client("web"));
    await state.close();
    const view = await readState(own(await machine()));
    expect([view.serial("tokyo"), view.serial("osaka")]).toEqual([6, 2]);
    expect(view.record("tokyo/client/app")).toMatchObject({ generation: 5 });
  });

  putsACopyWhole(prepare);
  isOnePicture(prepare);
}
