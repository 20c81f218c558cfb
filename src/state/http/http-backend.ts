/**
 * A state on a server of Terraform's HTTP protocol: a document for each manager, which a flush sends whole, under the lock that
 * the server keeps. The server alone says who holds a lock, and only to those who want it; so the document names the run that
 * writes it as well, for those who only look.
 */
import type { LockHolder } from "../../model/state-listing";
import type { Clock } from "../../platform/clock";
import type { Random } from "../../platform/random";
import { hiddenPart } from "../hidden-part";
import { addHeldHere, dropHeldHere } from "../lock/held-here";
import { type LockOwner, lockLost, newHolder } from "../lock/holder";
import { isCorrupted, isDamage } from "../read-partition";
import { LockLostError, type PartitionChange, type RemoteBackend } from "../remote/backend";
import type { StateIdentity } from "../state-identity";
import {
  type Document,
  documentToJson,
  type PartitionContent,
  partitionFromJson,
  serialInDamaged,
} from "./document";
import { LastRead } from "./last-read";
import { holderOf, type LockInfo, withoutHeartbeat } from "./lock-info";
import { ManagerIndex } from "./manager-index";
import type { StateServer } from "./state-server";

type PartitionDocument = Document & { readonly content: PartitionContent };

interface Held {
  readonly manager: string;
  readonly holder: LockHolder;
  /** Whether the list of managers says that the part was written. */
  isBegun?: boolean;
  /** As this run read or wrote it last: nobody else writes it. Absent when that is not certain. */
  document?: PartitionDocument | undefined;
}

export interface HttpBackendOptions {
  /** The address, with `{manager}` in it. */
  readonly location: string;
  readonly server: StateServer;
  /** Who is named by a lock that is held for a moment. */
  readonly owner: LockOwner;
  readonly clock: Clock;
  readonly random: Random;
}

export class HttpBackend implements RemoteBackend {
  readonly location: string;
  readonly #server: StateServer;
  readonly #clock: Clock;
  readonly #passing: () => LockHolder;
  readonly #index: ManagerIndex;
  readonly #held = new Map<string, Held>();
  readonly #seen = new Map<string, LastRead<PartitionDocument>>();

  constructor({ location, server, owner, clock, random }: HttpBackendOptions) {
    this.location = location;
    this.#server = server;
    this.#clock = clock;
    this.#passing = () => newHolder({ ...owner, command: "state", clock, random });
    this.#index = new ManagerIndex({ server, clock, newHolder: this.#passing });
  }

  describe(manager: string, file?: string): string {
    return `${this.#server.url(manager)}${file === undefined ? "" : `#${file}`}`;
  }

  identity(isFresh = false): Promise<StateIdentity | undefined> {
    if (isFresh) for (const seen of this.#seen.values()) seen.forget();
    return this.#index.identity(isFresh);
  }

  managers(): Promise<readonly string[]> {
    return this.#index.managers();
  }

  async read(manager: string, isHeld = false): Promise<Buffer | undefined> {
    const held = isHeld ? this.#held.get(manager) : undefined;
    // Before the document: another run may write both.
    const isBegun = held ? held.isBegun : await this.#index.hasBegun(manager);
    const seen = held ? await this.#fetch(manager) : await this.#look(manager);
    // What was seen a moment ago may be from before the first write.
    const document = isBegun && isAbsent(seen) ? await this.#fetch(manager) : seen;
    if (isBegun && isAbsent(document)) throw hiddenPart(manager, this.#server.url(manager));
    if (held) held.document = document;
    return document.content.log;
  }

  async forget(manager: string): Promise<boolean> {
    if (!isAbsent(await this.#fetch(manager))) return false;
    await this.#index.remove(manager);
    return true;
  }

  async holder(manager: string, asks = false): Promise<LockHolder | undefined> {
    const noted = (await this.#noted(manager)).lock;
    if (!asks) return noted && withoutHeartbeat(noted);
    const other = await this.#clean(manager);
    return other && holderOf(other, noted);
  }

  async swapLock(
    manager: string,
    expected: string | undefined,
    next: LockHolder | undefined,
  ): Promise<boolean | LockHolder> {
    // The protocol has no heartbeat.
    if (expected === next?.id) return true;
    if (expected !== undefined) {
      const wasThere = await this.#remove(manager, expected, next === undefined);
      if (next === undefined) return wasThere;
    }
    return next === undefined || this.#take(manager, next);
  }

  async write(manager: string, lockId: string, change: PartitionChange): Promise<void> {
    const held = this.#held.get(manager);
    if (held?.holder.id !== lockId) throw new LockLostError();
    if (change.do === "settle") return this.#settle(held, change);
    const before = held.document ?? (await this.#fetchToWrite(manager));
    await this.#put(held, before, { ...applyTo(before.content, change), lock: held.holder });
    // Where it fails, the next write makes up for it.
    held.isBegun ||= await this.#noteBegun(manager).catch(() => false);
  }

  async #noteBegun(manager: string): Promise<boolean> {
    await this.#index.begin(manager);
    return true;
  }

  /** Only a write shows whether the lock is still ours; a state that is new has nothing that could be lost. */
  #settle(held: Held, { seen, next }: Extract<PartitionChange, { do: "settle" }>): Promise<void> {
    const { manager, holder: lock } = held;
    const prove = async () => {
      if (seen?.keyId === undefined) return;
      const before = held.document ?? (await this.#fetchToWrite(manager));
      await this.#put(held, before, { ...before.content, lock }).catch((error) => {
        throw error instanceof LockLostError ? lockLost(this.describe(manager), undefined) : error;
      });
    };
    return this.#index.settle(seen, next, prove);
  }

  async keptNames(manager: string): Promise<readonly string[]> {
    return [...(await this.#noted(manager)).kept.keys()].sort();
  }

  async readKept(manager: string, name: string): Promise<string | undefined> {
    return (await this.#noted(manager)).kept.get(name);
  }

  /** True when the lock is ours, else who has it. */
  async #take(manager: string, own: LockHolder): Promise<true | LockHolder> {
    // Listed from here on, so that `state unlock` finds the lock of a run that died before its first write.
    await this.#index.add(manager);
    const isBegun = await this.#index.hasBegun(manager);
    const other = await this.#server.lock(manager, own);
    // What was seen without the lock may be older than what its last holder wrote.
    this.#seenOf(manager).forget();
    if (other !== undefined) return holderOf(other, (await this.#noted(manager)).lock);
    this.#held.set(manager, { manager, holder: own, isBegun });
    this.#index.forget();
    return true;
  }

  /** Removes a lock, this run's or by force; false where it was not there. */
  async #remove(manager: string, id: string, isLast: boolean): Promise<boolean> {
    const held = this.#held.get(manager);
    if (held?.holder.id === id) {
      return this.#giveBack(held);
    }
    const wasThere = await this.#server.unlock(manager, { ...this.#passing(), id });
    if (wasThere && isLast) await this.#clean(manager);
    return wasThere;
  }

  async #giveBack(held: Held): Promise<boolean> {
    const { manager, holder } = held;
    const isNoted = held.document?.content.lock !== undefined;
    await this.#removeNote(held);
    this.#held.delete(manager);
    return this.#server.unlock(manager, holder).catch(async (error: unknown) => {
      // By the note alone, the next run of this host may know that it can take over the lock.
      const { document } = held;
      if (isNoted && document !== undefined)
        await this.#put(held, document, { ...document.content, lock: holder }).catch(() => undefined);
      throw error;
    });
  }

  /**
   * Under a lock of a moment, removes from the document the name of a run that no longer holds the lock. Resolves to who has it,
   * where that is another one.
   */
  async #clean(manager: string): Promise<LockInfo | undefined> {
    const holder = this.#passing();
    // Other runs of this process must take it for that of a live run.
    addHeldHere(holder.id);
    try {
      const other = await this.#server.lock(manager, holder);
      if (other !== undefined) return other;
      const document = await this.#fetch(manager).catch(() => undefined);
      await this.#removeNote({ manager, holder, document });
      await this.#server.unlock(manager, holder);
      return undefined;
    } finally {
      dropHeldHere(holder.id);
    }
  }

  /** Where this fails, the document names a run that has ended. The lock itself is what counts. */
  async #removeNote(held: Held): Promise<void> {
    const { document } = held;
    if (document?.content.lock === undefined) return;
    const { lock: _ended, ...content } = document.content;
    await this.#put(held, document, content).catch(() => undefined);
  }

  async #put(held: Held, before: Document, content: PartitionContent): Promise<void> {
    const { manager } = content;
    const lineage = before.lineage ?? (await this.identity())?.lineage;
    const document = { serial: before.serial + 1, ...(lineage !== undefined && { lineage }), content };
    held.document = undefined;
    try {
      await this.#server.put(manager, documentToJson(document), held.holder.id);
    } catch (error) {
      if (error instanceof LockLostError && this.#held.get(manager) === held) this.#held.delete(manager);
      throw error;
    } finally {
      this.#seenOf(manager).forget();
    }
    held.document = document;
  }

  /** Nothing in a document that cannot be read: what is wrong with it is reported where its log is read. */
  async #noted(manager: string): Promise<PartitionContent> {
    try {
      return (await this.#look(manager)).content;
    } catch (error) {
      if (isDamage(error)) return { manager, kept: new Map() };
      throw error;
    }
  }

  async #look(manager: string): Promise<PartitionDocument> {
    const own = this.#held.get(manager)?.document;
    if (own !== undefined) return own;
    return this.#seenOf(manager).look(() => this.#read(manager));
  }

  #fetch(manager: string): Promise<PartitionDocument> {
    return this.#seenOf(manager).fetch(() => this.#read(manager));
  }

  /** Nothing of a damaged one: a run that writes there puts a copy in its place. */
  async #fetchToWrite(manager: string): Promise<PartitionDocument> {
    try {
      return await this.#fetch(manager);
    } catch (error) {
      if (!isCorrupted(error)) throw error;
      const serial = serialInDamaged(await this.#server.get(manager));
      return { serial, content: { manager, kept: new Map<string, string>() } };
    }
  }

  async #read(manager: string): Promise<PartitionDocument> {
    const text = await this.#server.get(manager);
    return text === undefined
      ? { serial: 0, content: { manager, kept: new Map<string, string>() } }
      : partitionFromJson(text, manager, this.#server.url(manager));
  }

  #seenOf(manager: string): LastRead<PartitionDocument> {
    const seen = this.#seen.get(manager) ?? new LastRead<PartitionDocument>(this.#clock);
    this.#seen.set(manager, seen);
    return seen;
  }
}

function isAbsent({ serial }: PartitionDocument): boolean {
  return serial === 0;
}

function applyTo(content: PartitionContent, change: PartitionChange): PartitionContent {
  switch (change.do) {
    case "append":
      return { ...content, log: Buffer.concat([content.log ?? Buffer.alloc(0), change.log]) };
    case "replace":
      return { ...content, log: change.log };
    case "keep":
      return { ...content, kept: new Map([...content.kept, [change.name, change.text]]) };
    case "remove":
      return { ...content, kept: new Map([...content.kept].filter(([name]) => name !== change.name)) };
    case "settle":
      return content;
  }
}
