import type { ManagerPort } from "../../../../src/api/port";
import type { Addressed } from "../../../../src/model/address";
import type { Change } from "../../../../src/model/change";
import type { DesiredManager } from "../../../../src/model/desired-state";
import { oneByOne, type ResourceKind } from "../../../../src/resources/resource-kind";
import type { StateStore } from "../../../../src/state/port";
import type { DiagnosticList } from "../../../../src/yaml/diagnostic-list";
import { applyAddNote, applyDeleteNotes } from "./apply";
import { type DeclaredNote, decodeNotes, mergeNotes } from "./decode";
import { importNotes } from "./import";
import { planNotes } from "./plan";
import type { NotePort } from "./requests";
import { type AddNote, type DeleteNotes, noteAddress, notesOf } from "./shapes";

type Wanted = (address: string) => boolean;

const kind = {
  name: "note",
  decode: decodeNotes,
  merge: (
    { name }: Pick<DesiredManager, "name">,
    declared: readonly DeclaredNote[],
    diagnostics: DiagnosticList,
  ) => mergeNotes(name, declared, diagnostics),
  list: (port: ManagerPort) => (port as unknown as NotePort).listNotes(),
  plan: planNotes,
  changeState(state: StateStore, { address, action }: Change) {
    if (action === "forget") state.drop(address);
  },
  declares: (manager: DesiredManager, addressed: Addressed) =>
    notesOf(manager).some(({ name }) => "name" in addressed && addressed.name === name),
  operations: {
    "add-note": {
      addresses: ({ manager, name }: AddNote) => [noteAddress(manager, name)],
      within: (operation: AddNote, wanted: Wanted) =>
        wanted(noteAddress(operation.manager, operation.name)) ? operation : undefined,
      work: oneByOne(applyAddNote),
    },
    "delete-notes": {
      addresses: ({ manager, names }: DeleteNotes) => names.map((name) => noteAddress(manager, name)),
      within(operation: DeleteNotes, wanted: Wanted) {
        const names = operation.names.filter((name) => wanted(noteAddress(operation.manager, name)));
        return names.length > 0 ? { ...operation, names } : undefined;
      },
      work: oneByOne(applyDeleteNotes),
    },
  },
  import: importNotes,
};

export const noteKind = kind as unknown as ResourceKind;
