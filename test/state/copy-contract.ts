/** What every place for a state must do with a copy of several parts: it is there as a whole, or nobody relies on any of it. */
import { giveUpPut } from "../../src/library/state/give-up-put";
import { failure } from "../../src/model/diagnostic";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import type { StateCopy } from "../../src/state/copied-state";
import type { CopyOrigin } from "../../src/state/copy-remedies";
import { openState } from "../../src/state/open-state";
import { putState } from "../../src/state/put-state";
import { readState } from "../../src/state/read-state";
import { copyState } from "../../src/state/state-copy";
import { newIdentity, type StateIdentity } from "../../src/state/state-identity";
import type { Storage } from "../../src/state/storage";
import { replaced } from "./replaced";
import { client, run } from "./world";

type Machine = () => Promise<Storage>;

/** A busy machine needs a minute for a branch of git. */
const SLOW_MS = 240_000;
const MANAGERS = ["nagoya", "osaka", "tokyo"];
const own = (storage: Storage, more = {}) => ({
  ...run(nodeFileSystem, { clock: systemClock, storage, ...more }),
});
const unfinished = (remedy: unknown) => ({ diagnostics: [{ code: "state-unfinished", remedy }] });
const said = (text: string) => unfinished(expect.stringContaining(text));

/** A state of three managers, as it was, and as it was once all of them were written to again. */
async function twoCopies(machine: Machine): Promise<readonly [StateCopy, StateCopy]> {
  const copies: StateCopy[] = [];
  for (const generation of [1, 2]) {
    const storage = await machine();
    const state = await openState(own(storage, { managers: MANAGERS }));
    for (const manager of MANAGERS)
      state.put({ ...client("app", "delivered", generation), address: `${manager}/client/app`, manager });
    await state.flush();
    await storage.kept("osaka").write(`0a1${generation}`, `sealed-${generation}`);
    await state.close();
    copies.push((await copyState(await machine())) as StateCopy);
  }
  return copies as [StateCopy, StateCopy];
}

/** The storage of a process that dies right before one of its writes. */
function mortal(storage: Storage, at: number) {
  const life = { writes: 0 };
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    if (life.writes++ >= at) throw new Error("killed");
    return work();
  };
  const dying = replaced(storage, {
    hold: async (manager, lock) => {
      const held = await storage.hold(manager, lock);
      return replaced(held, {
        settle: (seen, next) => write(() => held.settle(seen, next)),
        log: (length, torn) => {
          const log = held.log(length, torn);
          return replaced(log, { install: (bytes) => write(() => log.install(bytes)) });
        },
      });
    },
    kept: (manager) => {
      const kept = storage.kept(manager);
      return replaced(kept, { write: (name, text) => write(() => kept.write(name, text)) });
    },
  });
  return { storage: dying, isDead: () => life.writes > at };
}

/** Whether all runs go on, or all of them are refused with the words of `remedy`. `turn`: which manager's run it is. */
async function goesOn(machine: Machine, remedy: string, turn = 0): Promise<boolean> {
  const [manager = ""] = ["nagoya", "kobe", "tokyo"].slice(turn % 4);
  const underNewKey = { managers: MANAGERS, keyId: "key-2", isNewState: true };
  const runs: (() => Promise<unknown>)[] = [
    async () => readState(own(await machine())),
    async () => copyState(await machine()),
    async () =>
      (await openState(own(await machine(), turn % 4 === 3 ? underNewKey : { managers: [manager] }))).close(),
  ];
  const refused: unknown[] = [];
  for (const each of runs) await each().catch((reason) => refused.push(reason));
  for (const reason of refused) expect(reason).toMatchObject(said(remedy));
  expect([0, runs.length]).toContain(refused.length);
  return refused.length === 0;
}

async function killed(machine: Machine, copy: StateCopy, at: number, origin?: CopyOrigin): Promise<boolean> {
  const { storage, isDead } = mortal(await machine(), at);
  const put = putState(copy, { ...own(storage), ...(origin && { origin }) });
  const end = await put.then(
    () => undefined,
    (error: Error) => error.message,
  );
  expect(end).toBe(isDead() ? "killed" : undefined);
  return isDead();
}

/** A server that cannot be asked any more right after, or `instead` of, the next change of the note. */
function unreachableAt(storage: Storage, when: "after" | "instead"): Storage {
  return replaced(storage, {
    hold: async (manager, lock) => {
      const held = await storage.hold(manager, lock);
      return replaced(held, {
        settle: async (seen, next) => {
          if (when === "after") await held.settle(seen, next);
          throw failure({ code: "state-unreachable", summary: "no answer" });
        },
      });
    },
  });
}

/** The storage, where something happens right before the note is changed for the first time. */
function beforeSettling(storage: Storage, happens: () => Promise<void>): Storage {
  let isLate = false;
  return replaced(storage, {
    hold: async (manager, lock) => {
      const held = await storage.hold(manager, lock);
      return replaced(held, {
        settle: async (seen, next) => {
          if (!isLate) await happens();
          isLate = true;
          return held.settle(seen, next);
        },
      });
    },
  });
}

async function beginKobe(storage: Storage): Promise<void> {
  const state = await openState(own(storage, { managers: ["kobe"] }));
  state.put({ ...client("app"), address: "kobe/client/app", manager: "kobe" });
  await state.close();
}

export function putsACopyWhole(prepare: () => Machine): void {
  test.each<[string, CopyOrigin, string]>([
    [
      "pushed",
      { file: "b.json", fromAnywhere: "/backup of/b.json" },
      "`jp1im state push '/backup of/b.json'`",
    ],
    ["migrated", { from: ".jp1im", fromAnywhere: "/srv/.jp1im" }, "`jp1im state migrate /srv/.jp1im`"],
  ])(
    "a copy that is %s is there as a whole or not at all, whenever and however often the run dies",
    async (_, origin, words) => {
      const [former, copy] = await twoCopies(prepare());
      const machine = prepare();
      // Over a former state, and in an empty place.
      const isOver = "file" in origin;
      if (isOver) await putState(former, own(await machine()));
      // Each run comes further by one write.
      for (let runs = 0, dies = true; dies; runs++) {
        dies = await killed(machine, copy, Math.min(runs, 2), origin);
        const isWhole = await goesOn(machine, words, runs);
        expect([runs, isWhole]).toEqual([runs, runs === 0 || !dies]);
        if (!isWhole) continue;
        expect(await copyState(await machine())).toEqual(dies ? (isOver ? former : undefined) : copy);
      }
    },
    SLOW_MS,
  );

  test(
    "a copy of which only the note was written says so, with an ID that stays right after a retry",
    async () => {
      const machine = prepare();
      const [former, copy] = await twoCopies(prepare());
      await putState(former, own(await machine()));
      const put = async (when: "after" | "instead") =>
        putState(copy, own(unreachableAt(await machine(), when)));
      const unreachable = { code: "state-unreachable" };
      await expect(put("instead")).rejects.toMatchObject({ diagnostics: [unreachable] });
      expect(await copyState(await machine())).toEqual(former);
      await expect(put("after")).rejects.toMatchObject({
        diagnostics: [unreachable, { code: "copy-incomplete" }],
      });
      const { id = "" } = (await (await machine()).identity())?.put ?? {};
      for (const when of ["after", "instead"] as const)
        await expect(put(when)).rejects.toMatchObject({
          diagnostics: [unreachable, { remedy: expect.stringContaining(`state unlock ${id}`) }],
        });
      expect(await giveUpPut(id, await machine(), own(await machine()))).toMatchObject({ id });
      expect(await copyState(await machine())).toEqual(former);
    },
    SLOW_MS,
  );

  test(
    "a copy gives way to a run that began another state, gave it another key, or puts a copy meanwhile",
    async () => {
      const machine = prepare();
      const [former, copy] = await twoCopies(prepare());
      await putState(former, own(await machine()));
      const began = {
        managers: ["kobe"],
        again: ["state", "push"],
        who: "ops",
        host: "h",
        pid: 7,
        since: "now",
      };
      for (const [other, code] of [
        [{ lineage: "another" }, "state-conflict"],
        [{ keyId: "key-9" }, "state-locked"],
        [{ put: { id: "0123456789abcdef", unfinished: began } }, "state-unfinished"],
      ] as const) {
        const before = await (await machine()).identity();
        const next = newIdentity(copy.lineage, before?.keyId, before?.put);
        const settle = async (seen: StateIdentity | undefined, to: StateIdentity) => {
          const held = await (await machine()).hold("kobe", own(await machine()));
          expect(await held.settle(seen, to)).toEqual(to);
          await held.release();
        };
        const storage = beforeSettling(await machine(), () => settle(before, { ...next, ...other }));
        await expect(putState(copy, own(storage))).rejects.toMatchObject({ diagnostics: [{ code }] });
        expect(await (await machine()).identity()).toEqual({ ...next, ...other });
        await settle({ ...next, ...other }, next);
        expect(await copyState(await machine())).toEqual(former);
      }
    },
    SLOW_MS,
  );

  test(
    "a copy of fewer managers does not finish another one, and a newer whole one does",
    async () => {
      const [source, machine] = [prepare(), prepare()];
      const [former, copy] = await twoCopies(source);
      await putState(former, own(await machine()));
      await killed(machine, copy, 3);
      const part = { ...copy, managers: new Map([...copy.managers].slice(1)) };
      for (const force of [false, true])
        await expect(putState(part, { ...own(await machine()), force })).rejects.toMatchObject(
          said("finish it with the same command: `jp1im state push BACKUP`"),
        );
      await expect(putState(former, own(await machine()))).rejects.toMatchObject({
        diagnostics: [{ code: "state-conflict" }],
      });
      const state = await openState(own(await source()));
      state.put(client("web"));
      await state.close();
      const newer = (await copyState(await source())) as StateCopy;
      await putState(newer, own(await machine()));
      expect(await copyState(await machine())).toEqual(newer);
    },
    SLOW_MS,
  );

  test(
    "a copy that went on from an older one does not go over what was written since, however far it counted",
    async () => {
      const [source, machine] = [prepare(), prepare()];
      const [former] = await twoCopies(prepare());
      for (const each of [source, machine]) await putState(former, own(await each()));
      const goOn = async (place: Machine, ids: readonly string[], more = {}) => {
        const state = await openState(own(await place(), more));
        for (const id of ids) state.put(client(id));
        await state.close();
        return (await copyState(await place())) as StateCopy;
      };
      const there = await goOn(machine, ["web"]);
      const longer = await goOn(source, ["api", "batch"]);
      await expect(putState(longer, own(await machine()))).rejects.toMatchObject({
        diagnostics: [{ code: "state-conflict", address: "tokyo" }],
      });
      expect(await copyState(await machine())).toEqual(there);
      await putState(longer, { ...own(await machine()), force: true });
      expect(await copyState(await machine())).toEqual(longer);
      // What was only written to goes on, also once it was compacted.
      const newest = await goOn(source, ["more"]);
      await putState(newest, own(await machine()));
      const compacted = await goOn(source, ["even-more"], { rewrites: true });
      await putState(compacted, own(await machine()));
      expect(await copyState(await machine())).toEqual(compacted);
    },
    SLOW_MS,
  );

  test(
    "what is there of a copy is the state where somebody gives the rest up, and not while that is being put",
    async () => {
      const machine = prepare();
      const [former, copy] = await twoCopies(prepare());
      await putState(former, own(await machine()));
      await killed(machine, copy, 3);
      const { id = "" } = (await (await machine()).identity())?.put ?? {};
      const holder = await (await machine()).hold("tokyo", own(await machine(), { host: "b" }));
      const early = giveUpPut(id, await machine(), own(await machine()));
      await expect(early).rejects.toMatchObject({ diagnostics: [{ code: "state-locked" }] });
      await holder.release();
      expect(await giveUpPut("another", await machine(), own(await machine()))).toBeUndefined();
      expect(await goesOn(machine, "jp1im state push")).toBe(false);
      const given = await giveUpPut(id, await machine(), own(await machine()));
      expect(given).toMatchObject({ id, manager: "nagoya, osaka, tokyo", command: "state push" });
      expect(await giveUpPut(id, await machine(), own(await machine()))).toBeUndefined();
      const { managers = new Map() } = (await copyState(await machine())) ?? {};
      expect([...managers].map(([name, { serial }]) => [name, serial])).toEqual([
        ["nagoya", 2],
        ["osaka", 1],
        ["tokyo", 1],
      ]);
      await putState(copy, own(await machine()));
      expect(await copyState(await machine())).toEqual(copy);
    },
    SLOW_MS,
  );

  test(
    "a copy under another key gives way to a part that is begun under the former one right before its note",
    async () => {
      const [source, machine] = [prepare(), prepare()];
      // No copy was put there before, so that its note says less than the one that gives way.
      const [, former] = await twoCopies(machine);
      await putState(former, own(await source()));
      const next = await openState(
        own(await source(), { managers: MANAGERS, keyId: "key-2", isNewState: true }),
      );
      next.put(client("app", "delivered", 3));
      await next.flush();
      await next.close();
      const copy = (await copyState(await source())) as StateCopy;
      const before = await (await machine()).identity();
      const storage = beforeSettling(await machine(), async () => beginKobe(await machine()));
      const report = jest.fn();
      await expect(putState(copy, { ...own(storage), force: true, report })).rejects.toMatchObject({
        diagnostics: [{ code: "state-key", summary: expect.stringContaining("that of kobe would stay") }],
      });
      // It replaces nothing, so that it warns of nothing.
      expect(report).not.toHaveBeenCalled();
      expect(await (await machine()).identity()).toEqual(before);
      const managers = new Map((await copyState(await machine()))?.managers);
      managers.delete("kobe");
      expect(managers).toEqual(former.managers);
      // A put that was killed before it could give way left the note of its key. The next one says what that means.
      const held = await (await machine()).hold("tokyo", own(await machine()));
      await held.settle(before, { lineage: copy.lineage, keyId: "key-2" });
      await held.release();
      await putState(copy, { ...own(await machine()), force: true, report });
      expect(report.mock.calls).toMatchObject([
        [{ code: "state-key", severity: "warning", summary: expect.stringContaining("kobe is under") }],
        [{ code: "state-conflict", severity: "warning" }],
      ]);
    },
    SLOW_MS,
  );

  test(
    "while a copy is being put, nothing is read and no other part is begun, and a copy that was being made is none",
    async () => {
      const machine = prepare();
      const [former, copy] = await twoCopies(prepare());
      await putState(former, own(await machine()));
      const late = await openState(own(await machine(), { managers: ["kobe"] }));
      const waits = unfinished(expect.stringMatching(/^wait until that run has ended; .*state push BACKUP/));
      const [plain, seen] = [await machine(), [] as unknown[]];
      const storage = replaced(plain, {
        kept: (manager) => {
          const kept = plain.kept(manager);
          const write = async (name: string, text: string) => {
            const reading = readState(own(await machine()));
            late.put({ ...client("app"), address: "kobe/client/app", manager: "kobe" });
            seen.push(...(await Promise.allSettled([reading, late.flush()])));
            await kept.write(name, text);
          };
          return replaced(kept, { write });
        },
      });
      const { put: before } = (await (await machine()).identity()) ?? {};
      const reader = await machine();
      let isPut = false;
      const slow = replaced(reader, {
        read: async (manager) => {
          const bytes = await reader.read(manager);
          if (!isPut) await putState(copy, { ...own(storage), command: "state push" });
          isPut = true;
          return bytes;
        },
      });
      const copied = await copyState(slow).catch((reason: unknown) => reason);
      await late.close().catch(() => undefined);
      expect(copied).toMatchObject({ diagnostics: [{ code: "state-locked" }] });
      expect(seen).toMatchObject([{ reason: waits }, { reason: waits }]);
      expect((await (await machine()).identity())?.put?.id).not.toBe(before?.id);
      expect(await copyState(await machine())).toEqual(copy);
    },
    SLOW_MS,
  );
}
