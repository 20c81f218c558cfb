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
const TROUBLES: ReadonlySet<string> = new Set([
  ...["KAJY00007-E", "KAJY68203-E", "KAJY68211-E", "KAJY68212-E", "KAJY68501-E"],
]);

/** Whether it refused what it was asked, and not for trouble of its own. */
export function isRefusal({ status, messageId }: RawReply): boolean {
  if (status === 200) return messageId !== undefined && !TROUBLES.has(messageId);
  if (status === 500) return messageId !== undefined && !TROUBLES.has(messageId);
  return status === 400 || status === 422;
}

/** One of two answers, or another one. */
export function doneOrRefused(reply: RawReply, done: string, refused: string): string {
  if (isDone(reply)) return done;
  return isRefusal(reply) ? refused : OTHER_ANSWER;
}
