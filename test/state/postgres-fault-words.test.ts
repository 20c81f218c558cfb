import { failed, isBusy, isOutOfReach, isPassing, refusalIn } from "../../src/state/postgres/faults";
import { lackingRights, remedyOfRights } from "../../src/state/postgres/rights";

test.each([
  ['role "jp1im" does not exist', "CREATE ROLE"],
  ['role "jp1im" is not permitted to log in', "ALTER ROLE"],
  ['no pg_hba.conf entry for host "10.0.0.1", user "jp1im"', "pg_hba.conf"],
])("a server that lets the user not in has a remedy for its reason: %s", (message, remedy) => {
  const error = failed({ code: "28000", message }, "db.example");
  expect(error.diagnostics).toMatchObject([
    { code: "state-unreachable", remedy: expect.stringContaining(remedy) },
  ]);
});

test("a server that has its role wait no longer for a lock is asked again, and then has a remedy", () => {
  const error = { code: "55P03", message: "canceling statement due to lock timeout" };
  expect(isPassing(error)).toBe(true);
  expect(failed(error, "db.example").diagnostics).toMatchObject([
    { code: "state-unreachable", remedy: expect.stringContaining("lock_timeout") },
  ]);
});

test.each<[unknown, boolean]>([
  // A restart, a failover, a full server, a broken connection: the run waits for the server.
  ...["08006", "57P01", "57P03", "53300", "40001", "ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "ENOENT"].map(
    (code): [unknown, boolean] => [{ code, message: "" }, true],
  ),
  [{ message: "Connection terminated unexpectedly" }, true],
  [{ message: "timeout exceeded when trying to connect" }, true],
  // A login, a right, a table that lacks: waiting changes nothing.
  ...["28P01", "42501", "42P01", "3D000", "53100"].map((code): [unknown, boolean] => [
    { code, message: "timeout" },
    false,
  ]),
  [{ message: "something else" }, false],
  [failed({ code: "57P01", message: "" }, "db.example"), false],
])("a run waits for the server only while that may help: %j", (error, expected) => {
  expect(isPassing(error)).toBe(expected);
});

test("a server that has no room is there, and one that accepts no connection is out of reach", () => {
  expect(["53300", "57P03", "ECONNREFUSED", "57P01"].map((code) => isBusy({ code }))).toEqual([
    ...[true, true, false, false],
  ]);
  expect(["ECONNREFUSED", "ENOENT", "57P03"].map((code) => isOutOfReach({ code }))).toEqual([
    true,
    true,
    false,
  ]);
  expect(refusalIn({ code: "42501", message: "denied" })).toBe("denied");
  expect(refusalIn({ code: "42P01", message: "no table" })).toBeUndefined();
});

test.each([
  ["CERT_HAS_EXPIRED", "certificate has expired", "state-unreachable", "sslrootcert"],
  ["", "The server does not support SSL connections", "state-unreachable", "sslmode=disable"],
  ["53400", "configuration limit exceeded", "state-unwritable", "administrator"],
  ["XX002", "index is damaged", "state-unwritable", "administrator"],
  ["42804", "something else", "state-unreachable", "check that the server runs"],
])(
  "an error that has no remedy of its own has the one of its kind: %s %s",
  (code, message, expected, remedy) => {
    const { diagnostics } = failed({ code, message }, "db.example");
    expect(diagnostics).toMatchObject([{ code: expected, remedy: expect.stringContaining(remedy) }]);
  },
);

describe("a refused statement", () => {
  const [READ, WRITE] = [
    "SELECT body FROM jp1im_log",
    "with x as (select 1) INSERT INTO jp1im_log values (1)",
  ];
  const BOTH = "select jp1im_x from (insert into jp1im_log returning 1)";
  const SCHEDULE = "UPDATE jp1im_schedule set due = now()";
  const server = { schema: "ops", role: "jp1im", owner: "admin", grants: ["GRANT SELECT ON x TO jp1im"] };
  const table = "permission denied for table jp1im_log";
  const schema = "permission denied for schema ops";

  test("asks for the rights that its run needs, and a plan for no more than reading", () => {
    const needed = (sql: string) => {
      const [, [tables, rights]] = lackingRights({ sql, message: table }) as [string, [string[], string[]]];
      return tables.map((name, index) => `${name} ${rights[index]}`);
    };
    expect(new Set(needed(READ).map((each) => each.split(" ")[1]))).toEqual(new Set(["SELECT"]));
    expect(needed(WRITE)).toEqual(needed(BOTH));
    expect(needed(WRITE)).toContain("jp1im_log DELETE");
    expect(needed(WRITE).join()).not.toContain("jp1im_schedule");
    expect(needed(SCHEDULE)).toEqual(
      ["SELECT", "INSERT", "UPDATE"].map((right) => `jp1im_schedule ${right}`),
    );
  });

  test.each([
    [READ, table, {}, "state-unreadable", /^GRANT SELECT ON x TO jp1im$/],
    [WRITE, table, {}, "state-unwritable", /^use the role that writes .*GRANT SELECT ON x TO jp1im$/],
    [SCHEDULE, table, {}, "state-unwritable", /^GRANT SELECT ON x TO jp1im$/],
    [
      READ,
      table,
      { schema: "public" },
      "state-unreadable",
      /^GRANT .*; or give the role a schema of its own/,
    ],
    [WRITE, schema, {}, "state-unwritable", /run jp1im apply as admin first/],
    [SCHEDULE, schema, {}, "state-unwritable", /run jp1im watch --once as admin first/],
    [WRITE, schema, { schema: "public" }, "state-unwritable", /^give the role a schema of its own/],
  ])("has a remedy with as few rights as possible: %s, %s %j", (sql, message, more, code, remedy) => {
    expect(remedyOfRights({ sql, message }, { ...server, ...more })).toEqual([
      code,
      expect.stringMatching(remedy),
    ]);
  });

  test("has no remedy of its own where the server's answer has too few details", () => {
    expect(remedyOfRights({ sql: READ, message: table }, { ...server, grants: [] })).toBeUndefined();
    expect(remedyOfRights({ sql: READ, message: "permission denied" }, server)).toBeUndefined();
  });
});
