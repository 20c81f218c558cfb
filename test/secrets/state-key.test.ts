import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Diagnostic, DiagnosticError } from "../../src/model/diagnostic";
import { type FileSystem, nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import { loadStateKey, type StateKeyOptions } from "../../src/secrets/state-key";
import { makeKeyFile, nextKeyFile, stageNextKey } from "../../src/secrets/state-key-file";
import { newKey } from "../../src/secrets/state-key-text";
import { MemoryFileSystem, seededRandom } from "../platform/memory-file-system";
import { CANARY, expectNoCanary } from "./canary";

const FILE = "/project/.jp1im/state.key";
const KEY = Buffer.alloc(32, 9).toString("base64");

function load(fileSystem: FileSystem, more: Partial<StateKeyOptions> = {}) {
  const warnings: Diagnostic[] = [];
  const loaded = loadStateKey({
    folder: "/project/.jp1im",
    cwd: "/project",
    env: {},
    fileSystem,
    random: systemRandom,
    report: (diagnostic) => warnings.push(diagnostic),
    ...more,
  });
  return { loaded, warnings };
}

function make(fileSystem: MemoryFileSystem) {
  const warnings: Diagnostic[] = [];
  const key = newKey(systemRandom);
  const context = {
    fileSystem,
    random: systemRandom,
    report: (diagnostic: Diagnostic) => warnings.push(diagnostic),
  };
  const made = makeKeyFile(FILE, key, context);
  return { key, made, warnings };
}

async function failureOf(promise: Promise<unknown>): Promise<DiagnosticError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  expect(error.diagnostics).toMatchObject([{ code: "state-key", severity: "error" }]);
  return error;
}

describe("the state key", () => {
  test("comes from the environment before any file", async () => {
    const fileSystem = new MemoryFileSystem();
    const { key, origin } = await load(fileSystem, { env: { JP1IM_STATE_KEY: ` ${KEY}\n` } }).loaded;
    expect([key.reveal(), origin]).toEqual([KEY, "environment"]);
    expect(fileSystem.calls).toBe(0);
  });

  test.each([
    ["a mark of UTF-8", Buffer.from(`\ufeff${KEY}\n`), undefined],
    ["UTF-16", Buffer.from(`\ufeff${KEY}\n`, "utf16le"), "is UTF-16 text"],
    ["a conflict", Buffer.from(`<<<<<<< a\n${KEY}\n=======\n${KEY}\n>>>>>>> b\n`), "conflict markers"],
    ["hexadecimal digits", Buffer.alloc(32, 9).toString("hex"), "in hexadecimal"],
    ["the base64 of URLs", `${"-_".repeat(21)}A=`, "in the base64 of URLs"],
    ["quotes", `"${KEY}"`, "in quotes"],
  ])("in a file with %s is read, or the message says what it is", async (_, content, why) => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(FILE, content, { mode: 0o600 });
    const { loaded } = load(fileSystem);
    if (why === undefined) expect((await loaded).key.reveal()).toBe(KEY);
    else expect((await failureOf(loaded)).message).toContain(why);
  });

  test.each([
    ["ENOTDIR", "name a folder for the state: /project/.jp1im is none"],
    ["EFTYPE", "name a regular file, or move it away"],
    ["EACCES", "check its permissions"],
  ])("in a file that cannot be read (%s) is an error with a remedy of its own", async (code, remedy) => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(FILE, KEY, { mode: 0o600 });
    fileSystem.onCall = ({ name }) => (name === "readFile" ? code : undefined);
    expect((await failureOf(load(fileSystem).loaded)).diagnostics[0]?.remedy).toContain(remedy);
  });

  test.each([
    ["ENOSPC", "make room on its file system"],
    ["EROFS", "have its file system mounted for writing"],
    ["EACCES", "make its folder writable, or set JP1IM_STATE_KEY"],
  ])("that cannot be kept (%s) is an error with a remedy of its own", async (code, remedy) => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.onCall = ({ name }) => (name === "open" ? code : undefined);
    expect((await failureOf(make(fileSystem).made)).diagnostics[0]?.remedy).toContain(remedy);
  });

  describe("of a program", () => {
    const print = (script: string) => JSON.stringify([process.execPath, "-e", script]);
    const from = (command: string, more: Record<string, string> = {}) =>
      load(nodeFileSystem, {
        env: { ...process.env, JP1IM_STATE_KEY_COMMAND: command, ...more },
        cwd: __dirname,
      }).loaded;

    test("is what it writes, and no file is made", async () => {
      const { key, origin } = await from(print(`console.log("${KEY}")`));
      expect([key.reveal(), origin]).toEqual([KEY, "command"]);
    });

    test("gives way to the variable and to a named file, and goes before the state folder's", async () => {
      const env = { JP1IM_STATE_KEY_COMMAND: print("process.exit(1)") };
      const fileSystem = new MemoryFileSystem();
      fileSystem.place("/keys/k", KEY, { mode: 0o600 });
      fileSystem.place(FILE, Buffer.alloc(32, 1).toString("base64"), { mode: 0o600 });
      const of = async (more: object) => (await load(fileSystem, { env: { ...env, ...more } }).loaded).origin;
      expect(await of({ JP1IM_STATE_KEY: KEY })).toBe("environment");
      expect(await of({ JP1IM_STATE_KEY_FILE: "/keys/k" })).toBe("file");
      await expect(of({})).rejects.toThrow("JP1IM_STATE_KEY_COMMAND");
    });

    test.each([
      ["its standard error", "sleep 30 </dev/null >/dev/null &"],
      ["all of its output", "sleep 30 &"],
    ])("is taken when the program has ended, whose daemon keeps %s", async (_, daemon) => {
      const command = JSON.stringify(["/bin/sh", "-c", `${daemon} echo ${KEY}`]);
      expect((await from(command)).key.reveal()).toBe(KEY);
    });

    test("that the system cannot run tells why", async () => {
      const folder = mkdtempSync(join(tmpdir(), "jp1im-key-"));
      writeFileSync(join(folder, "key"), "#!/nope\n", { mode: 0o700 });
      const failure = await failureOf(from(JSON.stringify([join(folder, "key")])));
      rmSync(folder, { recursive: true });
      expect(failure.message).toContain('names the interpreter "/nope" in its first line');
    });

    test("is not handed the new key of a rekey", async () => {
      const script = `console.log(process.env.JP1IM_NEW_STATE_KEY === undefined ? "${KEY}" : "leaked")`;
      expect((await from(print(script), { JP1IM_NEW_STATE_KEY: KEY })).origin).toBe("command");
    });

    test("that fails tells its standard error, and never its output", async () => {
      const script = `console.log(${JSON.stringify(CANARY)}); console.error("the vault is locked"); process.exit(3)`;
      const failure = await failureOf(from(print(script)));
      expect(failure.message).toContain("exited with 3: the vault is locked");
      expectNoCanary(failure, CANARY);
      const noKey = await failureOf(from(print(`console.log(${JSON.stringify(CANARY)})`)));
      expect(noKey.message).toContain("does not hold 32 bytes in base64");
      expectNoCanary(noKey, CANARY);
    });

    test.each(["", "pass show key", "[]", '{"command":"x"}', "[1]", '["/no/such/program"]'])(
      "that is %p is refused",
      async (command) => {
        expect((await failureOf(from(command))).message).toContain("JP1IM_STATE_KEY_COMMAND");
      },
    );
  });

  test.each([
    ["empty", ""],
    ["too short", Buffer.from("short").toString("base64")],
    ["too long", Buffer.alloc(33, 5).toString("base64")],
    ["no base64", CANARY],
  ])("that is %s is refused and never shown", async (_, value) => {
    const failure = await failureOf(load(new MemoryFileSystem(), { env: { JP1IM_STATE_KEY: value } }).loaded);
    expect(failure.message).toContain("JP1IM_STATE_KEY");
    if (value !== "") expectNoCanary(failure, value);
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(FILE, value, { mode: 0o600 });
    const fromFile = await failureOf(load(fileSystem).loaded);
    expect(fromFile.message).toContain(FILE);
    if (value !== "") expectNoCanary(fromFile, value);
  });

  test("is drawn where there is none, and not kept: nobody will know it again", async () => {
    const fileSystem = new MemoryFileSystem();
    const first = await load(fileSystem).loaded;
    const second = await load(fileSystem).loaded;
    expect([first.origin, first.file]).toEqual(["new", FILE]);
    expect(first.key.reveal()).not.toBe(second.key.reveal());
    expect(fileSystem.paths()).toEqual([]);
  });

  test("is kept for the owner alone, with the advice to back it up", async () => {
    const fileSystem = new MemoryFileSystem();
    const { key, made, warnings } = make(fileSystem);
    await made;
    expect(fileSystem.peek(FILE)?.toString()).toBe(`${key.reveal()}\n`);
    expect((await fileSystem.lstat(FILE)).mode).toBe(0o600);
    expect(warnings).toMatchObject([{ code: "state-key", severity: "warning" }]);
    expect(warnings[0]?.remedy).toContain("keep a copy");
    expectNoCanary(warnings, key.reveal());
    const again = await load(fileSystem).loaded;
    expect([again.key.reveal(), again.origin]).toEqual([key.reveal(), "file"]);
    expect(fileSystem.paths()).toEqual([FILE]);
  });

  test.each([
    ["/keys/k", "/keys/k"],
    ["keys/k", "/project/keys/k"],
  ])("is in the file that JP1IM_STATE_KEY_FILE names: %s", async (named, path) => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(path, `${KEY}\n`, { mode: 0o600 });
    const { key } = await load(fileSystem, { env: { JP1IM_STATE_KEY_FILE: named } }).loaded;
    expect(key.reveal()).toBe(KEY);
  });

  test("is not in a folder: the remedy names a file in it", async () => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeFolder("/keys");
    const env = { JP1IM_STATE_KEY_FILE: "/keys" };
    expect((await failureOf(load(fileSystem, { env }).loaded)).diagnostics).toEqual([
      {
        ...{ code: "state-key", severity: "error" },
        summary: "the key file /keys cannot be read: it is a folder",
        remedy: "name a file, such as /keys/state.key",
      },
    ]);
  });

  describe("in a file that others may open", () => {
    const quoted = "/it's ours/state.key";

    test.each([0o640, 0o604, 0o620, 0o602])(
      "is refused with the command that closes it (mode %o)",
      async (mode) => {
        const fileSystem = new MemoryFileSystem();
        fileSystem.place(FILE, KEY, { mode });
        const { diagnostics } = await failureOf(load(fileSystem).loaded);
        expect(diagnostics[0]?.summary).toContain(`mode 0${mode.toString(8)}`);
        expect(diagnostics[0]?.remedy).toContain(`chmod 600 ${FILE}`);
      },
    );

    test("is refused where a variable names it, quoted for a shell", async () => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.place(quoted, KEY, { mode: 0o644 });
      const env = { JP1IM_STATE_KEY_FILE: quoted };
      const { diagnostics } = await failureOf(load(fileSystem, { env }).loaded);
      expect(diagnostics[0]?.remedy).toContain("chmod 600 '/it'\\''s ours/state.key'");
      expect(diagnostics[0]?.remedy).toContain("JP1IM_STATE_KEY");
    });

    test.each([
      ["true", 0o666],
      ["1", 0o644],
    ])("is used with a warning where the runner of a CI job wrote it (CI=%s, mode %o)", async (CI, mode) => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.place("/builds/team.tmp/KEY", KEY, { mode });
      fileSystem.place(FILE, KEY, { mode });
      const env = { CI, JP1IM_STATE_KEY_FILE: "/builds/team.tmp/KEY" };
      const { loaded, warnings } = load(fileSystem, { env });
      expect((await loaded).key.reveal()).toBe(KEY);
      expect(warnings).toMatchObject([
        { severity: "warning", remedy: expect.stringContaining("JP1IM_STATE_KEY") },
      ]);
      // The state folder's own file is not one that a runner wrote.
      await failureOf(load(fileSystem, { env: { CI } }).loaded);
    });

    test("is used with a warning where a platform mounted it for another user", async () => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.place("/run/secrets/key", KEY, { mode: 0o444, uid: 0 });
      const { loaded, warnings } = load(fileSystem, {
        env: { JP1IM_STATE_KEY_FILE: "/run/secrets/key" },
      });
      expect((await loaded).key.reveal()).toBe(KEY);
      expect(warnings).toMatchObject([{ code: "state-key", severity: "warning" }]);
    });
  });

  test.each([0, 4711])("in a state folder's file of another user is refused (user %d)", async (uid) => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(FILE, KEY, { mode: 0o600, uid });
    const { diagnostics } = await failureOf(load(fileSystem).loaded);
    expect(diagnostics[0]?.remedy).toContain(`sudo chown ${fileSystem.uid} ${FILE} && chmod 600 ${FILE}`);
  });

  test("in a file is used whatever its mode where files have none", async () => {
    const fileSystem = Object.assign(new MemoryFileSystem(), { uid: undefined });
    fileSystem.place(FILE, KEY, { mode: 0o666, uid: 0 });
    const { loaded, warnings } = load(fileSystem);
    expect([(await loaded).origin, warnings]).toEqual(["file", []]);
  });

  test("is kept by one of many runs that make it at once, and the others are refused", async () => {
    const fileSystem = new MemoryFileSystem();
    const runs = Array.from({ length: 10 }, () => make(fileSystem));
    const results = await Promise.allSettled(runs.map(({ made }) => made));
    const [maker, ...more] = runs.filter((_, index) => results[index]?.status === "fulfilled");
    expect(more).toEqual([]);
    expect(fileSystem.peek(FILE)?.toString()).toBe(`${maker?.key.reveal()}\n`);
    expect(fileSystem.paths()).toEqual([FILE]);
  });

  test("that another run made a moment before is not overwritten", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.onCall = ({ name, path }) => {
      if (name === "link" && path === FILE) fileSystem.place(FILE, `${KEY}\n`, { mode: 0o600 });
      return undefined;
    };
    const failure = await failureOf(make(fileSystem).made);
    expect(failure.diagnostics[0]).toMatchObject({
      summary: expect.stringContaining("another run"),
      remedy: "run the command again",
    });
    expect(fileSystem.peek(FILE)?.toString()).toBe(`${KEY}\n`);
    expect(fileSystem.paths()).toEqual([FILE]);
  });

  test("is there whole or not at all after a crash at any call, and there once it was made", async () => {
    for (let crashAt = 1; crashAt < 20; crashAt++) {
      for (let seed = 0; seed < 10; seed++) {
        const fileSystem = new MemoryFileSystem({ random: seededRandom(seed * 100 + crashAt) });
        fileSystem.onCall = ({ number }) => (number === crashAt ? "crash" : undefined);
        const { key, made } = make(fileSystem);
        const isMade = await made.then(
          () => true,
          () => false,
        );
        const found = fileSystem.survivor().peek(FILE)?.toString();
        expect([`${key.reveal()}\n`, ...(isMade ? [] : [undefined])]).toContain(found);
      }
    }
  });

  test("is durable once it is staged for a rekey, before anything is written under it", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const fileSystem = new MemoryFileSystem({ random: seededRandom(seed) });
      const [key, path] = [newKey(systemRandom), "/keys/state.key"];
      await stageNextKey(path, key, { fileSystem, random: systemRandom, report: () => {} });
      expect(fileSystem.survivor().peek(nextKeyFile(path))?.toString()).toBe(`${key.reveal()}\n`);
    }
  });

  test.each(["open", "write", "sync", "link"])(
    "that cannot be made for a failed %s leaves nothing behind",
    async (name) => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.onCall = (call) => (call.name === name ? "EROFS" : undefined);
      const failure = await failureOf(make(fileSystem).made);
      expect(failure.message).toContain("read-only");
      expect(fileSystem.paths()).toEqual([]);
    },
  );
});
