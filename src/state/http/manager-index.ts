/**
 * The list of a state's managers, and its lineage, in a separate document, because the protocol cannot list
 * documents. A run writes it when it first takes a manager's lock, and with the first write of the state.
 */
import { failure } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import type { Clock } from "../../platform/clock";
import { lockLost, lockNotRemoved } from "../lock/holder";
import { LockLostError } from "../remote/backend";
import { isSameIdentity, newIdentity, type StateIdentity } from "../state-identity";
import { type Document, documentToJson, type IndexContent, indexFromJson } from "./document";
import { LastRead } from "./last-read";
import { holderOf } from "./lock-info";
import type { StateServer } from "./state-server";

/** A name that no manager can have. */
const NAME = "_managers";
/**
 * Pauses between tries to lock it. A run holds it only for three requests, so a holder beyond `LONGEST_HELD_MS` has
 * died.
 */
const PAUSE_MS = 250;
const LONGEST_HELD_MS = 60_000;
const LONGEST_WAIT_MS = 300_000;
const MOST_TRIES = 5;

type IndexDocument = Document & { readonly content: IndexContent };

export interface IndexOptions {
  readonly server: StateServer;
  readonly clock: Clock;
  /** Creates a holder for a short lock. */
  readonly newHolder: () => LockHolder;
}

export class ManagerIndex {
  readonly #options: IndexOptions;
  readonly #seen: LastRead<IndexDocument | undefined>;
  /** Managers whose part this process has written for the first time. */
  readonly #begun = new Set<string>();
  /** Runs changes one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: IndexOptions) {
    this.#options = options;
    this.#seen = new LastRead(options.clock);
  }

  async managers(): Promise<readonly string[]> {
    return (await this.#look())?.content.managers ?? [];
  }

  async identity(isFresh = false): Promise<StateIdentity | undefined> {
    return identityIn(await (isFresh ? this.#fetch() : this.#look()));
  }

  /** Whether a run has written the manager's part: where its document is missing, it is not to be seen, or lost. */
  async hasBegun(manager: string): Promise<boolean> {
    return (await this.#look())?.content.begun?.includes(manager) === true;
  }

  /** Managers that start at the same time share a write. */
  async begin(manager: string): Promise<void> {
    this.#begun.add(manager);
    await this.#change(({ content, ...rest }) => {
      const { begun = [] } = content;
      const all = [...new Set([...begun, ...this.#begun])].sort();
      // `state rm` may have taken one off the list since its lock was taken.
      const managers = [...new Set([...content.managers, ...this.#begun])].sort();
      const isNoted = all.length === begun.length && managers.length === content.managers.length;
      return isNoted ? undefined : { ...rest, content: { ...content, managers, begun: all } };
    });
  }

  /** Adds a manager, and those whose part was found although they are not on the list. */
  async add(manager: string, unlisted: readonly string[]): Promise<void> {
    await this.#change(({ content, ...rest }) => {
      const managers = [...new Set([...content.managers, manager, ...unlisted])].sort();
      const isNoted = managers.length === content.managers.length;
      const begun = [...new Set([...(content.begun ?? []), ...unlisted])].sort();
      return isNoted ? undefined : { ...rest, content: { ...content, managers, begun } };
    });
  }

  async remove(manager: string): Promise<void> {
    this.#begun.delete(manager);
    const isOther = (name: string) => name !== manager;
    await this.#change(({ content, ...rest }) => {
      const { managers, begun } = content;
      const left = { managers: managers.filter(isOther), begun: begun?.filter(isOther) };
      return managers.includes(manager) ? { ...rest, content: { ...content, ...left } } : undefined;
    });
  }

  /** Makes the next call read the document again. */
  forget(): void {
    this.#seen.forget();
  }

  /**
   * Replaces `seen` by `next`; another identity stays. It calls `prove` right before that, which rejects if the write
   * is not allowed. Rejects if the server confirms the write but does not have it.
   */
  async settle(
    seen: StateIdentity | undefined,
    next: StateIdentity,
    prove: () => Promise<void>,
  ): Promise<void> {
    if (isSameIdentity(seen, next)) return;
    await this.#change((now) => {
      if (!isSameIdentity(identityIn(now), seen)) return undefined;
      const { lineage, ...identity } = next;
      const { managers, begun } = now.content;
      return { ...now, lineage, content: { managers, begun, ...identity } };
    }, prove);
    if ((await this.#fetch())?.lineage === undefined) throw keepsNothing(this.#options.server.url(NAME));
  }

  #look(): Promise<IndexDocument | undefined> {
    return this.#seen.look(() => this.#read());
  }

  #fetch(): Promise<IndexDocument | undefined> {
    return this.#seen.fetch(() => this.#read());
  }

  async #read(): Promise<IndexDocument | undefined> {
    const { server } = this.#options;
    const text = await server.get(NAME);
    return text === undefined ? undefined : indexFromJson(text, server.url(NAME));
  }

  /** `change` returns `undefined` if nothing changes. `prove`: see `settle`. */
  #change(
    change: (now: IndexDocument) => IndexDocument | undefined,
    prove: () => Promise<void> = async () => {},
  ): Promise<void> {
    const result = this.#last.then(async () => {
      const none: IndexDocument = { serial: 0, content: { managers: [] } };
      if (change((await this.#look()) ?? none) === undefined) return;
      for (let tries = 1; ; tries++) {
        const own = await this.#lock();
        try {
          const now = (await this.#fetch()) ?? none;
          const next = change(now);
          if (next === undefined) return;
          await prove();
          await this.#write({ ...next, serial: now.serial + 1 }, own);
          return;
        } catch (error) {
          if (!(error instanceof LockLostError)) throw error;
          if (tries >= MOST_TRIES) throw lockLost(this.#options.server.url(NAME), undefined);
        } finally {
          // If this fails, the next run removes it after a while.
          await this.#options.server.unlock(NAME, own).catch(() => undefined);
        }
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #write(next: IndexDocument, own: LockHolder): Promise<void> {
    this.#seen.forget();
    await this.#options.server.put(NAME, documentToJson(next), own.id);
    this.#seen.replace(next);
  }

  async #lock(): Promise<LockHolder> {
    const { server, clock, newHolder } = this.#options;
    const own = newHolder();
    const until = clock.elapsed() + LONGEST_WAIT_MS;
    let [id, since] = ["", clock.elapsed()];
    for (;;) {
      const other = await server.lock(NAME, own);
      if (other === undefined) return own;
      const holder = holderOf(other, undefined);
      if (clock.elapsed() > until) throw lockNotRemoved(server.url(NAME), holder.id);
      if (holder.id !== id) [id, since] = [holder.id, clock.elapsed()];
      const isLeft = clock.elapsed() - since > LONGEST_HELD_MS;
      if (!isLeft || !(await server.unlock(NAME, holder))) await clock.sleep(PAUSE_MS);
    }
  }
}

function identityIn(document: IndexDocument | undefined): StateIdentity | undefined {
  if (document?.lineage === undefined) return undefined;
  const { lineage, content } = document;
  const { keyId, put } = content;
  return newIdentity(lineage, keyId, put);
}

function keepsNothing(url: string) {
  return failure({
    code: "state-unwritable",
    summary: `${url} answers that it takes what is written, and does not have it afterwards`,
    remedy: "check that the address is that of a server of Terraform's HTTP state protocol",
  });
}
