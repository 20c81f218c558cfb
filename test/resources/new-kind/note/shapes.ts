import { resourceAddress } from "../../../../src/model/address";
import type { DesiredManager } from "../../../../src/model/desired-state";
import type { SourcePosition } from "../../../../src/model/diagnostic";
import type { NamedKind } from "../../../../src/model/kind-names";
import type { NamedRecords, WholeRecord } from "../../../../src/state/port";

export interface DesiredNote {
  readonly name: string;
  readonly text: string;
  readonly position: SourcePosition;
}

export interface NoteRecord {
  readonly kind: "note";
  readonly address: string;
  readonly manager: string;
  readonly name: string;
  readonly text: string;
}

interface Request {
  readonly id: string;
  readonly stage: number;
  readonly manager: string;
}

export interface AddNote extends Request {
  readonly type: "add-note";
  readonly name: string;
  readonly text: string;
}

export interface DeleteNotes extends Request {
  readonly type: "delete-notes";
  readonly names: readonly string[];
}

export function noteAddress(manager: string, name: string): string {
  return resourceAddress("note" as NamedKind, manager, name);
}

// A kind of `src` is in the types of its table. One that stands beside it has these four casts instead.

export function notesOf(manager: DesiredManager): readonly DesiredNote[] {
  return (manager as unknown as { readonly notes: readonly DesiredNote[] }).notes;
}

export function recordsOf(prior: NamedRecords): ReadonlyMap<string, NoteRecord> {
  return (prior as unknown as { readonly note: ReadonlyMap<string, NoteRecord> }).note;
}

export function recordOf(manager: string, { name, text }: Pick<DesiredNote, "name" | "text">): WholeRecord {
  const record: NoteRecord = { kind: "note", address: noteAddress(manager, name), manager, name, text };
  return record as unknown as WholeRecord;
}
