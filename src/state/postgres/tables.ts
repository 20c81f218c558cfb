import { failure } from "../../model/diagnostic";
import type { Database } from "./database";

/** The version of the tables below. A change of them needs another number and a migration. */
const VERSION = 1;

/**
 * `fence` grows with each lock that is taken or released, and `writes` with each write under one lock. Together they
 * order the rows of a log, and identify a write that arrives late or twice.
 */
const TABLES = `
  select pg_advisory_xact_lock(hashtext('jp1im tables'));
  create table if not exists jp1im_version (version integer primary key);
  create table if not exists jp1im_lineage (state text primary key, lineage text not null);
  create table if not exists jp1im_lock (
    state text, manager text, fence bigint not null, writes bigint not null, lock_id text, holder text,
    renewed timestamptz not null, primary key (state, manager));
  create table if not exists jp1im_log (
    state text, manager text, fence bigint, number bigint, lines bytea not null,
    primary key (state, manager, fence, number));
  create table if not exists jp1im_kept (
    state text, manager text, name text, content text not null, primary key (state, manager, name));
  insert into jp1im_version select ${VERSION} where not exists (select from jp1im_version);
`;

/** The tables of all states in a database, in the first schema of the role's search path. */
export class Tables {
  readonly #database: Database;
  readonly #location: string;
  #areThere: Promise<boolean> | undefined;

  constructor(database: Database, location: string) {
    this.#database = database;
    this.#location = location;
  }

  /** Rejects with a `DiagnosticError` (`state-unreadable`) if a later version created them. */
  async exist(): Promise<boolean> {
    this.#areThere ??= this.#look();
    const areThere = await this.#areThere.catch((error) => {
      this.#areThere = undefined;
      throw error;
    });
    // Another run may create them at any time.
    if (!areThere) this.#areThere = undefined;
    return areThere;
  }

  /** If two runs create them at the same time, one waits for the other. */
  async make(): Promise<void> {
    if (await this.exist()) return;
    await this.#database.run(TABLES);
    await this.exist();
  }

  async #look(): Promise<boolean> {
    const [existence] = await this.#database.run<{ there: boolean }>(
      "select to_regclass(quote_ident(current_schema()) || '.jp1im_version') is not null as there",
    );
    if (!existence?.there) return false;
    const [row] = await this.#database.run<{ version: number }>("select version from jp1im_version");
    if (row !== undefined && row.version > VERSION) throw newer(row.version, this.#location);
    return row !== undefined;
  }
}

function newer(version: number, location: string) {
  return failure({
    code: "state-unreadable",
    summary: `the tables of ${location} have version ${version}, and this version of jp1im knows ${VERSION}`,
    remedy: "use the version of jp1im that made them, or a later one",
  });
}
