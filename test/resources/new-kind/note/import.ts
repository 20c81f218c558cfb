import type { KindName } from "../../../../src/model/kind-names";
import { isOwned, type KindImportContext, sortImported } from "../../../../src/resources/import-context";
import { noteAddress, notesOf, recordOf } from "./shapes";

/** A note that is there counts as it is declared. */
export async function importNotes(importing: KindImportContext): Promise<void> {
  const { desired, state, observer, scope, recorder } = importing;
  const addressOf = (name: string) => noteAddress(desired.name, name);
  const declared = notesOf(desired).filter(({ name }) => scope.covers(addressOf(name)));
  const imported = await sortImported(importing, {
    address: `${desired.name}/note`,
    names: declared.map(({ name }) => name),
    addressOf,
    isOurs: (name) => isOwned(state, addressOf(name)),
    list: () => observer.names("note" as KindName),
  });
  for (const note of declared.filter(({ name }) => imported.has(name)))
    recorder?.put(recordOf(desired.name, note));
}
