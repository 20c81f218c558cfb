import type { RawReply } from "../../api/raw-port";
import { OTHER_ANSWER } from "../../model/probe";

/** A gap cannot be probed here. The reason goes into the report, so it contains no names. */
export class NotTried extends Error {
  override readonly name = "NotTried";

  constructor(
    readonly reason: string,
    /** Whether a fault is the reason, and not that the gap does not apply. */
    readonly isFault = false,
  ) {
    super(reason);
  }
}

export const NO_PERMISSION = "the user has no permission for this call";

/** Whether the manager carried out the request: a 200 with an error does not count. */
export function isDone({ status, messageId }: RawReply): boolean {
  return status === 200 && messageId === undefined;
}

/** Messages of faults, as opposed to refusals. */
const TROUBLES: ReadonlySet<string | undefined> = new Set([
  ...["KAJY68203-E", "KAJY68211-E", "KAJY68212-E", "KAJY68501-E"],
]);

const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Why an answer is useless for the probe; `undefined` if it is not. */
export function troubleIn({ status, messageId }: RawReply): string | undefined {
  if (status === 401) return "the manager asked for a login again";
  if (status === 403) return NO_PERMISSION;
  if (BUSY.has(status)) return "the manager or a proxy was too busy";
  return TROUBLES.has(messageId) ? "the manager could not carry it out" : undefined;
}

/** Whether the manager refused the request. A 500 without a message may mean anything. */
export function isRefusal({ status, messageId }: RawReply): boolean {
  if (status === 200 || status === 500) return messageId !== undefined;
  return status === 400 || status === 422;
}

/** `done`, `refused`, or another answer. */
export function doneOrRefused(reply: RawReply, done: string, refused: string): string {
  if (isDone(reply)) return done;
  return isRefusal(reply) ? refused : OTHER_ANSWER;
}
