/**
 * A state on a server of Terraform's HTTP protocol. There is one document for each manager. A flush sends it as a
 * whole, under the server's lock. The server names the holder of a lock only to a run that wants the lock, so the
 * document also names its writer, for readers.
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
  applyTo,
  type Document,
  documentToJson,
  isAbsent,
  isMissing,
  type PartitionContent,
  type PartitionDocument,
  partitionFromJson,
  serialInDamaged,
} from "./document";
import { LastRead } from "./last-read";
import { holderOf, type LockInfo, withoutHeartbeat } from "./lock-info";
import { ManagerIndex } from "./manager-index";
import type { StateServer } from "./state-server";
import { type DeclaredManagers, UnlistedParts } from "./unlisted-parts";

interface Held {
  readonly manager: string;
  readonly holder: LockHolder;
  /** Whether the list of managers records that the part was written. */
  isBegun?: boolean;
  /** As this run read or wrote it last, because no other run writes it. Absent if the content is not certain. */
  document?: PartitionDocument | undefined;
}

export interface HttpBackendOptions {
  /** The address, which contains `{manager}`. */
  readonly location: string;
  readonly server: StateServer;
  /** The owner that short locks name. */
  readonly owner: LockOwner;
  readonly declared: DeclaredManagers;
  readonly clock: Clock;
  readonly random: Random;
}

export class HttpBackend implements RemoteBackend {
  readonly location: string;
  readonly #server: StateServer;
  readonly #clock: Clock;
  readonly #passing: () => LockHolder;
  readonly #index: ManagerIndex;
  readonly #unlisted: UnlistedParts;
  readonly #held = new Map<string, Held>();
  readonly #seen = new Map<string, LastRead<PartitionDocument>>();

  constructor({ location, server, owner, declared, clock, random }: HttpBackendOptions) {
    this.location = location;
    this.#server = server;
    this.#clock = clock;
    this.#passing = () => newHolder({ ...owner, command: "state", clock, random });
    this.#index = new ManagerIndex({ server, clock, newHolder: this.#passing });
    this.#unlisted = new UnlistedParts(declared, (manager) => this.#look(manager));
  }

  describe(manager: string, file?: string): string {
    return `${this.#server.url(manager)}${file === undefined ? "" : `#${file}`}`;
  }

  identity(isFresh = false): Promise<StateIdentity | undefined> {
    if (isFresh) for (const seen of this.#seen.values()) seen.forget();
    return this.#index.identity(isFresh);
  }

  async managers(): Promise<readonly string[]> {
    const listed = await this.#index.managers();
    return [...listed, ...(await this.#findUnlisted(listed)).keys()].sort();
  }

  async #findUnlisted(listed: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    return this.#unlisted.find(listed, (await this.identity()) === undefined);
  }

  async read(manager: string, isHeld = false): Promise<Buffer | undefined> {
    const held = isHeld ? this.#held.get(manager) : undefined;
    // Before the document: another run may write both.
    const isBegun = held ? held.isBegun : await this.#index.hasBegun(manager);
    const seen = held ? await this.#fetch(manager) : await this.#look(manager);
    // A recent read may be older than the first write.
    const document = isBegun && isAbsent(seen) ? await this.#fetch(manager) : seen;
    if (isBegun && isAbsent(document)) throw hiddenPart(manager, this.#server.url(manager));
    if (held) held.document = document;
    return document.content.log;
  }

  async forget(manager: string, begin: () => void): Promise<boolean> {
    if (!(await isMissing(this.#fetch(manager)))) return false;
    begin();
    await this.#index.remove(manager);
    return true;
  }

  async holder(manager: string, begin?: () => void): Promise<LockHolder | undefined> {
    const writer = (await this.#contentOf(manager)).lock;
    if (begin === undefined) return writer && withoutHeartbeat(writer);
    begin();
    const other = await this.#clean(manager);
    return other && holderOf(other, writer);
  }

  async swapLock(
    manager: string,
    expected: string | undefined,
    next: LockHolder | undefined,
    begin: () => void = () => {},
  ): Promise<boolean | LockHolder> {
    // The protocol has no heartbeat.
    if (expected === next?.id) return true;
    if (expected !== undefined) {
      begin();
      const wasThere = await this.#remove(manager, expected, next === undefined);
      if (next === undefined) return wasThere;
    }
    return next === undefined || this.#take(manager, next, begin);
  }

  async write(manager: string, lockId: string, change: PartitionChange): Promise<void> {
    const held = this.#held.get(manager);
    if (held?.holder.id !== lockId) throw new LockLostError();
    if (change.do === "settle") return this.#settle(held, change);
    const before = held.document ?? (await this.#fetchToWrite(manager));
    await this.#put(held, before, { ...applyTo(before.content, change), lock: held.holder });
    // If it fails, the next write repeats it.
    held.isBegun ||= await this.#noteBegun(manager).catch(() => false);
  }

  async #noteBegun(manager: string): Promise<boolean> {
    await this.#index.begin(manager);
    return true;
  }

  /** Only a write shows whether the lock is still ours. A new state has nothing to lose. */
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
    return [...(await this.#contentOf(manager)).kept.keys()].sort();
  }

  async readKept(manager: string, name: string): Promise<string | undefined> {
    return (await this.#contentOf(manager)).kept.get(name);
  }

  /** Returns true if the lock is ours, otherwise its holder. */
  async #take(manager: string, own: LockHolder, begin: () => void): Promise<true | LockHolder> {
    // Adds the manager to the list, so that `state unlock` finds the lock of a run that died before its first write.
    const found = await this.#findUnlisted(await this.#index.managers());
    begin();
    await this.#index.add(
      manager,
      [...found.keys()].filter((name) => found.get(name)),
    );
    const isBegun = await this.#index.hasBegun(manager);
    begin();
    const other = await this.#server.lock(manager, own);
    // A read without the lock may be older than the last holder's write.
    this.#seenOf(manager).forget();
    if (other !== undefined) return holderOf(other, (await this.#contentOf(manager)).lock);
    this.#held.set(manager, { manager, holder: own, isBegun });
    this.#index.forget();
    return true;
  }

  /** Removes this run's lock, or another one by force. Returns false if it did not exist. */
  async #remove(manager: string, id: string, isLast: boolean): Promise<boolean> {
    const held = this.#held.get(manager);
    if (held?.holder.id === id) return this.#giveBack(held);
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
      // The next run on this host may need this note to take over the lock.
      const { document } = held;
      if (isNoted && document !== undefined)
        await this.#put(held, document, { ...document.content, lock: holder }).catch(() => undefined);
      throw error;
    });
  }

  /**
   * Under a short lock, removes from the document the name of a run that no longer holds the lock. Resolves to the
   * holder if it is another run.
   */
  async #clean(manager: string): Promise<LockInfo | undefined> {
    const holder = this.#passing();
    // Other runs of this process must see it as the lock of a live run.
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

  /** If this fails, the document names a run that has ended. Only the lock itself counts. */
  async #removeNote(held: Held): Promise<void> {
    const { document } = held;
    if (document?.content.lock === undefined) return;
    const { lock: _ended, ...content } = document.content;
    await this.#put(held, document, content).catch(() => undefined);
  }

  async #put(held: Held, before: Document, content: PartitionContent): Promise<void> {
    const { manager } = content;
    const lineage = before.lineage ?? (await this.identity())?.lineage;
    const document = { serial: before.serial + 1, lineage, content };
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

  /** Returns an empty part for an unreadable document. Reading its log reports the fault. */
  async #contentOf(manager: string): Promise<PartitionContent> {
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

  /** Returns an empty part for a damaged document, because the run replaces it by a copy. */
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
