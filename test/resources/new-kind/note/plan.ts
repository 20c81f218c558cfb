import type { Action, Change, Reason } from "../../../../src/model/change";
import type { Operation } from "../../../../src/model/operation";
import type { KindPlanContext } from "../../../../src/resources/plan-context";
import { KeptCollector } from "../../../../src/resources/prune";
import { Stage } from "../../../../src/resources/stages";
import { emptyUnitPlan, type UnitPlan } from "../../../../src/resources/unit-plan";
import { type AddNote, type DeleteNotes, type DesiredNote, noteAddress, notesOf, recordsOf } from "./shapes";

/** The text of a note is in no list: what the state remembers of it is compared. */
export function planNotes(
  { desired, prior, scope, pruner }: KindPlanContext,
  listed: readonly string[],
): UnitPlan {
  const { name: manager } = desired;
  const records = recordsOf(prior);
  const isInScope = (name: string) => scope.covers(noteAddress(manager, name));
  const declared = new Set(notesOf(desired).map(({ name }) => name));
  const [changes, adds, deletes]: [Change[], AddNote[], string[]] = [[], [], []];
  const kept = new KeptCollector();
  const change = (name: string, action: Action, reason: Reason) => {
    const address = noteAddress(manager, name);
    changes.push({ address, kind: "note", action, reason } as unknown as Change);
  };
  let unchanged = 0;
  for (const note of notesOf(desired).filter(({ name }) => isInScope(name))) {
    const reason = reasonToWrite(note, listed.includes(note.name), records.get(note.name)?.text);
    if (reason) {
      change(note.name, reason === "missing" ? "create" : "update", reason);
      adds.push(addition(manager, note));
    } else unchanged++;
  }
  for (const name of listed.filter((each) => isInScope(each) && !declared.has(each))) {
    const verdict = pruner(() => false).judge(name, records.has(name), () => noteAddress(manager, name));
    if (!verdict.delete) kept.add(verdict.kept, name);
    else {
      change(name, "delete", verdict.reason);
      deletes.push(name);
    }
  }
  for (const name of records.keys())
    if (isInScope(name) && !listed.includes(name) && !declared.has(name)) change(name, "forget", "gone");
  const operations = [...adds, ...deletion(manager, deletes)] as unknown as Operation[];
  return { ...emptyUnitPlan, changes, operations, kept: kept.list(`${manager}/note`), unchanged };
}

function reasonToWrite({ text }: DesiredNote, isThere: boolean, recorded: string | undefined) {
  if (!isThere) return "missing";
  if (recorded === undefined) return "unverified";
  return recorded === text ? undefined : "changed";
}

function addition(manager: string, { name, text }: DesiredNote): AddNote {
  const id = `${noteAddress(manager, name)}#add`;
  return { id, stage: Stage.putLowerManager, manager, type: "add-note", name, text };
}

function deletion(manager: string, names: readonly string[]): DeleteNotes[] {
  if (names.length === 0) return [];
  const id = `${manager}/note#delete`;
  return [{ id, stage: Stage.deleteLowerManagers, manager, type: "delete-notes", names: [...names].sort() }];
}
