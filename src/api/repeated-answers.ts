import type { TransportReply } from "./transport";

/** Distinct answers kept: as many roles as a fleet usually has, and few enough to look through. */
const KEPT = 16;

/**
 * Reads answers that often repeat to the byte. Agents of one role hold the same keys, and comparing an answer with
 * the last ones costs a hundredth of parsing it. What is handed out is shared, and must not be modified.
 */
export class RepeatedAnswers<T> {
  readonly #recent: { readonly type: unknown; readonly body: Buffer; readonly value: T }[] = [];
  readonly #read: (reply: TransportReply) => T;

  constructor(read: (reply: TransportReply) => T) {
    this.#read = read;
  }

  read(reply: TransportReply): T {
    const type = reply.headers["content-type"];
    const index = this.#recent.findIndex((known) => known.type === type && known.body.equals(reply.body));
    const [known] = index === -1 ? [] : this.#recent.splice(index, 1);
    const answer = known ?? { type, body: reply.body, value: this.#read(reply) };
    // The latest stands first: the next one is most likely the same.
    this.#recent.unshift(answer);
    if (this.#recent.length > KEPT) this.#recent.pop();
    return answer.value;
  }
}
