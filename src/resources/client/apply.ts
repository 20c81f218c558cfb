import { isRefused, ManagerError } from "../../api/manager-error";
import type { IssuedSecret, ManagerPort } from "../../api/port";
import { clientAddress, managerOf } from "../../model/address";
import { changesThat } from "../../model/agent-spans";
import type { DesiredClient } from "../../model/desired-state";
import { failure } from "../../model/diagnostic";
import type { DeleteClients, IssueClient, Operation } from "../../model/operation";
import { suggest } from "../../model/shell-command";
import type { IssuedRecord } from "../../state/port";
import type { KindApplyContext } from "../apply-context";
import { deleteTogether } from "../delete-together";
import { deliver, keepUndelivered } from "../deliver-issued";
import { CLIENT_IS_TAKEN, issue } from "../issue";
import { issuingRecord, retire, supersedeOthers } from "../issued-records";
import { withholdDeletions } from "../withhold-deletions";

/**
 * Deletes clients in one request: those to reissue and, if every new one was issued, those that are no longer
 * declared. The former are recorded as *issuing* first: from then on, a client with their ID is owned and
 * undelivered.
 */
export async function applyDeleteClients(
  applying: KindApplyContext,
  operation: Operation & DeleteClients,
): Promise<void> {
  const { manager } = operation;
  const { state } = applying;
  const addressOf = (id: string) => clientAddress(manager, id);
  const reissued = applying.units(manager).desired.clients.filter(({ id }) => operation.ids.includes(id));
  const former = operation.ids.filter((id) => !reissued.some((client) => client.id === id));
  const isHeld =
    former.length > 0 && withholdDeletions(applying, former.map(addressOf), creations(applying, manager));
  const ids = isHeld ? reissued.map(({ id }) => id) : operation.ids;
  if (ids.length === 0) return;
  const before = new Map(reissued.map(({ id }) => [id, state.record(addressOf(id))]));
  for (const client of reissued) state.put(intentFor(applying, manager, client));
  await state.flush([manager]);
  const port = await applying.port(manager);
  await deleteTogether(applying, {
    place: `${manager}/client`,
    names: ids,
    addressOf,
    send: (names) => port.deleteClients(names),
    list: () => port.listClients(),
    gone: (id) => {
      if (before.has(id)) return applying.note(addressOf(id), { effect: "deleted" });
      retire(state, addressOf(id));
      applying.succeed(addressOf(id));
    },
    failed: (names, error) => {
      // Still there and certainly unchanged: the delivered secret stays valid.
      for (const record of names.map((name) => before.get(name))) {
        if (record?.kind === "client" && isRefused(error)) state.put(record);
      }
      applying.fail(names.map(addressOf), error);
    },
    unconfirmed: (names, error) => {
      // The issue that follows shows whether the ID is free.
      for (const id of names.filter((name) => before.has(name))) {
        applying.unconfirmed.add(addressOf(id));
        applying.note(addressOf(id), { effect: "deleted" });
      }
      const left = names.filter((name) => !before.has(name));
      if (left.length > 0) applying.fail(left.map(addressOf), error);
    },
  });
}

/** Clients that are issued again, or whose kept secret is delivered. */
function creations({ planned }: KindApplyContext, manager: string): string[] {
  const created = changesThat(planned.plan.changes, ({ kind, action, reason }) => {
    const isDelivery = action === "update" && reason === "undelivered";
    return kind === "client" && (action === "create" || isDelivery);
  });
  return [...created].map(({ address }) => address).filter((address) => managerOf(address) === manager);
}

/**
 * Issues one client and delivers its secret. The intent is durable before the request, and the sink before the state
 * says *delivered*. A client whose answer was lost is deleted and issued again, because its secret is lost, too.
 */
export async function applyIssueClient(
  applying: KindApplyContext,
  operation: Operation & IssueClient,
): Promise<void> {
  const { manager, client_id: id } = operation;
  const address = clientAddress(manager, id);
  const client = applying.units(manager).desired.clients.find((each) => each.id === id);
  if (!client) throw new Error(`${address} is not declared`);
  // Its deletion failed, so the ID is still taken.
  if (applying.hasFailed(address)) return;
  try {
    const { delivery, state } = applying.context;
    const intent = intentFor(applying, manager, client);
    const issued = await issueClient(applying, client, intent);
    const { issue: token } = intent;
    const { secret, lastUpdateTime: issuedAt } = issued;
    let delivered: IssuedRecord;
    try {
      const parts = { record: intent, declared: client, id, secret, issuedAt, token };
      delivered = await deliver(applying, parts);
    } catch (error) {
      const { generation } = client;
      await keepUndelivered(applying, { address, generation, id, issue: token, issuedAt, secret });
      throw error;
    }
    supersedeOthers(state, manager, client, applying.clock.now());
    state.put(delivered);
    await state.flush([manager]);
    applying.succeed(address, delivery.describe(client.deliverTo));
  } catch (error) {
    applying.fail([address], error);
  }
}

async function issueClient(
  applying: KindApplyContext,
  client: DesiredClient,
  intent: IssuedRecord,
): Promise<IssuedSecret> {
  const { address, manager } = intent;
  const { state } = applying;
  const before = state.record(address);
  // A client whose deletion was not confirmed is most likely still the owned one.
  const isStillOurs = (error: unknown) => isTaken(error) && applying.unconfirmed.has(address);
  const port = await applying.port(manager);
  const intend = async () => {
    state.put(intent);
    await state.flush([manager]);
  };
  return issue({
    intend,
    send: async () => {
      const issued = await applying.write(() => port.issueClient(client.id));
      applying.note(address, { effect: "issued" });
      return issued;
    },
    failed: async (error, attempt) => {
      // If the ID is taken at a later attempt, our own first request may have been carried out late: the next run
      // replaces it.
      if (isTaken(error) && attempt > 1) throw error;
      if (isRefused(error)) {
        // Nothing was issued, so a client with this ID is not owned.
        if (isStillOurs(error) && before?.kind === "client") state.put(before);
        else retire(state, address);
        await state.flush([manager]);
      }
      if (isStillOurs(error)) throw stillRegistered(address, error);
      if (isTaken(error)) throw takenMeanwhile(manager, client.id, error);
      if (!(await applying.mayTryAgain(error, attempt, address))) throw error;
      await deleteLost(applying, port, client.id, address);
    },
  });
}

/** Deletes a client whose answer was lost: if it was issued, nobody knows its secret. */
async function deleteLost(
  applying: KindApplyContext,
  port: ManagerPort,
  id: string,
  address: string,
): Promise<void> {
  if (!(await port.listClients()).includes(id)) return;
  await applying.write(() => port.deleteClients([id]));
  applying.note(address, { effect: "deleted" });
}

function intentFor({ context }: KindApplyContext, manager: string, client: DesiredClient) {
  const { id, generation } = client;
  const issued = { kind: "client", address: clientAddress(manager, id), manager, generation } as const;
  return issuingRecord(issued, client, context);
}

function isTaken(error: unknown): boolean {
  return error instanceof ManagerError && error.details.messageId === CLIENT_IS_TAKEN;
}

/** The manager answered that it deleted the client, and then refuses to issue it because it is registered. */
function stillRegistered(address: string, cause: unknown) {
  return failure(
    {
      code: "manager-failed",
      summary: `${address} is still registered, although the manager answered that it was deleted`,
      remedy: "run again: the next run deletes it and issues it again",
    },
    { cause },
  );
}

function takenMeanwhile(manager: string, id: string, cause: unknown) {
  return failure(
    {
      code: "not-ours",
      summary: `the client ${JSON.stringify(id)} is registered on ${manager}, and was not in its list: somebody else issued it since, or the list left it out`,
      remedy: `take it over with ${suggest("import", clientAddress(manager, id))}, or declare another ID`,
    },
    { cause },
  );
}
