import { failed } from "../../src/state/postgres/faults";

test.each([
  ['role "jp1im" does not exist', "CREATE ROLE"],
  ['no pg_hba.conf entry for host "10.0.0.1", user "jp1im"', "pg_hba.conf"],
])("a server that lets the user not in has a remedy for its reason: %s", (message, remedy) => {
  const error = failed({ code: "28000", message }, "db.example");
  expect(error.diagnostics).toMatchObject([
    { code: "state-unreachable", remedy: expect.stringContaining(remedy) },
  ]);
});
