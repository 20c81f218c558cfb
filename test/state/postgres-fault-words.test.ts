import { failed, isPassing } from "../../src/state/postgres/faults";

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
