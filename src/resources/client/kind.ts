import { clientAddress } from "../../model/address";
import type { DesiredClient } from "../../model/desired-state";
import { isOfTemplate } from "../../model/id-template";
import { isReservedClientId } from "../../model/limits";
import { retire } from "../issued-records";
import type { Overriding } from "../overrides";
import { alsoDeleted, oneByOne, type ResourceKind } from "../resource-kind";
import { applyDeleteClients, applyIssueClient } from "./apply";
import { decodeClients, mergeClients } from "./decode";
import { importClients } from "./import";
import { planClients } from "./plan";

/** An IM client (manual 3.7.2): its secret is issued with it, and shown once. */
export const clientKind: ResourceKind<DesiredClient & Overriding, readonly DesiredClient[]> = {
  name: "client",
  decode: decodeClients,
  merge: ({ name }, declared, diagnostics) => mergeClients(name, declared, diagnostics),
  list: (port) => port.listClients(),
  plan: ({ desired: { name, clients }, prior, scope, ...planning }, listed) =>
    planClients({
      ...planning,
      manager: name,
      desired: clients,
      observed: listed,
      prior: prior.client,
      pruner: planning.pruner(isReservedClientId),
      inScope: (id) => scope.covers(clientAddress(name, id)),
    }),
  changeState(state, { address, action }) {
    if (action === "forget") retire(state, address);
  },
  declares: ({ clients }, addressed) =>
    addressed.kind === "client" &&
    clients.some(
      ({ id, template }) => id === addressed.id || (template && isOfTemplate(template.text, addressed.id)),
    ),
  operations: {
    "issue-client": {
      addresses: ({ manager, client_id: id }) => [clientAddress(manager, id)],
      within: (operation, wanted) =>
        wanted(clientAddress(operation.manager, operation.client_id)) ? operation : undefined,
      work: oneByOne(applyIssueClient),
      delivers: ({ manager, client_id: id }) => [clientAddress(manager, id)],
    },
    "delete-clients": {
      addresses: ({ manager, ids }) => ids.map((id) => clientAddress(manager, id)),
      within(operation, wanted) {
        const ids = operation.ids.filter((id) => wanted(clientAddress(operation.manager, id)));
        return ids.length > 0 ? { ...operation, ids } : undefined;
      },
      work: oneByOne(applyDeleteClients),
      difference: ({ ids: saved }, { ids: today }, place) => alsoDeleted(saved, today, place),
    },
  },
  import: importClients,
};
