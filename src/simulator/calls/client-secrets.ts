import type { ClientList, IssuedClientSecret, IssuedInitialSecret } from "../../api/wire";
import { isReservedClientId, Limits } from "../../model/limits";
import { formatTime } from "../../platform/clock";
import { accept, refuse } from "../answer";
import { type Call, stateOf } from "../call";
import { readList, readObject, readText } from "../read-body";

/** `issueInitialSecret` (5.4.3) */
export const issueInitialSecret: Call = ({ world, manager, influence }) => {
  if (stateOf(manager, influence) === "database-down") throw refuse("KAJY68001-E");
  const secret = manager.newSecret();
  manager.initialSecret = secret;
  const answer: IssuedInitialSecret = { secret, lastUpdateTime: formatTime(world.clock.now()) };
  return accept(JSON.stringify(answer));
};

/** `issueClientSecret` (5.4.5) */
export const issueClientSecret: Call = ({ world, manager, body, influence }) => {
  const id = readClientId(readObject(body, "KAJY68002-E", ["clientId"]).clientId);
  if (isReservedClientId(id)) throw refuse("KAJY68002-E", "the ID is of a kind that users may not create");
  if (stateOf(manager, influence) === "database-down") throw refuse("KAJY68008-E");
  if (manager.hasClient(id)) throw refuse("KAJY68004-E");
  const clientSecret = manager.newSecret();
  manager.clients.set(id, clientSecret);
  const answer: IssuedClientSecret = { clientSecret, lastUpdateTime: formatTime(world.clock.now()) };
  return accept(JSON.stringify(answer));
};

/** `listClients` (5.4.6) */
export const listClients: Call = ({ manager, influence }) => {
  if (stateOf(manager, influence) === "database-down") throw refuse("KAJY68009-E");
  const answer: ClientList = { clientIds: manager.listClients() };
  return accept(JSON.stringify(answer));
};

/** `deleteClients` (5.4.4). In the order given; the first ID that is not there ends it, and those before it stay deleted. */
export const deleteClients: Call = ({ manager, body, influence }) => {
  const fields = readObject(body, "KAJY68002-E", ["clientIds"]);
  const ids = readList(fields.clientIds, "KAJY68002-E", "clientIds", readClientId, (id) => id);
  if (!ids.every(mayDelete)) throw refuse("KAJY68002-E", "an ID is of a kind that users may not delete");
  if (stateOf(manager, influence) === "database-down") throw refuse("KAJY68007-E");
  for (const [done, id] of ids.entries()) {
    if (done === influence.interruptAfter || !manager.clients.delete(id)) throw refuse("KAJY68007-E");
  }
  return accept("");
};

function readClientId(value: unknown): string {
  const id = readText(value, "KAJY68002-E", "clientId", Limits.clientId);
  if (id.includes(":")) throw refuse("KAJY68002-E", "an ID holds a colon");
  return id;
}

function mayDelete(id: string): boolean {
  // `deleteClients` (5.4.4) and 3.7.2 spell the prefix differently.
  return !isReservedClientId(id) || /^MANAGER__?INTEGRATED_./.test(id);
}
