/** What comes in the way of a run at one of its waits for the place of its state: at each of them in turn. */
import { DiagnosticError, failure } from "../../src/model/diagnostic";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import type { HeldPartition, PartitionLog, Storage } from "../../src/state/storage";
import { asker, client, run } from "./world";

type Machine = () => Promise<Storage>;
type Moment = "before" | "after";

const SLOW_MS = 500_000;
/** Methods that do not wait. What they return may. */
const PLAIN = ["describe", "isGone", "log", "kept"];

const own = (storage: Storage, more = {}) => ({
  ...run(nodeFileSystem, { clock: systemClock, storage, ...more }),
});

/** The run that is struck, and what others do meanwhile. */
class StruckRun {
  /** Clients whose record was flushed, by this run and by others. */
  readonly flushed: string[] = [];
  wasStruck = false;
  readonly #machine: Machine;
  readonly #held: HeldPartition[] = [];
  readonly #logs: PartitionLog[] = [];
  #isKilled = false;
  #closeOther = async () => {};

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Writes two clients and a kept secret. Resolves to `ended` or to the code of its error. */
  async play(strike: (moment: Moment) => Promise<void>): Promise<string> {
    const wait = async (moment: Moment) => {
      if (this.#isKilled) throw new Error("killed");
      await strike(moment);
    };
    const storage = this.#watched(await this.#machine(), wait);
    try {
      await this.#write(storage);
      return "ended";
    } catch (error) {
      return error instanceof DiagnosticError ? (error.diagnostics[0]?.code ?? "") : String(error);
    }
  }

  async #write(storage: Storage): Promise<void> {
    const state = await openState(own(storage));
    try {
      for (const id of ["app", "web"]) {
        state.put(client(id));
        await state.flush();
        this.flushed.push(id);
        if (id === "app") await storage.kept("tokyo").write("0a1b", "sealed");
        else await storage.kept("tokyo").remove("0a1b");
      }
    } finally {
      await state.close();
    }
  }

  kill(): never {
    this.#isKilled = true;
    throw new Error("killed");
  }

  /** Another run, which may stay at work. */
  async other(id: string, isAtWork = false): Promise<void> {
    const state = await openState(own(await this.#machine(), { host: "elsewhere" }));
    state.put(client(id));
    await state.flush();
    this.flushed.push(id);
    if (isAtWork) this.#closeOther = () => state.close();
    else await state.close();
  }

  async unlock(): Promise<void> {
    const storage = await this.#machine();
    const holder = await storage.holder("tokyo", asker);
    if (holder !== undefined) await storage.unlock("tokyo", holder.id, asker);
  }

  /** Nobody holds a lock, or renews one, any more. */
  async end(): Promise<void> {
    await this.#closeOther();
    for (const log of this.#logs) await log.close().catch(() => undefined);
    for (const held of this.#held) await held.release();
  }

  /** The same, with a call of `wait` around each wait, those for locks, logs and kept secrets included. */
  #watched<T extends object>(target: T, wait: (moment: Moment) => Promise<void>): T {
    const inner = <R>(result: R): R =>
      typeof result === "object" && result !== null && !Array.isArray(result)
        ? (this.#watched(result, wait) as R)
        : result;
    return new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        const call = (...given: unknown[]): unknown => Reflect.apply(member, target, given);
        if (PLAIN.includes(String(name)))
          return (...given: unknown[]) => {
            const result = call(...given);
            if (name === "log") this.#logs.push(result as PartitionLog);
            return inner(result);
          };
        return async (...given: unknown[]) => {
          await wait("before");
          const result = await call(...given);
          if (name === "hold") this.#held.push(result as HeldPartition);
          await wait("after");
          return name === "hold" ? inner(result) : result;
        };
      },
    });
  }
}

interface Fault {
  readonly moment: Moment;
  strike(run: StruckRun): Promise<void>;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "is killed before": { moment: "before", strike: async (own) => own.kill() },
  "is killed after": { moment: "after", strike: async (own) => own.kill() },
  "gets no answer to": {
    moment: "after",
    strike: async () => {
      throw failure({ code: "state-unreachable", summary: "no answer" });
    },
  },
  "meets a second run at": {
    moment: "before",
    strike: (own) =>
      own.other("second").catch((error) => {
        if (!(error instanceof DiagnosticError) || error.diagnostics[0]?.code !== "state-locked") throw error;
      }),
  },
  "loses its lock to a run that ends before": {
    moment: "before",
    strike: async (own) => {
      await own.unlock();
      await own.other("next");
    },
  },
  "loses its lock to a run that is at work at": {
    moment: "before",
    strike: async (own) => {
      await own.unlock();
      await own.other("next", true);
    },
  },
};

async function seen(machine: Machine) {
  const view = await readState(own(await machine(), { report: () => undefined }));
  const ids = [...view.records()].map(({ address }) => address.replace("tokyo/client/", ""));
  return { ids, damaged: view.damaged.size, serial: view.serial("tokyo") };
}

/** Plays a run that is struck at one wait, and returns whether it has that many. */
async function isStruckAt(number: number, { moment, strike }: Fault, machine: Machine): Promise<boolean> {
  let waits = 0;
  const struck = new StruckRun(machine);
  const end = await struck.play(async (now) => {
    if (now !== moment || waits++ !== number) return;
    struck.wasStruck = true;
    await strike(struck);
  });
  const flushed = [...struck.flushed];
  await struck.end();
  const between = await seen(machine);
  expect({ number, end, ...between }).toMatchObject({ damaged: 0, ids: expect.arrayContaining(flushed) });
  // Who lost the lock writes nothing under it, and says so.
  if (flushed.includes("next") && !flushed.includes("web")) expect(end).not.toBe("ended");
  const next = await openState(own(await machine(), { pid: 7, isProcessAlive: () => false }));
  next.put(client("third"));
  await next.close();
  expect({ number, end, ...(await seen(machine)) }).toMatchObject({
    ...{ damaged: 0, serial: between.serial + 1 },
    ids: expect.arrayContaining([...flushed, "third"]),
  });
  return struck.wasStruck;
}

/**
 * `prepare` makes a new state; each call of what it gives is another machine's view of it. `inTurn`: the waits to try,
 * all by default.
 */
export function survivesEveryWait(
  prepare: () => Machine,
  inTurn: (number: number) => boolean = () => true,
): void {
  test.each(Object.keys(FAULTS))(
    "a run that %s any of its waits leaves a whole state with all that was flushed",
    async (name) => {
      const fault = FAULTS[name] as Fault;
      let number = 0;
      for (let isStruck = true; isStruck; number++)
        if (inTurn(number)) isStruck = await isStruckAt(number, fault, prepare());
      expect(number).toBeGreaterThan(15);
    },
    SLOW_MS,
  );
}
