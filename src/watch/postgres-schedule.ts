import { DiagnosticError } from "../model/diagnostic";
import { type Clock, stopwatch } from "../platform/clock";
import type { Random } from "../platform/random";
import type { Database } from "../state/postgres/database";
import { linkedSignal } from "./linked-signal";
import type { NextDue, Schedule, TakeWhen, Turn } from "./schedule";
import { ServerClock } from "./server-clock";

/** Milliseconds for which a dead replica keeps a manager. */
const LEASE_MS = 30_000;
const RENEW_MS = LEASE_MS / 3;

/** `due` is infinite during a turn, so that `makeDue` during the turn is not lost. */
const TABLE = `
  select pg_advisory_xact_lock(hashtext('jp1im tables'));
  create table if not exists jp1im_schedule (
    state text, manager text, due timestamptz not null, failures integer not null, turn text, holder text,
    lease_until timestamptz, primary key (state, manager));`;

/** If the table exists, the statement that creates it would still need the right to create tables. */
const IS_THERE = `
  select to_regclass(quote_ident(current_schema()) || '.jp1im_schedule') is not null as there,
    (extract(epoch from clock_timestamp()) * 1000)::float8 as now`;

const ADD = `
  insert into jp1im_schedule (state, manager, due, failures)
  select $1, name, clock_timestamp(), 0 from unnest($2::text[]) as name on conflict do nothing`;

/** Locks the rows in one order, because several replicas may run this at once. */
const BRING_FORWARD = `
  with late as (
    select manager from jp1im_schedule
    where state = $1 and manager = any($2::text[]) and turn is null and due > clock_timestamp() + $3 * interval '1 millisecond'
    order by manager for update)
  update jp1im_schedule as row set due = clock_timestamp() + $3 * interval '1 millisecond'
  from late where row.state = $1 and row.manager = late.manager`;

const MAKE_DUE = `
  with known as (
    select manager from jp1im_schedule where state = $1 and manager = any($2::text[]) order by manager for update)
  update jp1im_schedule as row set due = clock_timestamp(), failures = 0
  from known where row.state = $1 and row.manager = known.manager`;

/**
 * Managers of dead replicas go first. A lease that ends later than any can was given before the server's clock was set
 * back: it ends one lease from now, by when a replica that is alive has renewed it. `$7` is the latest time that a
 * clock shows which nobody has set forward. If the statement is repeated because its answer was lost, it returns the same
 * manager with a new lease.
 */
const TAKE = `
  with shortened as (
    update jp1im_schedule as row set lease_until = clock_timestamp() + $4 * interval '1 millisecond'
    from (
      select manager from jp1im_schedule
      where state = $1 and manager = any($2::text[]) and turn <> $3
        and lease_until > clock_timestamp() + ($4 + 1000) * interval '1 millisecond'
      for update skip locked) as late
    where row.state = $1 and row.manager = late.manager),
  again as (
    update jp1im_schedule set lease_until = clock_timestamp() + $4 * interval '1 millisecond'
    where state = $1 and turn = $3 and manager = any($2::text[]) returning manager, failures),
  next as (
    select manager from jp1im_schedule
    where state = $1 and manager = any($2::text[]) and not exists (select from again)
      and case when lease_until is null then $6 or due <= clock_timestamp()
        else lease_until < least(clock_timestamp(), to_timestamp($7::float8 / 1000)) end
    order by lease_until nulls last, due limit 1 for update skip locked),
  taken as (
    update jp1im_schedule as row
    set turn = $3, holder = $5, due = 'infinity', lease_until = clock_timestamp() + $4 * interval '1 millisecond'
    from next where row.state = $1 and row.manager = next.manager returning row.manager, row.failures)
  select * from again union all select * from taken`;

/**
 * Renews only a valid lease: a statement that arrives after its end comes from a replica that has given up the
 * manager.
 */
const RENEW = `
  update jp1im_schedule set lease_until = clock_timestamp() + $4 * interval '1 millisecond'
  where state = $1 and manager = $2 and turn = $3 and lease_until > clock_timestamp() returning 1`;

/** If the manager was made due during the turn, it stays due and its failures are reset to 0. */
const GIVE_BACK = `
  update jp1im_schedule
  set failures = case when due = 'infinity' then $4 else 0 end, turn = null, holder = null, lease_until = null,
    due = least(due, clock_timestamp() + $5 * interval '1 millisecond')
  where state = $1 and manager = $2 and turn = $3`;

const NEXT_DUE = `
  select (extract(epoch from min(case when lease_until is null then due
      else greatest(lease_until, clock_timestamp() + $3 * interval '1 millisecond') end) - clock_timestamp()) * 1000)::float8 as wait,
    count(*)::int as known, (extract(epoch from clock_timestamp()) * 1000)::float8 as now
  from jp1im_schedule where state = $1 and manager = any($2::text[])`;

export interface PostgresScheduleParts {
  readonly database: Database;
  /** The name of the schedule in the database: replicas with the same name share its managers. */
  readonly state: string;
  /** This replica, for people who read the table: `ops@build-7 4711`. */
  readonly holder: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds for which nobody may have set the server's clock before it ends a lease; those of a lease by default. */
  readonly settlesAfterMs?: number;
}

interface NextDueRow {
  readonly wait: number | null;
  readonly known: number;
  readonly now: number;
}

/**
 * The schedule that replicas share. A replica holds a lease on each manager that it has; the server's clock decides
 * about due times and leases.
 */
export class PostgresSchedule implements Schedule {
  readonly #parts: PostgresScheduleParts;
  /**
   * Turns whose request got no answer. The server may still grant them, and then no replica would work on the
   * manager.
   */
  readonly #unanswered: string[] = [];
  readonly #serverClock: ServerClock;

  private constructor(parts: PostgresScheduleParts) {
    this.#parts = parts;
    this.#serverClock = new ServerClock(parts.clock, parts.settlesAfterMs ?? LEASE_MS);
  }

  /** Creates its table if missing. Rejects with a `DiagnosticError`, like every call. */
  static async open(parts: PostgresScheduleParts): Promise<PostgresSchedule> {
    const schedule = new PostgresSchedule(parts);
    await schedule.#makeTable();
    return schedule;
  }

  async add(managers: readonly string[], withinMs?: number): Promise<void> {
    await this.#makeTable();
    await this.#run(ADD, managers);
    if (withinMs !== undefined) await this.#run(BRING_FORWARD, managers, withinMs);
  }

  async makeDue(managers: readonly string[]): Promise<void> {
    await this.#run(MAKE_DUE, managers);
  }

  async take(managers: readonly string[], when: TakeWhen = "due"): Promise<Turn | undefined> {
    const { clock, random, holder } = this.#parts;
    const turn = this.#unanswered.pop() ?? random.bytes(16).toString("hex");
    const sinceAsked = stopwatch(clock);
    const values = [managers, turn, LEASE_MS, holder, when === "any-time", this.#serverClock.latest];
    try {
      const [row] = await this.#run<{ manager: string; failures: number }>(TAKE, ...values);
      return row && this.#turnOf(row, turn, sinceAsked);
    } catch (error) {
      this.#unanswered.push(turn);
      throw error;
    }
  }

  async nextDue(managers: readonly string[]): Promise<NextDue> {
    const { clock } = this.#parts;
    const askedAt = clock.elapsed();
    const [row] = await this.#run<NextDueRow>(NEXT_DUE, managers, this.#serverClock.settlesInMs);
    const isSetBack = row !== undefined && this.#serverClock.note(row.now, askedAt);
    // Infinite while other replicas have all of them.
    const waitMs = Math.max(0, row?.wait ?? Number.POSITIVE_INFINITY);
    return { waitMs, isComplete: row?.known === managers.length && !isSetBack };
  }

  async #makeTable(): Promise<void> {
    const { database, clock } = this.#parts;
    const askedAt = clock.elapsed();
    const [row] = await database.run<{ there: boolean; now: number }>(IS_THERE);
    if (row) this.#serverClock.note(row.now, askedAt);
    if (!row?.there) await database.run(TABLE);
  }

  #turnOf(
    row: { readonly manager: string; readonly failures: number },
    turn: string,
    sinceAsked: () => number,
  ): Turn {
    const { manager, failures } = row;
    const lost = new AbortController();
    const ended = new AbortController();
    void this.#keep(manager, turn, sinceAsked, ended.signal).then((isOurs) => isOurs || lost.abort());
    return {
      ...{ manager, failures, lost: lost.signal },
      giveBack: async (next) => {
        ended.abort();
        await this.#run(GIVE_BACK, manager, turn, next.failures, next.waitMs);
      },
    };
  }

  /**
   * Renews the lease until the turn has ended. False if it was lost: the server says so, or did not confirm it before
   * it ran out.
   */
  async #keep(manager: string, turn: string, sinceTaken: () => number, ended: AbortSignal): Promise<boolean> {
    const { clock } = this.#parts;
    for (let sinceConfirmed = sinceTaken; ; ) {
      await clock.sleep(RENEW_MS, ended);
      if (ended.aborted) return true;
      const sinceAsked = stopwatch(clock);
      const isRenewed = await this.#renewed(manager, turn, LEASE_MS - sinceConfirmed(), ended);
      if (!isRenewed) return ended.aborted;
      sinceConfirmed = sinceAsked;
    }
  }

  /** Whether the server confirms it within so many milliseconds. */
  async #renewed(manager: string, turn: string, withinMs: number, ended: AbortSignal): Promise<boolean> {
    const { clock } = this.#parts;
    const answered = new AbortController();
    const { signal, release } = linkedSignal(ended, answered.signal);
    try {
      return await Promise.race([
        this.#run(RENEW, manager, turn, LEASE_MS).then(
          (rows) => rows.length > 0,
          () => false,
        ),
        clock.sleep(withinMs, signal).then(() => false),
      ]);
    } finally {
      answered.abort();
      release();
    }
  }

  async #run<R extends object>(sql: string, ...values: readonly unknown[]): Promise<readonly R[]> {
    const { database, state } = this.#parts;
    return database.run<R>(sql, [state, ...values]).catch((error: unknown) => {
      throw error instanceof DiagnosticError ? ofSchedule(error) : error;
    });
  }
}

/**
 * Changes the remedy for a missing or foreign table, which is that of a state: a schedule's table can be created
 * again at any time.
 */
function ofSchedule({ diagnostics, cause }: DiagnosticError): DiagnosticError {
  const remedied = diagnostics.map((each) =>
    each.code === "state-corrupted" ? { ...each, remedy: REMADE } : each,
  );
  return new DiagnosticError(remedied, { cause });
}

const REMADE =
  "drop the table, and the watch creates it again: DROP TABLE IF EXISTS jp1im_schedule; it holds whose turn it is, and nothing of the state";
