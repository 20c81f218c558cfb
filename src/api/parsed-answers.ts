import { hash } from "node:crypto";
import { requireJson } from "./answer";
import type { TransportReply } from "./transport";

/** Distinct answers kept: as many roles as a fleet usually has, and few enough to look through. */
const KEPT = 16;

/** 132 bits in base64url: only the manager could forge a collision, and it can send any answer anyway. */
const DIGEST_CHARACTERS = 22;

interface KnownAnswer<T> {
  readonly type: unknown;
  readonly body: Buffer;
  digest?: string;
  value?: T;
}

/**
 * Reads answers that often repeat to the byte. Agents of one role hold the same keys, and comparing an answer with
 * the last ones costs a hundredth of parsing it. The results are shared and must not be modified.
 */
export class RepeatedAnswers<T> {
  readonly #recent: KnownAnswer<T>[] = [];
  readonly #read: (reply: TransportReply, digest: () => string) => T;

  constructor(read: (reply: TransportReply, digest: () => string) => T) {
    this.#read = read;
  }

  read(reply: TransportReply): T {
    const known = this.#known(reply);
    known.value ??= this.#read(reply, () => digestOf(known));
    return known.value;
  }

  /** The same, or `undefined` if the answer has the bytes of that digest. */
  readUnless(reply: TransportReply, digest: string): T | undefined {
    requireJson(reply);
    return digestOf(this.#known(reply)) === digest ? undefined : this.read(reply);
  }

  #known({ headers, body }: TransportReply): KnownAnswer<T> {
    const type = headers["content-type"];
    const index = this.#recent.findIndex((known) => known.type === type && known.body.equals(body));
    const [recent] = index === -1 ? [] : this.#recent.splice(index, 1);
    const known = recent ?? { type, body };
    // The latest comes first: the next answer is most likely the same.
    this.#recent.unshift(known);
    if (this.#recent.length > KEPT) this.#recent.pop();
    return known;
  }
}

function digestOf(known: KnownAnswer<unknown>): string {
  known.digest ??= hash("sha256", known.body, "base64url").slice(0, DIGEST_CHARACTERS);
  return known.digest;
}
