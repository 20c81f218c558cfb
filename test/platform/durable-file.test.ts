import { makeFolderDurably, removeDurably, writeNewFile } from "../../src/platform/durable-file";
import { type FileSystemCall, MemoryFileSystem } from "./memory-file-system";

test("only its owner can read a new file, and it is durable under its name's content", async () => {
  const fileSystem = new MemoryFileSystem();
  await writeNewFile(fileSystem, "/secret", "text");
  expect(await fileSystem.stat("/secret")).toMatchObject({ mode: 0o600 });
  await fileSystem.syncFolder("/");
  expect(fileSystem.survivor().peek("/secret")?.toString()).toBe("text");
});

test.each(["write", "sync"] as const)("no part of a file stays where its %s fails", async (name) => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.onCall = (call) => (call.name === name ? "ENOSPC" : undefined);
  await expect(writeNewFile(fileSystem, "/secret", "text")).rejects.toMatchObject({ code: "ENOSPC" });
  expect(fileSystem.paths()).toEqual([]);
});

test("a folder is made with its parents, for its owner only, each durable in the one above it", async () => {
  const fileSystem = new MemoryFileSystem();
  const calls = record(fileSystem);
  await makeFolderDurably(fileSystem, "/a/b");
  expect(calls.filter((call) => /^(makeFolder|syncFolder)/.test(call))).toEqual([
    ...["makeFolder /a", "syncFolder /"],
    ...["makeFolder /a/b", "syncFolder /a"],
  ]);
  expect(await fileSystem.stat("/a/b")).toMatchObject({ type: "folder", mode: 0o700 });
});

test("a removed file does not come back", async () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.place("/secret", "text");
  await removeDurably(fileSystem, "/secret");
  expect(fileSystem.survivor().paths()).toEqual([]);
});

function record(fileSystem: MemoryFileSystem): string[] {
  const calls: string[] = [];
  fileSystem.onCall = ({ name, path }: FileSystemCall) => {
    calls.push(`${name} ${path}`);
    return undefined;
  };
  return calls;
}
