import type { RawReply } from "../../api/raw-port";
import { OTHER_ANSWER } from "../../model/probe";
import { isDone, isRefusal } from "./judge-reply";
import type { Lab } from "./lab";
import type { ScratchNames } from "./scratch";

/** Each asks one gap, and resolves to one of its answers or to `other`. */
export type Probes<Id extends string> = Readonly<Record<Id, (lab: Lab) => Promise<string>>>;

/** What is left of a deletion of the first, one that is not there, and the last. */
export function afterBatch(left: readonly string[], first: string, last: string): string {
  const lacksFirst = !left.includes(first);
  const lacksLast = !left.includes(last);
  if (lacksFirst && lacksLast) return "rest-deleted";
  if (!lacksFirst && !lacksLast) return "nothing";
  return lacksFirst ? "stops" : OTHER_ANSWER;
}

/** What a deletion came to that names one thing twice. */
export function answerToRepeatedName(reply: RawReply, isThere: boolean): string {
  if (isDone(reply)) return isThere ? OTHER_ANSWER : "deleted";
  if (!isRefusal(reply)) return OTHER_ANSWER;
  return isThere ? "refused" : "deleted-with-error";
}

/** The order of a list, of names that were made as `b`, `a`, `c`. */
export function orderOf(listed: readonly string[], { a, b, c }: ScratchNames): string {
  const text = listed.join();
  if (text === [b, a, c].join()) return "created";
  if (text === [c, a, b].join()) return "newest-first";
  return text === [a, b, c].join() ? "sorted" : OTHER_ANSWER;
}
