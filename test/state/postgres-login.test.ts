import { DiagnosticError } from "../../src/model/diagnostic";
import { writeNewFile } from "../../src/platform/durable-file";
import { passwordOf } from "../../src/state/postgres/password";
import { tlsOptions } from "../../src/state/postgres/tls";
import { MemoryFileSystem } from "../platform/memory-file-system";

const LOGIN = { host: "db.example", port: 5432, database: "ops", user: "jp1im" };
const PGPASSFILE = "/home/ops/.pgpass";

async function passwordIn(text: string, login = LOGIN): Promise<string> {
  const fileSystem = new MemoryFileSystem();
  await fileSystem.makeFolder("/home/ops", 0o700);
  await writeNewFile(fileSystem, PGPASSFILE, text);
  return passwordOf(login, { env: { PGPASSFILE }, fileSystem }).catch((error) => {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics[0]?.summary ?? "";
  });
}

test.each([
  ["db.example:5432:ops:jp1im:secret", "secret"],
  ["*:*:*:*:any\n", "any"],
  ["#db.example:5432:ops:jp1im:old\r\ndb.example:5432:ops:jp1im:new\r\n", "new"],
  ["db.example:5432:ops:jp1im:first\n*:*:*:*:second", "first"],
  ["db.example:5433:ops:jp1im:port\ndb.example:5432:other:jp1im:base\n*:*:*:jp1im:right", "right"],
  ["db.example:5432:ops:other:no\nother:5432:ops:jp1im:no\n*:*:ops:*:yes", "yes"],
  ["*:*:*:*:a\\:b\\\\c", "a:b\\c"],
  ["*:*:*:*:secret:more", "secret"],
  ["*:*:*:*\n*:*:*:*:complete", "complete"],
])(
  "the password is in the first line of the password file that fits, as psql reads it: %j",
  async (text, expected) => {
    expect(await passwordIn(text)).toBe(expected);
  },
);

test.each(["", "db.example:5432:ops:jp1im", "*:*:*:*:", "other:*:*:*:secret", "#*:*:*:*:secret"])(
  "without a line that fits, the server's password is missing: %j",
  async (text) => {
    expect(await passwordIn(text)).toContain("asks for a password of jp1im, and none is given");
  },
);

test("a server on a socket is named localhost there", async () => {
  const text = "/run/postgres:*:*:*:wrong\nlocalhost:*:*:*:right";
  expect(await passwordIn(text, { ...LOGIN, host: "/run/postgres" })).toBe("right");
});

test("a source comes before PGPASSWORD, and that before a file", async () => {
  const fileSystem = new MemoryFileSystem();
  await writeNewFile(fileSystem, "/pgpass", "*:*:*:*:of-file");
  const env = { PGPASSFILE: "/pgpass", PGPASSWORD: "of-environment" };
  const source = async () => "of-source";
  expect(await passwordOf(LOGIN, { source, env, fileSystem })).toBe("of-source");
  expect(await passwordOf(LOGIN, { env, fileSystem })).toBe("of-environment");
  expect(await passwordOf(LOGIN, { env: { ...env, PGPASSWORD: "" }, fileSystem })).toBe("of-file");
});

test.each([0o640, 0o604, 0o601])("a password file that others may read is not used: %i", async (mode) => {
  const fileSystem = new MemoryFileSystem();
  const file = await fileSystem.open("/pgpass", "wx", mode);
  await file.write(Buffer.from("*:*:*:*:secret"));
  await file.close();
  await expect(passwordOf(LOGIN, { env: { PGPASSFILE: "/pgpass" }, fileSystem })).rejects.toThrow(
    "readable by others",
  );
});

describe("TLS of the server", () => {
  const file = (name: string) => Buffer.from(`content of ${name}`);
  const optionsOf = async (tls: Parameters<typeof tlsOptions>[0]) => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeFolder("/project", 0o755);
    for (const name of ["ca", "own"])
      await writeNewFile(fileSystem, `/project/${name}.pem`, `content of ${name}`);
    return tlsOptions(tls, "/project", fileSystem);
  };
  const anyName = { checkServerIdentity: expect.any(Function) };

  test.each([
    [{ mode: "require" }, { rejectUnauthorized: false, ...anyName }],
    [
      { mode: "require", rootCert: "ca.pem" },
      { ca: file("ca"), rejectUnauthorized: true, ...anyName },
    ],
    [
      { mode: "require", rootCert: "system" },
      { rejectUnauthorized: false, ...anyName },
    ],
    [
      { mode: "verify-ca", rootCert: "ca.pem" },
      { ca: file("ca"), rejectUnauthorized: true, ...anyName },
    ],
    [
      { mode: "verify-full", rootCert: "/project/ca.pem" },
      { ca: file("ca"), rejectUnauthorized: true },
    ],
    [{ mode: "verify-full" }, { rejectUnauthorized: true }],
    [
      { mode: "verify-full", cert: "own.pem", key: "own.pem" },
      { rejectUnauthorized: true, cert: file("own"), key: file("own") },
    ],
  ] as const)("checks what its mode says: %j", async (tls, expected) => {
    const options = await optionsOf(tls);
    expect(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))).toEqual(
      expected,
    );
  });

  test("is off only where that is said, and a file that is not there is named", async () => {
    expect(await optionsOf({ mode: "disable" })).toBe(false);
    await expect(optionsOf({ mode: "verify-full", rootCert: "no.pem" })).rejects.toThrow("no.pem");
  });
});
