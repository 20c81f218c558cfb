import type { secretGaps } from "../../model/gaps/secret-gaps";
import { Limits } from "../../model/limits";
import { fieldsOf } from "../../model/options";
import { OTHER_ANSWER } from "../../model/probe";
import { afterBatch, answerToRepeatedName, orderOf, type Probes } from "./compare";
import { doneOrRefused, isDone, isRefusal, NotTried } from "./judge-reply";
import type { Lab } from "./lab";

export const secretProbes: Probes<keyof typeof secretGaps> = {
  "secret-delete-missing": async (lab) =>
    doneOrRefused(await lab.change({ remove: [lab.names.b] }), "accepted", "refused"),
  "secret-batch": async (lab) => {
    const { a, b, c } = lab.names;
    await add(lab, b, a);
    await lab.change({ remove: [b, c, a] });
    return afterBatch(await lab.keys(), b, a);
  },
  "secret-add-beside-failure": async (lab) => {
    const { a, c } = lab.names;
    if (isDone(await lab.change({ add: [a], remove: [c] }))) {
      throw new NotTried("the deletion did not fail");
    }
    return (await lab.keys()).includes(a) ? "added" : "not-added";
  },
  "secret-in-both": async (lab) => {
    const { b } = lab.names;
    const reply = await lab.change({ add: [b], remove: [b] });
    const isThere = (await lab.keys()).includes(b);
    if (isDone(reply)) return isThere ? "added" : "not-added";
    return isRefusal(reply) && !isThere ? "refused" : OTHER_ANSWER;
  },
  "secret-add-twice": async (lab) => {
    const { b } = lab.names;
    const reply = await lab.change({ add: [b, b] });
    const isThere = (await lab.keys()).includes(b);
    if (isDone(reply)) return isThere ? "added" : OTHER_ANSWER;
    return isRefusal(reply) && !isThere ? "refused" : OTHER_ANSWER;
  },
  "secret-delete-twice": async (lab) => {
    const { b } = lab.names;
    await add(lab, b);
    const reply = await lab.change({ remove: [b, b] });
    return answerToRepeatedName(reply, (await lab.keys()).includes(b));
  },
  "secret-key-case": async (lab) => {
    const { a, otherA } = lab.names;
    await add(lab, a);
    const reply = await lab.change({ add: [otherA] });
    if (isRefusal(reply)) return "same";
    if (!isDone(reply)) return OTHER_ANSWER;
    return (await lab.keys()).length === 2 ? "distinct" : "same";
  },
  "secret-order": async (lab) => {
    const { a, b, c } = lab.names;
    for (const key of [b, a, c]) await add(lab, key);
    return orderOf(await lab.keys(), lab.names);
  },
  "secret-values": async (lab) => {
    await add(lab, lab.names.b);
    const { secrets } = fieldsOf((await lab.ask("agents/secrets", lab.reference)).body);
    const entry = (Array.isArray(secrets) ? secrets : [])
      .map(fieldsOf)
      .find(({ key }) => key === lab.names.b);
    if (entry === undefined) return OTHER_ANSWER;
    return [entry.secret, entry.obfuscated].every((value) => !value) ? "never" : "returned";
  },
  "change-answer": async (lab) => {
    const reply = await add(lab, lab.names.b);
    if (reply.isEmpty) return "empty";
    return JSON.stringify(reply.body) === "{}" ? "object" : OTHER_ANSWER;
  },
  "own-keys": async (lab) => {
    const keys = await lab.allKeys();
    return keys.some((key) => /^immgr\./i.test(key)) ? "listed" : "not-listed";
  },
  "secret-limit": secretLimit,
};

/** Adds keys that the probe of a gap needs. */
async function add(lab: Lab, ...keys: readonly string[]) {
  const reply = await lab.change({ add: keys });
  if (!isDone(reply)) throw new NotTried("a scratch key could not be added", true);
  return reply;
}

/** At the limit: does the manager refuse one more key, also if the same request deletes another one? */
async function secretLimit(lab: Lab): Promise<string> {
  const filled = await fill(lab, Limits.secretsPerAgent - (await lab.allKeys()).length);
  if (filled === 0) throw new NotTried("the agent is full");
  const more = await lab.change({ add: [lab.names.a] });
  if (!isRefusal(more)) return isDone(more) ? "none" : OTHER_ANSWER;
  const exchange = await lab.change({ add: [lab.names.a], remove: [lab.filler(1)] });
  return doneOrRefused(exchange, "after-deletions", "before-deletions");
}

/** Keys in one request: short enough for any limit of a body. */
const BATCH = 100;

/**
 * Adds this many keys, or fewer if the agent takes no more; halves a refused batch. Resolves to the number of added
 * keys.
 */
async function fill(lab: Lab, count: number): Promise<number> {
  let filled = 0;
  let size = BATCH;
  while (filled < count && size >= 1) {
    const keys = Array.from({ length: Math.min(size, count - filled) }, (_, index) =>
      lab.filler(filled + index + 1),
    );
    const reply = await lab.change({ add: keys });
    if (isDone(reply)) filled += keys.length;
    else if (isRefusal(reply)) size = Math.floor(keys.length / 2);
    else throw new NotTried("a scratch key could not be added", true);
  }
  return filled;
}
