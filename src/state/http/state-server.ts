/**
 * A server of Terraform's HTTP state protocol: documents by name, each with a lock. After a lost answer it reads the
 * present state before it repeats a request, so that a call resolves only to certain results.
 */
import { isDeepStrictEqual } from "node:util";
import type { Diagnostic } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import type { Clock } from "../../platform/clock";
import type { Random } from "../../platform/random";
import { UNREADABLE } from "../lock/holder-json";
import { LockLostError } from "../remote/backend";
import { addressOf, type HttpAddresses } from "./addresses";
import { type HttpReply, type HttpRequest, NoAnswer, type SendRequest } from "./exchange";
import { type Action, busy, refused, type Subject, unanswered, waiting } from "./faults";
import { type LockInfo, lockInfoFromJson, lockInfoToJson } from "./lock-info";

/** Tries of a request. A server that never answered is most likely down. */
const MOST_TRIES = 8;
const MOST_FIRST_TRIES = 3;
/** From a pause, or an answer that took, this long on, the user learns what the run waits for. */
const SHORTEST_REPORTED_MS = 1_000;
/** Pauses between tries, and the time after which no further try starts, in milliseconds. */
const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 30_000;
const LONGEST_MS = 120_000;

export interface StateServerOptions {
  readonly addresses: Required<HttpAddresses>;
  readonly send: SendRequest;
  /** The credentials that the server gets, for messages. */
  readonly credentials: string;
  readonly loginRemedy: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Receives warnings. */
  readonly report?: ((diagnostic: Diagnostic) => void) | undefined;
}

export class StateServer {
  readonly #options: StateServerOptions;
  #hasAnswered = false;
  /** Documents that could not be read the last time: a run that reads them several times waits once. */
  readonly #unread = new Set<string>();
  /** Documents that the user knows to be waited for. */
  readonly #reported = new Set<string>();

  constructor(options: StateServerOptions) {
    this.#options = options;
  }

  /** The address of a document. */
  url(name: string): string {
    return addressOf(this.#options.addresses.address, name);
  }

  /** Reads a document; `undefined` if there is none. Rejects with a `DiagnosticError`. */
  async get(name: string): Promise<string | undefined> {
    const request = { method: "GET", url: this.url(name) };
    const reply = await this.#ask(request, "read the state");
    if (reply === undefined || reply.status === 404 || isEmpty(reply)) return undefined;
    if (reply.status !== 200) throw refused(reply, this.#subject(request, "read the state"));
    return reply.body.toString("utf8");
  }

  /** The write is durable when this resolves. Rejects with a `LockLostError` if the document has another lock. */
  async put(name: string, text: string, lockId: string): Promise<void> {
    const { updateMethod: method } = this.#options.addresses;
    const request = { method, url: `${this.url(name)}?ID=${encodeURIComponent(lockId)}`, body: text };
    const isThere = async () => isSame(await this.get(name), text);
    const reply = await this.#ask(request, "write the state", isThere);
    if (reply === undefined || isFine(reply)) return;
    // A server with versions refuses one that it has, such as that of a try whose answer was lost.
    if (await isThere()) return;
    if (isConflict(reply)) throw new LockLostError();
    throw refused(reply, this.#subject(request, "write the state"));
  }

  /** Returns `undefined` if the lock is ours, otherwise the present lock. */
  async lock(name: string, holder: LockHolder): Promise<LockInfo | undefined> {
    const { lockAddress, lockMethod: method } = this.#options.addresses;
    const request = { method, url: addressOf(lockAddress, name), body: lockInfoToJson(holder) };
    const reply = await this.#ask(request, "lock the state").catch(async (error) => {
      // The server may have locked it for us without an answer.
      await this.#once(this.#unlocking(name, holder)).catch(() => undefined);
      throw error;
    });
    if (reply === undefined || isFine(reply)) return undefined;
    if (!isConflict(reply)) throw refused(reply, this.#subject(request, "lock the state"));
    const info = lockInfoFromJson(reply.body.toString("utf8"));
    return info.id === holder.id ? undefined : info;
  }

  /**
   * Returns false if the document did not have this lock. A lock with an unknown ID is removed by force, as Terraform
   * does.
   */
  async unlock(name: string, holder: LockHolder): Promise<boolean> {
    const request = this.#unlocking(name, holder);
    const reply = await this.#ask(request, "unlock the state");
    if (reply === undefined || isFine(reply)) return true;
    // A server also answers this if an earlier try removed the lock.
    if (isConflict(reply) || reply.status === 404) return false;
    throw refused(reply, this.#subject(request, "unlock the state"));
  }

  #unlocking(name: string, holder: LockHolder): HttpRequest {
    const { unlockAddress, unlockMethod: method } = this.#options.addresses;
    const url = addressOf(unlockAddress, name);
    return holder.id === UNREADABLE ? { method, url } : { method, url, body: lockInfoToJson(holder) };
  }

  /**
   * Sends a request, and repeats it while there is no answer or the server is busy. Resolves to `undefined` if
   * `isDone` shows after such a try that the request was carried out.
   */
  async #ask(
    request: HttpRequest,
    action: Action,
    isDone: () => Promise<boolean> = async () => false,
  ): Promise<HttpReply | undefined> {
    const { clock } = this.#options;
    const subject = this.#subject(request, action);
    const until = clock.elapsed() + LONGEST_MS;
    const isRead = request.method === "GET";
    const most = isRead && this.#unread.delete(request.url) ? 1 : MOST_TRIES;
    for (let tries = 1; ; tries++) {
      const began = clock.elapsed();
      const answer = await this.#once(request);
      if (!(answer instanceof NoAnswer) && !isBusy(answer)) return answer;
      const fault = answer instanceof NoAnswer ? unanswered(answer, subject) : busy(answer.status, subject);
      if (answer instanceof NoAnswer && !answer.mayPass) throw fault;
      const isLast = tries >= Math.min(most, this.#hasAnswered ? MOST_TRIES : MOST_FIRST_TRIES);
      if (isLast || clock.elapsed() > until) {
        if (isRead) this.#unread.add(request.url);
        throw fault;
      }
      const pause = this.#pauseAfter(answer, tries);
      const waited = clock.elapsed() - began;
      if (Math.max(waited, pause) >= SHORTEST_REPORTED_MS) this.#reportWait(answer, subject);
      await clock.sleep(pause);
      if (await isDone()) return undefined;
    }
  }

  #reportWait(answer: HttpReply | NoAnswer, subject: Subject): void {
    if (this.#reported.has(subject.url)) return;
    this.#reported.add(subject.url);
    this.#options.report?.(waiting(answer, subject, MOST_TRIES));
  }

  async #once(request: HttpRequest): Promise<HttpReply | NoAnswer> {
    try {
      const reply = await this.#options.send(request);
      this.#hasAnswered = true;
      return reply;
    } catch (error) {
      if (error instanceof NoAnswer) return error;
      throw error;
    }
  }

  #pauseAfter(answer: HttpReply | NoAnswer, tries: number): number {
    const asked = answer instanceof NoAnswer ? Number.NaN : Number(answer.headers["retry-after"]) * 1_000;
    if (asked > 0) return Math.min(asked, LONGEST_RETRY_AFTER_MS);
    const longest = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (tries - 1));
    // Spreads the retries of runs that the server refused at the same time.
    return longest * (0.5 + this.#options.random.bytes(1).readUInt8() / 512);
  }

  #subject({ method, url }: HttpRequest, action: Action): Subject {
    const { credentials, loginRemedy } = this.#options;
    return { action, method, credentials, loginRemedy, url: url.replace(/\?.*/, "") };
  }
}

function isFine({ status }: HttpReply): boolean {
  return status >= 200 && status < 300;
}

function isEmpty({ status, body }: HttpReply): boolean {
  return status === 204 || (status === 200 && body.length === 0);
}

/** Too many requests, or a temporary failure of the server or of a proxy. */
function isBusy({ status }: HttpReply): boolean {
  return status === 429 || status === 500 || (status >= 502 && status <= 504);
}

/** The document has another lock. */
function isConflict({ status }: HttpReply): boolean {
  return status === 409 || status === 423;
}

/** Compares the content, because a server may change blanks and the order of keys. */
function isSame(there: string | undefined, text: string): boolean {
  if (there === undefined) return false;
  try {
    return there === text || isDeepStrictEqual(JSON.parse(there), JSON.parse(text));
  } catch {
    return false;
  }
}
