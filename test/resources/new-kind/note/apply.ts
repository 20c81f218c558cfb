import type { KindApplyContext } from "../../../../src/resources/apply-context";
import { deleteTogether } from "../../../../src/resources/delete-together";
import type { NotePort } from "./requests";
import { type AddNote, type DeleteNotes, noteAddress, recordOf } from "./shapes";

export async function applyAddNote(
  applying: KindApplyContext,
  { manager, name, text }: AddNote,
): Promise<void> {
  const address = noteAddress(manager, name);
  const port = await portOf(applying, manager);
  try {
    await applying.write(() => port.addNote(name, text));
    applying.state.put(recordOf(manager, { name, text }));
    applying.succeed(address);
  } catch (error) {
    applying.fail([address], error);
  }
}

export async function applyDeleteNotes(
  applying: KindApplyContext,
  { manager, names }: DeleteNotes,
): Promise<void> {
  const addressOf = (name: string) => noteAddress(manager, name);
  const port = await portOf(applying, manager);
  await deleteTogether(applying, {
    place: `${manager}/note`,
    names,
    addressOf,
    send: (some) => port.deleteNotes(some),
    list: () => port.listNotes(),
    gone: (name) => {
      applying.state.drop(addressOf(name));
      applying.succeed(addressOf(name));
    },
    failed: (left, error) => applying.fail(left.map(addressOf), error),
  });
}

async function portOf(applying: KindApplyContext, manager: string): Promise<NotePort> {
  return (await applying.port(manager)) as unknown as NotePort;
}
