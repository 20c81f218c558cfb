import type { FileSystem } from "../../src/platform/file-system";
import { MemoryFileSystem } from "../platform/memory-file-system";
import type { Chance } from "./chance";
import { setMinimumWaste } from "./compaction";
import { ProcessFiles } from "./process-files";
import type { VirtualTime } from "./virtual-time";

/** How a process ends before its time: by a signal, with its machine, or by Ctrl-C. */
export interface Fate {
  readonly type: "kill" | "power" | "cancel";
  /** The wait at which it happens: a call of the file system, a request that leaves, or an answer that comes. */
  readonly at: number;
}

/** What a run meets on its disk: from the `from`th call that it fits on, so many times. */
export interface FileFault {
  readonly type: "disk-full" | "rename-fails" | "sync-fails" | "read-fails" | "unlink-fails";
  readonly from: number;
  readonly times: number;
}

/**
 * A process that is stopped for a while: at its next look at anything after so many waits, at so many answers to writes,
 * or at so many calls that draft a log.
 */
export interface Sleep {
  readonly at: number;
  readonly of: "waits" | "writes" | "drafts";
  readonly ms: number;
}

/** Where a process waits. At `other` places it does what it has decided, without another look. */
export type WaitPlace = "look" | "write answered" | "draft" | "other";

export interface ProcessOptions {
  readonly host: string;
  readonly fate?: Fate | undefined;
  readonly fileFault?: FileFault | undefined;
  readonly sleep?: Sleep | undefined;
  readonly onSleep?: () => void;
  /** Calls of the file system take time, so that other runs come between. */
  readonly slowFiles: boolean;
  /** Dead bytes below which the log of the state is left as it is. */
  readonly minimumWaste?: number | undefined;
  /** Called at every wait, counted from 1. */
  readonly onWait?: (count: number) => void;
}

/** The disk that the state is on, and the processes that work with it, from one host or several. */
export class Machine {
  disk: MemoryFileSystem;
  readonly time: VirtualTime;
  chance: Chance;
  /** Called for each mishap that really happened. */
  readonly onFault: (kind: string) => void;
  /** Every name that the tool ever gave to a file. */
  readonly written = new Set<string>();
  readonly #processes: SimulatedProcess[] = [];

  constructor(time: VirtualTime, chance: Chance, onFault: (kind: string) => void) {
    this.time = time;
    this.chance = chance;
    this.onFault = onFault;
    this.disk = new MemoryFileSystem({
      random: () => this.chance.int(0, 999_999) / 1_000_000,
      now: () => time.now(),
    });
  }

  start(options: ProcessOptions): SimulatedProcess {
    const process = new SimulatedProcess(this, 100 + this.#processes.length, options);
    this.#processes.push(process);
    return process;
  }

  isAlive(host: string, pid: number): boolean {
    return this.#processes.some((process) => process.host === host && process.pid === pid && process.alive);
  }

  /** The power goes: what was not synced is there or not, and nobody lives. */
  losePower(): void {
    for (const process of this.#processes) process.end("power");
    this.disk = this.disk.survivor();
  }
}

/** One run of the program, which can die at every wait. A dead process does nothing more: its waits never end. */
export class SimulatedProcess {
  readonly pid: number;
  readonly host: string;
  readonly machine: Machine;
  readonly options: ProcessOptions;
  readonly files: FileSystem;
  readonly died: Promise<"kill" | "power">;
  alive = true;
  /** It fell asleep, and has woken up again. */
  hasSlept = false;
  /** Files that it has open to read them. */
  openFiles = 0;
  /** How it died. */
  death: "kill" | "power" | undefined;
  #die: (how: "kill" | "power") => void = () => {};
  readonly #cancelled = new AbortController();
  #waits = 0;
  #tiring = 0;
  #sleep: Promise<void> | undefined;

  constructor(machine: Machine, pid: number, options: ProcessOptions) {
    this.machine = machine;
    this.pid = pid;
    this.host = options.host;
    this.options = options;
    this.files = new ProcessFiles(this);
    setMinimumWaste(this.signal, options.minimumWaste);
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  get signal(): AbortSignal {
    return this.#cancelled.signal;
  }

  /** It ended as programs do. */
  exit(): void {
    this.alive = false;
  }

  end(how: "kill" | "power"): void {
    if (!this.alive) return;
    this.alive = false;
    this.death = how;
    this.#die(how);
  }

  /** A point at which the process can die or fall asleep. Never resolves once it is dead. */
  async wait(place: WaitPlace = "other"): Promise<void> {
    if (this.alive) this.#meetFate();
    if (this.#isTired(place)) this.#fallAsleep();
    // Whatever it has decided to do it does before: nothing comes between a look at the lock and what follows.
    if (place !== "other") await this.#sleep;
    // A promise of its own: one that all the dead share would keep them all in memory.
    if (!this.alive) await new Promise(() => {});
  }

  #isTired(place: WaitPlace): boolean {
    const { sleep } = this.options;
    if (!sleep || this.#sleep !== undefined) return false;
    if (sleep.of === "waits") return place !== "other" && place !== "draft" && this.#waits >= sleep.at;
    return place === (sleep.of === "writes" ? "write answered" : "draft") && ++this.#tiring === sleep.at;
  }

  #fallAsleep(): void {
    this.#sleep = this.machine.time.sleep(this.options.sleep?.ms ?? 0).then(() => {
      this.hasSlept = true;
    });
    this.machine.onFault("process: sleeps");
    this.options.onSleep?.();
  }

  #meetFate(): void {
    this.#waits++;
    this.options.onWait?.(this.#waits);
    const { fate } = this.options;
    if (fate?.at !== this.#waits) return;
    this.machine.onFault(`process: ${fate.type}`);
    if (fate.type === "cancel") this.#cancelled.abort();
    else if (fate.type === "power") this.machine.losePower();
    else this.end("kill");
  }
}
