import type { Meaning } from "./faults";

/** The operations of a writing run on each table. A plan only reads. */
const OF_STATE: Readonly<Record<string, readonly string[]>> = {
  jp1im_version: ["SELECT"],
  jp1im_lineage: ["SELECT", "INSERT", "UPDATE"],
  jp1im_lock: ["SELECT", "INSERT", "UPDATE"],
  jp1im_log: ["SELECT", "INSERT", "DELETE"],
  jp1im_kept: ["SELECT", "INSERT", "UPDATE", "DELETE"],
};
const OF_SCHEDULE = { jp1im_schedule: ["SELECT", "INSERT", "UPDATE"] };

/** The rights on tables that the role lacks in its schema. */
const LACKING = `
  select nspname as schema, quote_ident(current_user) as role, quote_ident(pg_get_userbyid(nspowner)) as owner,
    array(
      select format('GRANT %s ON %I.%I TO %I', string_agg(needed, ', ' order by place), nspname, name, current_user)
      from unnest($1::text[], $2::text[]) with ordinality as rights(name, needed, place)
      where not has_table_privilege(to_regclass(format('%I.%I', nspname, name)), needed)
      group by name order by name) as grants
  from pg_namespace where nspname = current_schema()`;

export interface Lacking {
  readonly schema: string;
  readonly role: string;
  readonly owner: string;
  readonly grants: readonly string[];
}

/** A statement that the server refused, with the error. */
export interface RefusedStatement {
  readonly sql: string;
  readonly message: string;
}

/** The statement that asks which rights a refused statement lacked, with its values. */
export function lackingRights({ sql }: RefusedStatement): readonly [sql: string, values: unknown[]] {
  const tables: Readonly<Record<string, readonly string[]>> = isOfSchedule(sql) ? OF_SCHEDULE : OF_STATE;
  const needed = Object.entries(tables).flatMap(([table, rights]) =>
    (isRead(sql) ? ["SELECT"] : rights).map((right) => [table, right] as const),
  );
  return [LACKING, [needed.map(([table]) => table), needed.map(([, right]) => right)]];
}

/** The remedy for a refusal, with as few rights as possible. `undefined` if the server's answer has too few details. */
export function remedyOfRights(
  { sql, message }: RefusedStatement,
  { schema, role, owner, grants }: Lacking,
): Meaning | undefined {
  const code = isRead(sql) ? "state-unreadable" : "state-unwritable";
  // Most likely the tables are not meant to be in this schema.
  const own =
    schema === "public" ? [`give the role a schema of its own: CREATE SCHEMA AUTHORIZATION ${role}`] : [];
  if (/ for (table|relation) jp1im_/.test(message) && grants.length > 0)
    return [code, otherRole(sql, role) + [grants.join("; "), ...own].join("; or ")];
  if (!/ for schema /.test(message)) return undefined;
  if (own[0] !== undefined) return [code, own[0]];
  const command = isOfSchedule(sql) ? "jp1im watch --once" : "jp1im apply";
  return [
    code,
    `the tables are not there yet: run ${command} as ${owner} first, the role that owns the schema ${schema}; ${role} then needs no right to make any`,
  ];
}

/** Most likely the role only plans, and should not get more rights. */
function otherRole(sql: string, role: string): string {
  if (isRead(sql) || isOfSchedule(sql)) return "";
  return `use the role that writes (docs/state.md has three roles); or, if ${role} is to write: `;
}

function isOfSchedule(sql: string): boolean {
  return sql.includes("jp1im_schedule");
}

function isRead(sql: string): boolean {
  return /^\s*select\b/i.test(sql) && !/\b(create|insert)\b/i.test(sql);
}
