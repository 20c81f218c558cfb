import type { RawReply } from "../../api/raw-port";
import { OTHER_ANSWER } from "../../model/probe";

/** A gap cannot be asked here. The reason goes into the report, so it names nothing. */
export class NotTried extends Error {
  override readonly name = "NotTried";

  constructor(
    readonly reason: string,
    /** Whether something went wrong, and not only does not apply. */
    readonly isFault = false,
  ) {
    super(reason);
  }
}

export const NO_PERMISSION = "the user has no permission for this call";

/** Whether the manager did what it was asked: a 200 that carries an error is none. */
export function isDone({ status, messageId }: RawReply): boolean {
  return status === 200 && messageId === undefined;
}

/** Messages that say that the manager could not, and not that it would not. */
const TROUBLES: ReadonlySet<string | undefined> = new Set([
  ...["KAJY68203-E", "KAJY68211-E", "KAJY68212-E", "KAJY68501-E"],
]);

const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Why an answer says nothing of what was asked; `undefined` where it does. */
export function troubleIn({ status, messageId }: RawReply): string | undefined {
  if (status === 401) return "the manager asked for a login again";
  if (status === 403) return NO_PERMISSION;
  if (BUSY.has(status)) return "the manager or a proxy was too busy";
  return TROUBLES.has(messageId) ? "the manager could not carry it out" : undefined;
}

/** Whether it refused what it was asked. A 500 without a message may be anything. */
export function isRefusal({ status, messageId }: RawReply): boolean {
  if (status === 200 || status === 500) return messageId !== undefined;
  return status === 400 || status === 422;
}

/** One of two answers, or another one. */
export function doneOrRefused(reply: RawReply, done: string, refused: string): string {
  if (isDone(reply)) return done;
  return isRefusal(reply) ? refused : OTHER_ANSWER;
}
