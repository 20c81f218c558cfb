import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiagnosticError } from "../../src/model/diagnostic";
import { SecretValue } from "../../src/model/secret-value";
import { nodeFileSystem } from "../../src/platform/file-system";
import { createDelivery } from "../../src/secrets/delivery";
import { runs } from "../effort";
import { MemoryFileSystem, seededRandom } from "../platform/memory-file-system";
import { CANARY, expectNoCanary } from "./canary";
import { nobodys } from "./references";

const TARGET = "/project/out/web.secret";
const sink = { type: "file", options: "out/web.secret", folder: "/project" };
const issued = { id: "web", token: "t", secret: new SecretValue(CANARY) };

async function failureOf(promise: Promise<unknown>): Promise<DiagnosticError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  expect(error.diagnostics).toMatchObject([{ code: "sink-unwritable", severity: "error" }]);
  expectNoCanary(error);
  return error;
}

describe("the file sink", () => {
  test("delivers the secret and nothing else, for the owner's eyes only", async () => {
    const fileSystem = new MemoryFileSystem();
    await createDelivery({ fileSystem }).deliver(sink, issued);
    expect(fileSystem.peek(TARGET)?.toString()).toBe(CANARY);
    expect((await fileSystem.lstat(TARGET)).mode).toBe(0o600);
    expect((await fileSystem.lstat("/project/out")).mode).toBe(0o700);
    expect(fileSystem.paths()).toEqual([TARGET]);
  });

  test("takes a path as an object too, and describes it as seen from the working folder", async () => {
    const fileSystem = new MemoryFileSystem();
    const delivery = createDelivery({ fileSystem });
    await delivery.deliver({ ...sink, options: { path: TARGET } }, issued);
    expect(fileSystem.paths()).toEqual([TARGET]);
    const seen = createDelivery({ fileSystem, cwd: "/project/out" });
    expect(seen.describe(sink)).toBe("file web.secret");
  });

  test("is there until its file is gone or emptied; a place of another type always is", async () => {
    const fileSystem = new MemoryFileSystem();
    const delivery = createDelivery({ fileSystem });
    const encrypted = { ...sink, type: "age", options: { recipients: [], file: "out/web.age" } };
    const standing = async () => {
      const places = [...(await delivery.places(sink)), ...(await delivery.places(encrypted))];
      return Promise.all(places.map((place) => delivery.isThere(place)));
    };
    expect(await standing()).toEqual([false, true]);
    await delivery.deliver(sink, issued);
    expect(await standing()).toEqual([true, true]);
    fileSystem.place(TARGET, "");
    expect(await standing()).toEqual([false, true]);
    await fileSystem.unlink(TARGET);
    expect(await standing()).toEqual([false, true]);
    fileSystem.onCall = ({ name }) => (name === "stat" ? "EACCES" : undefined);
    // In a folder of somebody else's it may still be there.
    expect(await standing()).toEqual([true, true]);
  });

  test("replaces an older secret and its open mode", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(TARGET, "old", { mode: 0o644 });
    await createDelivery({ fileSystem }).deliver(sink, issued);
    expect(fileSystem.peek(TARGET)?.toString()).toBe(CANARY);
    expect((await fileSystem.lstat(TARGET)).mode).toBe(0o600);
  });

  test("after a crash at any call holds the old secret or the new one, and the new one once delivered", async () => {
    for (let crashAt = 1; crashAt < 30; crashAt++) {
      for (let seed = 0; seed < runs(10); seed++) {
        const fileSystem = new MemoryFileSystem({ random: seededRandom(seed * 100 + crashAt) });
        fileSystem.place(TARGET, "old");
        fileSystem.onCall = ({ number }) => (number === crashAt ? "crash" : undefined);
        const delivered = await createDelivery({ fileSystem })
          .deliver(sink, issued)
          .then(
            () => true,
            () => false,
          );
        const survivor = fileSystem.survivor();
        const found = survivor.peek(TARGET)?.toString();
        expect(delivered ? [CANARY] : ["old", CANARY]).toContain(found);
        const next = createDelivery({ fileSystem: survivor });
        await next.removeDrafts(next.drafts(sink, issued.token));
        await next.deliver(sink, { ...issued, token: "next" });
        expect(survivor.paths()).toEqual([TARGET]);
      }
    }
  });

  test.each(["open", "write", "sync", "rename", "syncFolder"])(
    "tells a failed %s and leaves no part of the secret beside the target",
    async (name) => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.place(TARGET, "old");
      fileSystem.onCall = (call) => (call.name === name ? "ENOSPC" : undefined);
      const failure = await failureOf(createDelivery({ fileSystem }).deliver(sink, issued));
      expect(failure.message).toContain(TARGET);
      expect(failure.message).toContain("no space");
      expect(fileSystem.paths()).toEqual([TARGET]);
    },
  );

  test("says that the file holds the secret where only its folder could not be flushed", async () => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeFolder("/project/out");
    fileSystem.onCall = ({ name }) => (name === "syncFolder" ? "EIO" : undefined);
    const delivery = createDelivery({ fileSystem, cwd: "/project" });
    const failure = await failureOf(delivery.deliver(sink, issued));
    expect(failure).toMatchObject({ places: [{ place: "file out/web.secret", status: "unconfirmed" }] });
    expect(failure.message).toContain("holds the secret, but not durably");
    expect(fileSystem.peek(TARGET)?.toString()).toBe(CANARY);
  });

  test("leaves a file that came while the secret was written beside it", async () => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeFolder("/project/out");
    fileSystem.onCall = ({ name }) => {
      if (name === "sync") fileSystem.place(TARGET, "somebody's own");
      return undefined;
    };
    const failure = await failureOf(createDelivery({ fileSystem }).deliver(sink, issued, nobodys));
    expect(failure.message).toContain(TARGET);
    expect(fileSystem.peek(TARGET)?.toString()).toBe("somebody's own");
    expect(fileSystem.paths()).toEqual([TARGET]);
  });

  test("removes nothing that is no draft, whatever a state names as one", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place("/etc/passwd", "somebody's own");
    await createDelivery({ fileSystem }).removeDrafts(["/etc/passwd"]);
    expect(fileSystem.paths()).toEqual(["/etc/passwd"]);
  });

  test("leaves a file of somebody else's beside the target alone, whatever its name", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place("/project/out/.web.secret.jp1im-new", "somebody's own");
    const delivery = createDelivery({ fileSystem });
    const [draft = ""] = delivery.drafts(sink, issued.token);
    await delivery.prove(sink, nobodys, true);
    fileSystem.place(draft, "somebody's own");
    await failureOf(delivery.deliver(sink, issued));
    expect(fileSystem.peek(draft)?.toString()).toBe("somebody's own");
    await delivery.deliver(sink, { ...issued, token: "another" });
    expect(fileSystem.paths()).toEqual(["/project/out/.web.secret.jp1im-new", draft, TARGET].sort());
  });

  test.each([
    ["rename", "ENOSYS"],
    ["syncFolder", "EIO"],
    ["write", "EDQUOT"],
  ])("is proved to fail where a %s answers %s", async (call, code) => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeFolder("/project/out");
    fileSystem.onCall = ({ name }) => (name === call ? code : undefined);
    await failureOf(createDelivery({ fileSystem }).prove(sink, nobodys, true));
    expect(fileSystem.paths()).toEqual([]);
  });

  test("is proved without a write unless by writing", async () => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeFolder("/project");
    const calls = new Set<string>();
    fileSystem.onCall = ({ name }) => {
      calls.add(name);
      return name === "mayWrite" ? "EROFS" : undefined;
    };
    const failure = await failureOf(createDelivery({ fileSystem }).prove(sink));
    expect(failure.message).toContain("read-only");
    expect([...calls].filter((name) => ["open", "rename", "unlink", "makeFolder"].includes(name))).toEqual(
      [],
    );
  });

  test("is proved to fail where a name is longer than the file system takes, also one of a folder to be made", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jp1im-sink-"));
    try {
      const delivery = createDelivery({ fileSystem: nodeFileSystem });
      for (const options of ["n".repeat(256), `new/${"n".repeat(256)}`, `${"n".repeat(256)}/secret`]) {
        const failure = await failureOf(delivery.prove({ type: "file", options, folder }, nobodys, true));
        expect(failure.message).toContain("too long");
      }
      // The longest that it takes can be delivered.
      await delivery.deliver({ type: "file", options: "n".repeat(255), folder }, issued);
      expect(readdirSync(folder)).toEqual(["n".repeat(255)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("says of a file that is mounted by itself that its folder is to be mounted", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(TARGET, "old");
    fileSystem.onCall = ({ name }) => (name === "rename" ? "EBUSY" : undefined);
    const failure = await failureOf(createDelivery({ fileSystem }).deliver(sink, issued));
    expect(failure.diagnostics[0]?.summary).toContain("mounted there by itself");
    expect(failure.diagnostics[0]?.remedy).toContain("mount its folder instead");
    expect(fileSystem.paths()).toEqual([TARGET]);
  });

  test("is proved by really making a file, of which nothing stays", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(TARGET, "old");
    const calls: string[] = [];
    fileSystem.onCall = ({ name }) => {
      calls.push(name);
      return undefined;
    };
    await createDelivery({ fileSystem }).prove(sink, undefined, true);
    expect(calls).toEqual(expect.arrayContaining(["open", "write", "rename", "syncFolder", "unlink"]));
    expect(fileSystem.paths()).toEqual([TARGET]);
    expect(fileSystem.peek(TARGET)?.toString()).toBe("old");
    fileSystem.onCall = ({ name }) => (name === "open" ? "EROFS" : undefined);
    expect((await failureOf(createDelivery({ fileSystem }).prove(sink, undefined, true))).message).toContain(
      "read-only",
    );
  });

  test("is proved by removing what a killed proof left, and nobody else's file of that name", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place("/project/out/left", "");
    const { prove } = createDelivery({ fileSystem });
    const left: string[] = [];
    fileSystem.onCall = ({ name }) => {
      if (name === "rename") left.push(...fileSystem.paths());
      return undefined;
    };
    await prove(sink, nobodys, true);
    const [draft = "", place = ""] = left.filter((path) => path !== "/project/out/left");
    fileSystem.place(draft, "000\0\0");
    fileSystem.place(place, "");
    await prove(sink, nobodys, true);
    expect(fileSystem.paths()).toEqual(["/project/out/left"]);
    fileSystem.place(place, "somebody's own");
    await failureOf(prove(sink, nobodys, true));
    expect(fileSystem.peek(place)?.toString()).toBe("somebody's own");
  });

  test("refuses in the real file system what is a link, a folder or below a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jp1im-sink-"));
    try {
      writeFileSync(join(folder, "victim"), "untouched");
      symlinkSync("victim", join(folder, "link"));
      symlinkSync("nowhere", join(folder, "dangling"));
      mkdirSync(join(folder, "folder"));
      const delivery = createDelivery({ fileSystem: nodeFileSystem });
      for (const [options, text] of [
        ["link", "is a symlink"],
        ["dangling", "is a symlink"],
        ["folder", "is a folder"],
        ["victim/below", "a part of the path is a file"],
      ] as const) {
        const there = { type: "file", options, folder };
        expect((await failureOf(delivery.prove(there))).message).toContain(text);
        expect((await failureOf(delivery.deliver(there, issued))).message).toContain(text);
      }
      expect(readFileSync(join(folder, "victim"), "utf8")).toBe("untouched");
      expect(existsSync(join(folder, "nowhere"))).toBe(false);
      await delivery.deliver({ type: "file", options: "a/b/secret", folder }, issued);
      expect(readFileSync(join(folder, "a/b/secret"), "utf8")).toBe(CANARY);
      expect(statSync(join(folder, "a/b/secret")).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
      expect(readdirSync(join(folder, "a/b"))).toEqual(["secret"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("a sink of an unknown type is refused, and the known ones are named", async () => {
  const delivery = createDelivery({ fileSystem: new MemoryFileSystem() });
  const failure = await failureOf(delivery.prove({ ...sink, type: "carrier-pigeon" }));
  expect(failure.message).toContain("carrier-pigeon");
  expect(failure.diagnostics[0]?.remedy).toContain("file");
});
