import { clientAddress } from "../../model/address";
import { isOwned, type KindImportContext, sortImported } from "../import-context";
import { filesOf } from "../issued-records";

/** The secret of an imported client stays where others put it; the declared generation counts as issued. */
export async function importClients(importing: KindImportContext): Promise<void> {
  const { desired, state, observer, scope, recorder } = importing;
  const { name: manager, clients } = desired;
  const addressOf = (id: string) => clientAddress(manager, id);
  const declared = clients.filter(({ id }) => scope.covers(addressOf(id)));
  const imported = await sortImported(importing, {
    address: `${manager}/client`,
    names: declared.map(({ id }) => id),
    addressOf,
    isOurs: (id) => isOwned(state, addressOf(id)),
    list: () => observer.names("client"),
  });
  for (const { id, generation } of declared.filter((client) => imported.has(client.id))) {
    const address = addressOf(id);
    // Files of an earlier client with this ID are owned and may be replaced.
    const files = filesOf(state.record(address));
    recorder?.put({ kind: "client", address, manager, generation, status: "imported", ...files });
  }
}
