import { formatPostgresUrl, isExposed, parsePostgresUrl } from "../../src/model/postgres-address";

const SERVER = { host: "db.example", port: 5432, database: "jp1im", state: "jp1im" };
const VERIFIED = { mode: "verify-full" };
const PLAIN = { mode: "disable" };

test.each([
  ["postgres://db.example/jp1im", { ...SERVER, tls: VERIFIED }],
  ["postgres://ops@db.example:6432/jp1im", { ...SERVER, port: 6432, user: "ops", tls: VERIFIED }],
  ["postgres://db.example/jp1im?state=tokyo", { ...SERVER, state: "tokyo", tls: VERIFIED }],
  ["postgres://db.example/jp1im?sslmode=require", { ...SERVER, tls: { mode: "require" } }],
  [
    "postgres://db.example/jp1im?sslrootcert=ca/root.pem&sslcert=me.pem&sslkey=me.key",
    { ...SERVER, tls: { ...VERIFIED, rootCert: "ca/root.pem", cert: "me.pem", key: "me.key" } },
  ],
  ["postgres://localhost/jp1im", { ...SERVER, host: "localhost", tls: PLAIN }],
  ["postgres://127.0.0.1:5433/jp1im", { ...SERVER, host: "127.0.0.1", port: 5433, tls: PLAIN }],
  ["postgres://[::1]/jp1im", { ...SERVER, host: "::1", tls: PLAIN }],
  ["postgres://[fd00::1]/jp1im", { ...SERVER, host: "fd00::1", tls: VERIFIED }],
  [
    "postgres:///jp1im?host=/run/postgresql&user=ops",
    { ...SERVER, host: "/run/postgresql", user: "ops", tls: PLAIN },
  ],
  [
    "postgres://ops%40home@db.example/my%20db",
    { ...SERVER, user: "ops@home", database: "my db", tls: VERIFIED },
  ],
])("%s is read, and written as the same", (text, address) => {
  const parsed = parsePostgresUrl(text);
  expect(parsed).toEqual(address);
  if ("fault" in parsed) throw new Error(parsed.fault);
  expect(formatPostgresUrl(parsed)).toBe(text);
});

test("`postgresql://` is the same scheme", () => {
  expect(parsePostgresUrl("postgresql://db.example/jp1im")).toEqual(
    parsePostgresUrl("postgres://db.example/jp1im"),
  );
});

test.each([
  ["postgres://u:c4nary@db.example/jp1im", "password"],
  ["postgres://u:c4nary/x@db.example/jp1im", "no URL"],
  ["postgres://u:12/c4nary@db.example/jp1im", "no database"],
  ["postgres://u:12#c4nary@db.example/jp1im", "no database"],
  ["postgres://u:12?c4nary@db.example/jp1im", "no database"],
  ["postgres://u@db.example/jp1im?password=c4nary", "password"],
  ["postgres://db.example/jp1im?c4nary", "unknown parameter"],
  ["postgres://db.example/jp1im?options=-c%20search_path=c4nary", "unknown parameter"],
  ["postgres://db.example/jp1im?sslmode=c4nary", "`sslmode`"],
  ["postgres://db.example/jp1im?sslmode=prefer", "`sslmode`"],
  ["postgres://db.example/jp1im?state=c4nary!", "`state`"],
  ["postgres://one,two/c4nary", "no single host"],
  ["postgres:///jp1im", "no single host"],
  ["postgres://db.example", "no database"],
  ["postgres://db.example/%c4nary", "no database"],
  ["postgres:c4nary", "no single host"],
])("%s is refused, and shows nothing of what may be a credential", (text, words) => {
  const parsed = parsePostgresUrl(text);
  expect(parsed).toMatchObject({ fault: expect.stringContaining(words), remedy: expect.stringMatching(/./) });
  expect(JSON.stringify(parsed)).not.toContain("c4nary");
});

test.each([
  ["db.example/x", false],
  ["db.example/x?sslmode=verify-ca", false],
  ["db.example/x?sslmode=require&sslrootcert=ca.pem", false],
  ["db.example/x?sslmode=require", true],
  ["db.example/x?sslmode=disable", true],
  ["localhost/x", false],
  ["127.0.0.1/x?sslmode=require", false],
])("a connection to %s lets others have the login: %s", (place, expected) => {
  const parsed = parsePostgresUrl(`postgres://${place}`);
  if ("fault" in parsed) throw new Error(parsed.fault);
  expect(isExposed(parsed)).toBe(expected);
});
