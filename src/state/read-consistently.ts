/**
 * Reads a consistent state. A state is read part by part, so a rename of a manager during a read could show it twice
 * or not at all.
 */
import { type DiagnosticError, failure } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import type { LockHolder } from "../model/state-listing";
import type { Clock } from "../platform/clock";
import type { LoadedLog } from "./log/load-log";
import type { Storage } from "./storage";

/** The pause between two reads, and the most reads. A rename takes a few writes. */
const PAUSE_MS = 500;
const MAX_READS = 40;
const MOVE = "state mv";

type Logs = ReadonlyMap<string, LoadedLog>;

interface Reading<R> {
  readonly parts: R;
  /** Present if a manager moved meanwhile: the last read may lack it, or have it twice. */
  readonly moved?: DiagnosticError;
}

/** Reads until the next read lacks nothing of the former one, and no rename of a manager is in progress. */
export async function readConsistently<R extends { readonly loaded: Logs }>(
  read: () => Promise<R>,
  storage: Storage,
  clock: Clock,
): Promise<Reading<R>> {
  let before = snapshotOf((await read()).loaded);
  for (let reads = 2; ; reads++) {
    await storage.identity(true);
    const parts = await read();
    const now = snapshotOf(parts.loaded);
    const moved = await findConcurrentMove(before, now, storage);
    if (moved === undefined) return { parts };
    if (reads >= MAX_READS) return { parts, moved };
    before = now;
    await clock.sleep(PAUSE_MS);
  }
}

interface Part {
  readonly serial: number;
  /** Equal in both parts during a rename of a manager, and hardly ever otherwise. */
  readonly content: string;
}

type Snapshot = ReadonlyMap<string, Part>;

/** The managers that have records in the state. */
function snapshotOf(loaded: Logs): Snapshot {
  const parts = [...loaded].flatMap(([manager, { contents }]): [string, Part][] => {
    const records = [...contents.records()];
    const own = records.find((record) => record.kind === "manager");
    const content = JSON.stringify([records.length, own?.url, own?.host]);
    return records.length === 0 ? [] : [[manager, { serial: contents.serial, content }]];
  });
  return new Map(parts);
}

async function findConcurrentMove(
  before: Snapshot,
  now: Snapshot,
  storage: Storage,
): Promise<DiagnosticError | undefined> {
  const gone = [...before.keys()].find((manager) => !now.has(manager));
  if (gone !== undefined) return movedMeanwhile(gone, storage);
  for (const [manager, { serial }] of partsWithEqualContent(now)) {
    if (before.get(manager)?.serial !== serial) return movedMeanwhile(manager, storage);
    const holder = await storage.holder(manager);
    if (holder?.command === MOVE && !storage.isGone(holder)) return movedMeanwhile(manager, storage, holder);
  }
  return undefined;
}

function partsWithEqualContent(snapshot: Snapshot): readonly (readonly [string, Part])[] {
  const counts = new Map<string, number>();
  for (const { content } of snapshot.values()) counts.set(content, (counts.get(content) ?? 0) + 1);
  return [...snapshot].filter(([, { content }]) => (counts.get(content) ?? 0) > 1);
}

function movedMeanwhile(manager: string, { location }: Storage, holder?: LockHolder): DiagnosticError {
  const gone = holder && `; if it is certainly gone: ${suggest("state", "unlock", holder.id)}`;
  return failure({
    code: "state-locked",
    summary: `another run moved or removed the state of ${manager} in ${location} while it was read`,
    remedy: `run the command again when that run has ended${gone ?? ""}`,
    address: manager,
  });
}
