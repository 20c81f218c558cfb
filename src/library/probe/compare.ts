import type { RawReply } from "../../api/raw-port";
import { OTHER_ANSWER } from "../../model/probe";
import { isDone, isRefusal } from "./judge-reply";
import type { Lab } from "./lab";
import type { ScratchNames } from "./scratch";

/** Each probes one gap, and resolves to one of its answers or to `other`. */
export type Probes<Id extends string> = Readonly<Record<Id, (lab: Lab) => Promise<string>>>;

/** The answer for a deletion of the first name, a missing one, and the last one, by the names that are left. */
export function afterBatch(left: readonly string[], first: string, last: string): string {
  const lacksFirst = !left.includes(first);
  const lacksLast = !left.includes(last);
  if (lacksFirst && lacksLast) return "rest-deleted";
  if (!lacksFirst && !lacksLast) return "nothing";
  return lacksFirst ? "stops" : OTHER_ANSWER;
}

/** The answer for a deletion that contains one name twice. */
export function answerToRepeatedName(reply: RawReply, isThere: boolean): string {
  if (isDone(reply)) return isThere ? OTHER_ANSWER : "deleted";
  if (!isRefusal(reply)) return OTHER_ANSWER;
  return isThere ? "refused" : "deleted-with-error";
}

/** The order of a list of names that were created as `b`, `a`, `c`. */
export function orderOf(listed: readonly string[], { a, b, c }: ScratchNames): string {
  const text = listed.join();
  if (text === [b, a, c].join()) return "created";
  if (text === [c, a, b].join()) return "newest-first";
  return text === [a, b, c].join() ? "sorted" : OTHER_ANSWER;
}
