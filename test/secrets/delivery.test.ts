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
import { MemoryFileSystem, seededRandom } from "../platform/memory-file-system";
import { CANARY, expectNoCanary } from "./canary";

const TARGET = "/project/out/web.secret";
const sink = { type: "file", options: "out/web.secret", folder: "/project" };
const issued = { id: "web", secret: new SecretValue(CANARY) };

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

  test("takes a path as an object too, and describes it as written", async () => {
    const fileSystem = new MemoryFileSystem();
    const delivery = createDelivery({ fileSystem });
    await delivery.deliver({ ...sink, options: { path: TARGET } }, issued);
    expect(fileSystem.paths()).toEqual([TARGET]);
    expect(delivery.describe(sink)).toBe("file out/web.secret");
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
      for (let seed = 0; seed < 10; seed++) {
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
        await createDelivery({ fileSystem: survivor }).deliver(sink, issued);
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

  test("is proved by really making a file, of which nothing stays", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(TARGET, "old");
    const calls: string[] = [];
    fileSystem.onCall = ({ name }) => {
      calls.push(name);
      return undefined;
    };
    await createDelivery({ fileSystem }).prove(sink);
    expect(calls).toEqual(expect.arrayContaining(["open", "write", "unlink"]));
    expect(fileSystem.paths()).toEqual([TARGET]);
    expect(fileSystem.peek(TARGET)?.toString()).toBe("old");
    fileSystem.onCall = ({ name }) => (name === "open" ? "EROFS" : undefined);
    expect((await failureOf(createDelivery({ fileSystem }).prove(sink))).message).toContain("read-only");
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
