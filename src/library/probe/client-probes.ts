import type { clientGaps } from "../../model/gaps/client-gaps";
import { fieldsOf } from "../../model/options";
import { OTHER_ANSWER } from "../../model/probe";
import { afterBatch, answerToRepeatedName, orderOf, type Probes } from "./compare";
import { doneOrRefused, isDone, isRefusal, NotTried } from "./judge-reply";
import type { Lab } from "./lab";

export const clientProbes: Probes<keyof typeof clientGaps> = {
  "client-secret-field": async (lab) => {
    const { body } = await made(lab, lab.names.b);
    const { clientSecret, secret } = fieldsOf(body);
    if (typeof clientSecret === "string") return typeof secret === "string" ? "both" : "clientSecret";
    return typeof secret === "string" ? "secret" : OTHER_ANSWER;
  },
  "client-issue-again": async (lab) => {
    await made(lab, lab.names.b);
    return doneOrRefused(await lab.issue(lab.names.b), "reissued", "refused");
  },
  "client-id-case": async (lab) => {
    const { a, otherA } = lab.names;
    await made(lab, a);
    const reply = await lab.issue(otherA);
    if (isRefusal(reply)) return "same";
    if (!isDone(reply)) return OTHER_ANSWER;
    return (await lab.clients()).length === 2 ? "distinct" : "same";
  },
  "client-delete-missing": async (lab) =>
    doneOrRefused(await lab.deleteClients([lab.names.b]), "accepted", "refused"),
  "client-delete-batch": async (lab) => {
    const { a, b, c } = lab.names;
    await made(lab, b);
    await made(lab, a);
    await lab.deleteClients([b, c, a]);
    return afterBatch(await lab.clients(), b, a);
  },
  "client-delete-twice": async (lab) => {
    const { b } = lab.names;
    await made(lab, b);
    const reply = await lab.deleteClients([b, b]);
    return answerToRepeatedName(reply, (await lab.clients()).includes(b));
  },
  "client-order": async (lab) => {
    const { a, b, c } = lab.names;
    for (const id of [b, a, c]) await made(lab, id);
    return orderOf(await lab.clients(), lab.names);
  },
  "integrated-client": async (lab) => {
    const one = await mayDelete(lab, `MANAGER_INTEGRATED_${lab.host}`);
    const two = await mayDelete(lab, `MANAGER__INTEGRATED_${lab.host}`);
    if (one === undefined || two === undefined) return OTHER_ANSWER;
    if (one) return two ? "both" : "one-underscore";
    return two ? "two-underscores" : "neither";
  },
};

/** Issues a client that the probe of a gap needs. */
async function made(lab: Lab, id: string) {
  const reply = await lab.issue(id);
  if (!isDone(reply)) throw new NotTried("a scratch client could not be issued", true);
  return reply;
}

/** Whether deleting a missing client of this name is permitted: `deleteClients` (5.4.4) answers 400 if it is not. */
async function mayDelete(lab: Lab, id: string): Promise<boolean | undefined> {
  const reply = await lab.deleteClients([id]);
  if (reply.status === 400) return false;
  return isDone(reply) || isRefusal(reply) ? true : undefined;
}
