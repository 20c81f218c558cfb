import type * as managerClient from "../../../../src/api/manager-client";

/** What `ManagerPort` would have of notes. */
export interface NotePort {
  listNotes(): Promise<readonly string[]>;
  addNote(name: string, text: string): Promise<void>;
  deleteNotes(names: readonly string[]): Promise<void>;
}

/** The notes of the one manager, and the calls that changed them. */
export const notesOnManager = { texts: new Map<string, string>(), calls: [] as string[] };

export function withNoteCalls({ ManagerClient }: typeof managerClient) {
  return class extends ManagerClient implements NotePort {
    async listNotes() {
      return [...notesOnManager.texts.keys()];
    }

    async addNote(name: string, text: string) {
      notesOnManager.calls.push(`add ${name}`);
      notesOnManager.texts.set(name, text);
    }

    async deleteNotes(names: readonly string[]) {
      notesOnManager.calls.push(`delete ${names.join(" ")}`);
      for (const name of names) notesOnManager.texts.delete(name);
    }
  };
}
