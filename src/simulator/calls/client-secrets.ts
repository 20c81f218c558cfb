import type { ClientList, IssuedClientSecret, IssuedInitialSecret } from "../../api/wire";
import type { AnswerTo, Behaviours } from "../../model/gaps";
import { isReservedClientId, Limits } from "../../model/limits";
import { formatTime } from "../../platform/clock";
import { accept, refusal } from "../answer";
import { type Call, type CallContext, stateOf } from "../call";
import { deleteEach } from "../delete-each";
import { readBody, readList, readText } from "../read-body";

/** `issueInitialSecret` (5.4.3) */
export const issueInitialSecret: Call = ({ world, manager, influence }) => {
  if (stateOf(manager, influence) === "database-down") throw refusal("KAJY68001-E");
  const secret = manager.newSecret();
  manager.initialSecret = secret;
  const answer: IssuedInitialSecret = { secret, lastUpdateTime: formatTime(world.clock.now()) };
  return accept(JSON.stringify(answer));
};

/** `issueClientSecret` (5.4.5) */
export const issueClientSecret: Call = (context) => {
  const { world, manager, influence } = context;
  const id = readClientId(readBody(context, "KAJY68002-E", ["clientId"]).clientId);
  if (isReservedClientId(id)) throw refusal("KAJY68002-E", "the ID is of a kind that users may not create");
  if (stateOf(manager, influence) === "database-down") throw refusal("KAJY68008-E");
  const isThere = manager.hasClient(id) || spelled(id, context) !== id;
  if (isThere && world.behaviours["client-issue-again"] !== "reissued") throw refusal("KAJY68004-E");
  const clientSecret = manager.newSecret();
  manager.clients.set(spelled(id, context), clientSecret);
  const answer: IssuedClientSecret = { clientSecret, lastUpdateTime: formatTime(world.clock.now()) };
  return accept(JSON.stringify(answer));
};

/** `listClients` (5.4.6) */
export const listClients: Call = ({ manager, influence }) => {
  if (stateOf(manager, influence) === "database-down") throw refusal("KAJY68009-E");
  const answer: ClientList = { clientIds: manager.listClients() };
  return accept(JSON.stringify(answer));
};

/** `deleteClients` (5.4.4). In the given order; the first missing ID ends it, and those before it stay deleted. */
export const deleteClients: Call = (context) => {
  const { world, manager, influence } = context;
  const { behaviours } = world;
  const fields = readBody(context, "KAJY68002-E", ["clientIds"]);
  const isSame = (id: string) => id;
  const twice = behaviours["client-delete-twice"] ?? "refused";
  const named = readList(
    ...([fields.clientIds, "KAJY68002-E", "clientIds", readClientId, isSame, twice !== "refused"] as const),
  );
  const ids = (twice === "deleted" ? [...new Set(named)] : named).map((id) => spelled(id, context));
  if (!ids.every((id) => mayDelete(id, behaviours)))
    throw refusal("KAJY68002-E", "an ID is of a kind that users may not delete");
  if (stateOf(manager, influence) === "database-down") throw refusal("KAJY68007-E");
  const failed = deleteEach(ids, {
    ...{ has: (id) => manager.clients.has(id), remove: (id) => manager.clients.delete(id) },
    missing: behaviours["client-delete-missing"],
    batch: behaviours["client-delete-batch"],
    interruptAfter: influence.interruptAfter,
  });
  if (failed) throw refusal("KAJY68007-E");
  return accept("");
};

/** The existing spelling of the ID, if the world ignores the case of IDs. */
function spelled(id: string, { world, manager }: CallContext): string {
  if (world.behaviours["client-id-case"] !== "same" || manager.hasClient(id)) return id;
  return manager.listClients().find((each) => each.toLowerCase() === id.toLowerCase()) ?? id;
}

function readClientId(value: unknown): string {
  const id = readText(value, "KAJY68002-E", "clientId", Limits.clientId);
  if (id.includes(":")) throw refusal("KAJY68002-E", "an ID holds a colon");
  return id;
}

function mayDelete(id: string, { "integrated-client": spelling = "both" }: Behaviours): boolean {
  return !isReservedClientId(id) || integrated[spelling].test(id);
}

/** `deleteClients` (5.4.4) and 3.7.2 spell the prefix differently. */
const integrated: Readonly<Record<AnswerTo<"integrated-client">, RegExp>> = {
  both: /^MANAGER__?INTEGRATED_./,
  "one-underscore": /^MANAGER_INTEGRATED_./,
  "two-underscores": /^MANAGER__INTEGRATED_./,
  neither: /^\b$/,
};
