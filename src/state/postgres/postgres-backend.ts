/**
 * A state in PostgreSQL. A lock is a row with a fencing number that only grows. Each write checks the number under
 * that row's lock, in the same statement that appends. A statement that arrives twice or late has no effect.
 */
import { failure } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import { type Clock, formatTime } from "../../platform/clock";
import { holderFromJson, holderToJson, unreadableHolder } from "../lock/holder-json";
import { LockLostError, type PartitionChange, type RemoteBackend } from "../remote/backend";
import { identityFromText, identityToText, isSameIdentity, type StateIdentity } from "../state-identity";
import type { Database } from "./database";
import { Tables } from "./tables";

/** A smaller step of the server's clock delays a takeover by at most this time. */
const SMALL_STEP_MS = 1_000;

export interface PostgresPlace {
  readonly database: Database;
  /** A URL without a password. */
  readonly location: string;
  /** The state's name in the database. */
  readonly state: string;
  readonly clock: Clock;
}

/** A lock that this process took. The server must still have these values during a write. */
interface HeldLock {
  readonly fence: string;
  /** The last write that the server confirmed, and the last that was tried. */
  acknowledged: number;
  tried: number;
}

interface MovedLock {
  readonly fence: string;
  readonly lock_id: string | null;
}

interface LockRow extends MovedLock {
  readonly writes: string;
  readonly holder: string | null;
  /** Milliseconds since the last heartbeat, on the server's clock. */
  readonly age: number;
}

export class PostgresBackend implements RemoteBackend {
  // The server's clock decides, and a run that was only slow writes nothing more.
  readonly lease = { heartbeatMs: 10_000, ttlMs: 30_000 };
  readonly location: string;
  readonly #database: Database;
  readonly #state: string;
  readonly #clock: Clock;
  readonly #tables: Tables;
  /** By the ID of the lock. */
  readonly #leases = new Map<string, HeldLock>();

  constructor({ database, location, state, clock }: PostgresPlace) {
    this.location = location;
    this.#database = database;
    this.#state = state;
    this.#clock = clock;
    this.#tables = new Tables(database, location);
  }

  describe(manager: string, file?: string): string {
    return `${file === undefined ? "" : `${file} of `}${manager} in ${this.location}`;
  }

  async identity(): Promise<StateIdentity | undefined> {
    const [row] = await this.#select<{ lineage: string }>("lineage from jp1im_lineage where state = $1");
    return identityFromText(row?.lineage ?? "");
  }

  async managers(): Promise<readonly string[]> {
    const rows = await this.#select<{ manager: string }>(
      `manager from jp1im_log where state = $1
       union select manager from jp1im_kept where state = $1
       union select manager from jp1im_lock where state = $1 and lock_id is not null`,
    );
    return rows.map(({ manager }) => manager).sort();
  }

  async read(manager: string): Promise<Buffer | undefined> {
    const rows = await this.#select<{ lines: Buffer }>(
      "lines from jp1im_log where state = $1 and manager = $2 order by fence, number",
      manager,
    );
    return rows.length === 0 ? undefined : Buffer.concat(rows.map(({ lines }) => lines));
  }

  async holder(manager: string): Promise<LockHolder | undefined> {
    const row = await this.#lock(manager);
    const id = idIn(row);
    if (row === undefined || id === undefined) return undefined;
    const holder = holderFromJson(row.holder ?? "") ?? unreadableHolder(id);
    // The server's clock decides how old a lease is, because the clocks of hosts may differ. A takeover and `state
    // unlock` use the column, whatever the text contains.
    return { ...holder, id, heartbeat: formatTime(this.#clock.now() - row.age) };
  }

  async swapLock(
    manager: string,
    expected: string | undefined,
    next: LockHolder | undefined,
    begin: () => void = () => {},
  ): Promise<boolean> {
    if (next !== undefined) await this.#tables.make();
    const before = await this.#lock(manager);
    if (idIn(before) !== expected) {
      if (before !== undefined && before.age < -SMALL_STEP_MS) await this.#heardNow(manager);
      return false;
    }
    if (next !== undefined && next.id === expected) return this.#renew(manager, next);
    if (next === undefined && expected === undefined) return true;
    begin();
    const [moved] = await this.#database.run<MovedLock>(MOVE, [
      ...[this.#state, manager, before?.fence ?? "0"],
      ...[next?.id ?? null, next === undefined ? null : holderToJson(next)],
    ]);
    // No row changed: another run was faster, or the answer to the same statement was lost.
    const now = moved ?? (await this.#lock(manager));
    if (idIn(now) !== next?.id) return false;
    if (expected !== undefined) this.#leases.delete(expected);
    if (next !== undefined && now !== undefined)
      this.#leases.set(next.id, { fence: now.fence, acknowledged: 0, tried: 0 });
    return true;
  }

  async write(manager: string, lockId: string, change: PartitionChange): Promise<void> {
    const lease = this.#leases.get(lockId);
    if (lease === undefined) throw new LockLostError();
    const number = ++lease.tried;
    const { sql, values } = statementOf(change);
    const key = [this.#state, manager, lease.fence, lease.acknowledged, number];
    const rows = await this.#database.run(`with ${HELD}, ${sql} select 1 from held`, [...key, ...values]);
    if (rows.length === 0) await this.#requireWritten(manager, lease, number);
    lease.acknowledged = number;
  }

  async keptNames(manager: string): Promise<readonly string[]> {
    const rows = await this.#select<{ name: string }>(
      "name from jp1im_kept where state = $1 and manager = $2",
      manager,
    );
    return rows.map(({ name }) => name).sort();
  }

  async readKept(manager: string, name: string): Promise<string | undefined> {
    const [row] = await this.#select<{ content: string }>(
      "content from jp1im_kept where state = $1 and manager = $2 and name = $3",
      manager,
      name,
    );
    return row?.content;
  }

  /** No row changed: another run has the lock, or the answer to the same statement was lost. */
  async #requireWritten(manager: string, lease: HeldLock, number: number): Promise<void> {
    const now = await this.#lock(manager);
    if (now?.fence !== lease.fence) throw new LockLostError();
    if (Number(now.writes) === number) return;
    throw failure({
      code: "state-unwritable",
      summary: `the database lost confirmed writes of ${this.describe(manager)}, so nothing more is written`,
      remedy:
        "a replica that lagged behind took over, most likely: run the command again, and replicate synchronously",
    });
  }

  /** A heartbeat in the future: the clock was set back. From now on the time without a heartbeat counts again. */
  async #heardNow(manager: string): Promise<void> {
    await this.#database.run(
      `update jp1im_lock set renewed = clock_timestamp()
       where state = $1 and manager = $2 and renewed > clock_timestamp() + interval '1 second'`,
      [this.#state, manager],
    );
  }

  async #renew(manager: string, next: LockHolder): Promise<boolean> {
    const rows = await this.#database.run(
      `update jp1im_lock set holder = $4, renewed = clock_timestamp()
       where state = $1 and manager = $2 and lock_id = $3 returning 1`,
      [this.#state, manager, next.id, holderToJson(next)],
    );
    return rows.length > 0;
  }

  async #lock(manager: string): Promise<LockRow | undefined> {
    const [row] = await this.#select<LockRow>(
      `fence, writes, lock_id, holder, (extract(epoch from clock_timestamp() - renewed) * 1000)::float8 as age
       from jp1im_lock where state = $1 and manager = $2`,
      manager,
    );
    return row;
  }

  /** Rows of this state; none before its first write. */
  async #select<R extends object>(sql: string, ...values: readonly string[]): Promise<readonly R[]> {
    if (!(await this.#tables.exist())) return [];
    return this.#database.run<R>(`select ${sql}`, [this.#state, ...values]);
  }
}

function idIn(row: MovedLock | undefined): string | undefined {
  return row?.lock_id ?? undefined;
}

/** Changes the fencing number from the known one to the next, so nobody takes or releases the lock in between. */
const MOVE = `
  insert into jp1im_lock as held (state, manager, fence, writes, lock_id, holder, renewed)
  select $1, $2, greatest($3::bigint, (select max(fence) from jp1im_log where state = $1 and manager = $2)) + 1, 0,
    $4, $5, clock_timestamp()
  where $3::bigint = 0 or exists (select from jp1im_lock where state = $1 and manager = $2)
  on conflict (state, manager) do update
    set fence = excluded.fence, writes = 0, lock_id = excluded.lock_id, holder = excluded.holder, renewed = excluded.renewed
    where held.fence = $3::bigint
  returning fence, lock_id`;

/**
 * Conditions of a write: the lock is ours, no confirmed write is missing, and this write is new. The lock stays ours
 * until the commit.
 */
const HELD = `held as (
  update jp1im_lock set writes = $5
  where state = $1 and manager = $2 and fence = $3 and writes >= $4 and writes < $5
  returning 1)`;

const APPEND = `appended as (
  insert into jp1im_log (state, manager, fence, number, lines) select $1, $2, $3, $5, $6 from held)`;

/** The statement of one change under the lock. */
function statementOf(change: PartitionChange): { readonly sql: string; readonly values: readonly unknown[] } {
  switch (change.do) {
    case "append":
      return { sql: APPEND, values: [change.log] };
    case "replace": {
      const dropped = `dropped as (
        delete from jp1im_log where state = $1 and manager = $2 and exists (select from held))`;
      return { sql: `${dropped}, ${APPEND}`, values: [change.log] };
    }
    case "settle": {
      const [next, seen] = [change.next, change.seen ?? change.next].map(identityToText);
      // A role that only creates states needs no right to update them.
      const isNew = isSameIdentity(change.seen ?? change.next, change.next);
      const other = isNew ? "do nothing" : "do update set lineage = $6 where known.lineage = $7";
      return {
        sql: `settled as (
          insert into jp1im_lineage as known (state, lineage) select $1, $6 from held on conflict (state) ${other})`,
        values: isNew ? [next] : [next, seen],
      };
    }
    case "keep":
      return {
        sql: `kept as (
          insert into jp1im_kept (state, manager, name, content) select $1, $2, $6, $7 from held
          on conflict (state, manager, name) do update set content = excluded.content)`,
        values: [change.name, change.text],
      };
    case "remove":
      return {
        sql: `removed as (
          delete from jp1im_kept where state = $1 and manager = $2 and name = $6 and exists (select from held))`,
        values: [change.name],
      };
  }
}
